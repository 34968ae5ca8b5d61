#include "base/private_file.h"

#include <fmt/format.h>

namespace base {

namespace fs = std::filesystem;

Result<void> check_private(const Path& file) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) return {};
  if (error)
    return fail(Code::Unavailable, fmt::format("cannot look at {}: {}", file.string(), error.message()));
  if ((status.permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none) return {};
  return fail(Code::Denied,
              fmt::format("{0} can be opened by others than its owner; run: chmod 600 {0}", file.string()));
}

Result<void> make_private(const Path& folder) {
  std::error_code error;
  fs::permissions(folder, fs::perms::owner_all, error);
  if (!error) return {};
  return fail(Code::Denied,
              fmt::format("cannot keep others out of {}: {}", folder.string(), error.message()));
}

}  // namespace base
