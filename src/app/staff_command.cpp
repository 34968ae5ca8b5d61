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
hartslag staff confirm-device ADDRESS NUMBER
hartslag staff record-training ADDRESS DAY [TRAINING]

  Of the program that serves here: --from http://127.0.0.1:8081; --lang nl|fr|en|de

  reset-factor ADDRESS  for who has lost the authenticator and the recovery codes: ends them and every
                        session; the next sign-in sets up another one. Make sure first who is asking.
  confirm-device ADDRESS NUMBER
                        for who signs in with a browser that is not known, and cannot read the mail with its
                        link there: lets in the browser that shows this number. Make sure first who is asking.
  record-training ADDRESS DAY [TRAINING]
                        that this member followed a training on that day, as in 2026-11-01: for the first
                        one here, whom nobody else records it of, and when nobody may do so any more.
)";

struct Asked {
  std::string origin = {};
  base::Language language = base::Language::Nl;
  std::string path = {};
  std::string body = {};
  texts::Key done = {};
};

Result<Asked> read(std::span<const std::string_view> arguments) {
  ASSIGN_OR_RETURN(const auto words, parse_words(arguments, {"--from", "--lang"}));
  ASSIGN_OR_RETURN(const auto language, language_of(words));
  Asked asked{.origin = words.find("--from").value_or(std::string{kLocalAddress}),
              .language = language.value_or(base::Language::Nl)};
  const auto& plain = words.plain;
  if (plain.size() == 2 && plain[0] == "reset-factor") {
    asked.path = "/staff/reset-factor";
    asked.body = plain[1];
    asked.done = texts::Key::StaffFactorReset;
    return asked;
  }
  if (plain.size() == 3 && plain[0] == "confirm-device") {
    asked.path = "/staff/confirm-device";
    asked.body = fmt::format("{} {}", plain[1], plain[2]);
    asked.done = texts::Key::StaffDeviceConfirmed;
    return asked;
  }
  if ((plain.size() == 3 || plain.size() == 4) && plain[0] == "record-training") {
    asked.path = "/staff/record-training";
    asked.body = fmt::format("{}", fmt::join(std::span{plain}.subspan(1), " "));
    asked.done = texts::Key::StaffTrainingRecorded;
    return asked;
  }
  return fail(Code::Invalid,
              "reset-factor ADDRESS, confirm-device ADDRESS NUMBER, or record-training ADDRESS DAY");
}

}  // namespace

int staff_command(std::span<const std::string_view> arguments, std::FILE* out, std::FILE* errors) {
  const auto asked = read(arguments);
  if (!asked) {
    fmt::print(errors, "hartslag: {}\n{}", asked.error().message, kHelp);
    return 2;
  }
  if (const auto done = post_locally(asked->origin, asked->path, asked->body); !done) {
    fmt::print(errors, "hartslag: {}\n", done.error().message);
    return 1;
  }
  fmt::print(out, "{}\n", texts::get(asked->language, asked->done));
  return 0;
}

}  // namespace app
