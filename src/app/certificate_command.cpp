#include "app/certificate_command.h"

#include <fmt/format.h>

#include "base/files.h"
#include "retention/certificate.h"

namespace app {
namespace {

constexpr std::string_view kHelp = "hartslag certificate verify FILE --key ed25519:…\n";

base::Result<std::string> verify(std::string_view file, std::string_view key_text) {
  base::OsFiles files;
  ASSIGN_OR_RETURN(const auto key, retention::parse_certificate_key(key_text));
  ASSIGN_OR_RETURN(const auto bytes, base::read_file(files, file, retention::kCertificateBytesMax));
  return retention::verify_certificate(base::as_text(bytes), key);
}

}  // namespace

int certificate_command(std::span<const std::string_view> arguments, std::FILE* out, std::FILE* error) {
  if (arguments.size() != 4 || arguments[0] != "verify" || arguments[2] != "--key") {
    fmt::print(error, "{}", kHelp);
    return 2;
  }
  const auto statement = verify(arguments[1], arguments[3]);
  if (!statement) {
    fmt::print(error, "hartslag: {}\n", statement.error().message);
    return statement.error().code == base::Code::Invalid ? 2 : 1;
  }
  fmt::print(out, "The certificate is what this key signed:\n{}\n", *statement);
  return 0;
}

}  // namespace app
