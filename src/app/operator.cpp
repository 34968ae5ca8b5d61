#include "app/operator.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "vault/master_key.h"

namespace app {

using base::Result;

Result<crypto::SecretKey> operators_master_key(base::Files& files, const CommandWords& words,
                                               const base::Path& data) {
  vault::MasterKeySource source;
  if (const auto file = words.find("--master-key")) source.file = *file;
  source.data_folder = data;
  source.environment = [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  return vault::load_master_key(files, source);
}

std::string as_size(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"bytes", "kB", "MB", "GB", "TB"};
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; amount >= 1000 && unit + 1 < kUnits.size(); ++unit) amount /= 1000;
  return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", amount, kUnits[unit]);
}

Result<void> overwrite(base::File& file) {
  ASSIGN_OR_RETURN(const auto size, file.size());
  const base::Bytes zeros(std::min<std::uint64_t>(size, std::uint64_t{1} << 20));
  for (std::uint64_t at = 0; at < size; at += zeros.size()) {
    const auto count = std::min<std::uint64_t>(zeros.size(), size - at);
    RETURN_IF_ERROR(file.write_at(at, base::ByteView(zeros).first(static_cast<std::size_t>(count))));
  }
  return file.sync();
}

Progress::Progress(std::string_view what) : what_(what), watched_(::isatty(STDERR_FILENO) == 1) {}

void Progress::show(std::uint64_t bytes, std::uint64_t of) {
  constexpr std::chrono::milliseconds kEvery{200};
  const auto now = clock_.monotonic();
  if (!watched_ || (shown_ && now - last_ < kEvery)) return;
  last_ = now;
  shown_ = true;
  const auto more = of > bytes ? fmt::format(" of at most {}", as_size(of)) : std::string{};
  fmt::print(stderr, "\r\x1b[K{}: {}{}", what_, as_size(bytes), more);
  std::fflush(stderr);
}

void Progress::end() {
  if (!shown_) return;
  shown_ = false;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

}  // namespace app
