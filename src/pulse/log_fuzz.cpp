// Whatever lies in a log file: reading it ends, and hands on only frames that the key opens.
#include "pulse/log.h"
#include "pulse/testing/faulty_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pulse;
  static pulse::testing::FaultyFiles files;
  static const auto key = [] {
    base::SeededRandom random(2);
    return crypto::SecretKey::draw(random);
  }();
  static const auto good = [] {
    base::SeededRandom random(1);
    auto writer = *LogWriter::create(files, "/p", 1, key, random);
    for (const auto* text : {"one", "two", "three"})
      if (!writer->append(base::as_bytes(text))) std::abort();
    return files.bytes_of("/p/log-1");
  }();
  // Half of the inputs change bytes of a good log, so that the checks behind the checksums are met too.
  base::Bytes bytes(data, data + size);
  if (size > 3 && data[0] % 2 == 0) {
    bytes = good;
    for (std::size_t i = 1; i + 3 <= size; i += 3) {
      const auto at = (std::size_t{data[i]} << 8 | data[i + 1]) % bytes.size();
      bytes[at] = data[i + 2];
    }
  }
  files.set_bytes("/p/log-1", std::move(bytes));
  for (const auto place : {LogPlace::Last, LogPlace::BeforeAnother})
    (void)read_log(files, "/p/log-1", place, key, [](base::ByteView) { return base::Result<void>{}; });
  return 0;
}
