#include "vault/master_key.h"

#include <filesystem>
#include <system_error>

#include "base/bytes.h"
#include "base/private_file.h"

namespace vault {

using base::Code;
using base::fail;
using base::Result;
using crypto::SecretKey;

namespace {

constexpr std::uint64_t kFileBytesMax = 200;
constexpr const char* kVariable = "HARTSLAG_MASTER_KEY";

Result<SecretKey> read_key_file(base::Files& files, const base::Path& file) {
  ASSIGN_OR_RETURN(auto bytes, base::read_file(files, file, kFileBytesMax));
  auto key = parse_master_key(base::as_text(bytes));
  crypto::wipe(bytes);
  if (!key)
    return fail(key.error().code, "the master key file " + file.string() + ": " + key.error().message);
  return key;
}

Result<void> check_place(const base::Path& file, const base::Path& data_folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (const auto closed = base::check_private(file); !closed)
    return fail(closed.error().code, "the master key file " + closed.error().message);
  if (data_folder.empty()) return {};
  const auto inside =
      fs::weakly_canonical(file, error).lexically_relative(fs::weakly_canonical(data_folder, error));
  if (!inside.empty() && *inside.begin() != "..") {
    return fail(Code::Denied, "the master key file " + file.string() +
                                  " lies in the data folder, where every backup would take it along");
  }
  return {};
}

}  // namespace

Result<SecretKey> parse_master_key(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto start = text.find_first_not_of(kSpace);
  const auto end = text.find_last_not_of(kSpace);
  text = start == text.npos ? std::string_view{} : text.substr(start, end - start + 1);
  auto bytes = text.size() == 64 ? base::from_hex(text) : base::from_base64(text);
  if (!bytes || bytes->size() != crypto::kKeySize) {
    return fail(Code::Invalid, "a master key is 64 hexadecimal digits or 44 characters of base64");
  }
  auto key = SecretKey::from_bytes(*bytes);
  crypto::wipe(*bytes);
  return key;
}

Result<SecretKey> load_master_key(base::Files& files, const MasterKeySource& source) {
  if (source.file) {
    RETURN_IF_ERROR(check_place(*source.file, source.data_folder));
    return read_key_file(files, *source.file);
  }
  const auto variable = [&](const char* name) {
    return source.environment ? source.environment(name) : std::nullopt;
  };
  if (const auto folder = variable("CREDENTIALS_DIRECTORY")) {
    // Systemd answers for who can read it.
    const auto file = base::Path{*folder} / "master-key";
    ASSIGN_OR_RETURN(const bool is_there, files.exists(file));
    if (is_there) return read_key_file(files, file);
  }
  if (auto text = variable(kVariable)) {
    auto key = parse_master_key(*text);
    if (!key) return fail(key.error().code, std::string{kVariable} + ": " + key.error().message);
    return key;
  }
  return fail(Code::NotFound,
              "there is no master key: name its file in the configuration, give the systemd credential "
              "master-key, or set HARTSLAG_MASTER_KEY; `openssl rand -hex 32` makes one");
}

Result<void> create_master_key(base::Files& files, const base::Path& file, base::Random& random) {
  ASSIGN_OR_RETURN(const bool is_there, files.exists(file));
  if (is_there) return fail(Code::Conflict, "there is a master key in " + file.string() + " already");
  const auto key = SecretKey::draw(random);
  auto text = base::to_hex(key.bytes()) + "\n";
  auto written = base::replace_file(files, file, base::as_bytes(text));
  crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return written;
}

}  // namespace vault
