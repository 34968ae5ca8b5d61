#include "app/staff_command.h"

#include <fmt/format.h>

#include "app/command_words.h"
#include "app/local_client.h"
#include "texts/texts.h"

namespace app {
namespace {

using base::Code;
using base::fail;
using base::Result;

constexpr std::string_view kHelp = R"(hartslag staff reset-factor ADDRESS

  Of the program that serves here: --from http://127.0.0.1:8081; --lang nl|fr|en|de

  reset-factor ADDRESS  for who has lost the authenticator and the recovery codes: ends them and every
                        session; the next sign-in sets up another one. Make sure first who is asking.
)";

struct Asked {
  std::string origin = {};
  base::Language language = base::Language::Nl;
  std::string address = {};
};

Result<Asked> read(std::span<const std::string_view> arguments) {
  ASSIGN_OR_RETURN(const auto words, parse_words(arguments, {"--from", "--lang"}));
  if (words.plain.size() != 2 || words.plain[0] != "reset-factor")
    return fail(Code::Invalid, "reset-factor ADDRESS");
  ASSIGN_OR_RETURN(const auto language, language_of(words));
  return Asked{.origin = words.find("--from").value_or(std::string{kLocalAddress}),
               .language = language.value_or(base::Language::Nl),
               .address = words.plain[1]};
}

}  // namespace

int staff_command(std::span<const std::string_view> arguments, std::FILE* out, std::FILE* errors) {
  const auto asked = read(arguments);
  if (!asked) {
    fmt::print(errors, "hartslag: {}\n{}", asked.error().message, kHelp);
    return 2;
  }
  if (const auto done = post_locally(asked->origin, "/staff/reset-factor", asked->address); !done) {
    fmt::print(errors, "hartslag: {}\n", done.error().message);
    return 1;
  }
  fmt::print(out, "{}\n", texts::get(asked->language, texts::Key::StaffFactorReset));
  return 0;
}

}  // namespace app
