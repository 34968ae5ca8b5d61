#include "app/request_command.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <array>
#include <string>

#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "rights/incoming.h"
#include "rights/limits.h"

namespace app {

int request_command(std::span<const std::string_view> arguments, std::FILE* in, std::FILE* errors) {
  if (arguments.size() != 3 || arguments[0] != "receive" || arguments[1] != "--data") {
    fmt::print(errors, "hartslag request receive --data FOLDER\n");
    return EX_USAGE;
  }
  std::string mail;
  std::array<char, 64 * 1024> piece;
  while (const auto read = std::fread(piece.data(), 1, piece.size(), in)) {
    mail.append(piece.data(), read);
    if (mail.size() > rights::kMailBytesMax) break;
  }
  if (std::ferror(in) != 0) return EX_TEMPFAIL;
  base::OsFiles files;
  base::OsRandom random;
  const base::OsClock clock;
  const auto spool = base::Path{arguments[2]} / "requests" / "new";
  const auto done = rights::spool_mail(files, spool, mail, clock.now(), random);
  if (done) return EX_OK;
  fmt::print(errors, "hartslag: {}\n", done.error().message);
  return done.error().code == base::Code::TooLarge ? EX_DATAERR : EX_TEMPFAIL;
}

}  // namespace app
