#include <cstdlib>

#include "backup/entries.h"
#include "backup/limits.h"

namespace {

/// Writes again what was read: the same bytes, but for how pieces are cut.
class Counting final : public backup::Visitor {
 public:
  base::Result<void> begin_file(const std::string& name) override {
    if (open_ || !backup::is_entry_name(name)) std::abort();
    open_ = true;
    return {};
  }
  base::Result<void> data(base::ByteView bytes) override {
    if (!open_ || bytes.empty() || bytes.size() > backup::kPieceBytesMax) std::abort();
    return {};
  }
  base::Result<void> end_file() override {
    if (!open_) std::abort();
    open_ = false;
    return {};
  }
  bool open_ = false;
};

/// What is said of the bytes, taken in portions of that size.
bool reads(base::ByteView bytes, std::size_t portion) {
  Counting visitor;
  backup::EntryReader reader(visitor);
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(portion, bytes.size()));
    if (!reader.take(part)) return false;
    bytes = bytes.subspan(part.size());
  }
  return reader.finish().has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView bytes(data, size);
  const bool whole = reads(bytes, size + 1);
  if (reads(bytes, 1) != whole || reads(bytes, 7) != whole) std::abort();
  return 0;
}
