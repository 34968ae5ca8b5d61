#include "app/credentials_command.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "app/command_words.h"
#include "app/local_client.h"
#include "credentials/limits.h"
#include "credentials/secret.h"
#include "crypto/secret_key.h"
#include "http/percent.h"
#include "texts/texts.h"

namespace app {
namespace {

using base::Code;
using base::fail;
using base::Language;
using base::Result;
using nlohmann::json;

constexpr std::string_view kHelp = R"(hartslag credentials list [--json]
hartslag credentials rotate NAME
hartslag credentials set NAME

  Of the program that serves here: --from http://127.0.0.1:8081; --lang nl|fr|en|de

  list         how each password and key stands, and when it is replaced; status 1 when one is overdue
  rotate NAME  replaces it now
  set NAME     takes a password that the other side knows already, from standard input: never from an argument
)";
constexpr std::size_t kAnswerBytesMax = 4 * 1024 * 1024;

/// Nothing of what is typed is shown, until the end.
class Silence {
 public:
  explicit Silence(int terminal) : terminal_(terminal) {
    if (::tcgetattr(terminal_, &before_) != 0) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  ~Silence() {
    if (changed_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  int terminal_;
  termios before_{};
  bool changed_ = false;
};

/// One line, without its end.
credentials::Secret read_secret(std::FILE* in, std::FILE* errors, Language language) {
  const bool typed = ::isatty(::fileno(in)) == 1;
  if (typed) {
    fmt::print(errors, "{} ", texts::get(language, texts::Key::CredentialsAsk));
    std::fflush(errors);
  }
  std::array<char, credentials::kGivenBytesMax + 3> line{};
  {
    const Silence silence(::fileno(in));
    if (std::fgets(line.data(), static_cast<int>(line.size()), in) == nullptr) line[0] = '\0';
  }
  if (typed) fmt::print(errors, "\n");
  std::string_view text{line.data()};
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  credentials::Secret secret(text);
  crypto::wipe({reinterpret_cast<std::uint8_t*>(line.data()), line.size()});
  return secret;
}

/// Prints how those stand that are asked for, unless `out` is null. True when none of them is overdue.
Result<bool> tell(const json& all, std::string_view name, std::FILE* out) {
  bool well = true;
  try {
    for (const auto& one : all.at("credentials")) {
      if (!name.empty() && one.at("credential") != name) continue;
      well = well && !one.at("overdue").get<bool>();
      if (out == nullptr) continue;
      for (const auto& sentence : one.at("says")) fmt::print(out, "{}\n", sentence.get<std::string>());
    }
    return well;
  } catch (const json::exception&) {
    return fail(Code::Corrupt, "what answers there is no Hartslag of this version");
  }
}

struct Asked {
  std::string origin = {};
  Language language = Language::Nl;
  std::string act = {};
  std::string name = {};
  bool as_json = false;
};

Result<Asked> read(const CommandWords& words) {
  Asked asked{.origin = words.find("--from").value_or(std::string{kLocalAddress}),
              .as_json = words.has("--json")};
  ASSIGN_OR_RETURN(const auto language, language_of(words));
  asked.language = language.value_or(Language::Nl);
  if (!words.plain.empty()) asked.act = words.plain.front();
  // "session keys" is two words for a shell.
  for (std::size_t i = 1; i < words.plain.size(); ++i) asked.name += (i > 1 ? " " : "") + words.plain[i];
  const bool listing = asked.act == "list" && asked.name.empty();
  const bool acting = (asked.act == "rotate" || asked.act == "set") && !asked.name.empty() && !asked.as_json;
  if (!listing && !acting) return fail(Code::Invalid, "list, rotate NAME or set NAME");
  return asked;
}

Result<bool> carry_out(const Asked& asked, std::FILE* in, std::FILE* out, std::FILE* errors) {
  const auto path = fmt::format("/credentials/{}", http::percent_encode(asked.name));
  if (asked.act == "rotate") RETURN_IF_ERROR(post_locally(asked.origin, path + "/rotate", ""));
  if (asked.act == "set") {
    const auto secret = read_secret(in, errors, asked.language);
    RETURN_IF_ERROR(post_locally(asked.origin, path, secret.text()));
  }
  ASSIGN_OR_RETURN(
      const auto text,
      get_text_locally(asked.origin, fmt::format("/credentials?lang={}", base::to_text(asked.language)),
                       kAnswerBytesMax));
  if (asked.as_json) fmt::print(out, "{}\n", text);
  return tell(json::parse(text, nullptr, /*allow_exceptions=*/false), asked.name,
              asked.as_json ? nullptr : out);
}

}  // namespace

int credentials_command(std::span<const std::string_view> arguments, std::FILE* in, std::FILE* out,
                        std::FILE* errors) {
  const auto words = parse_words(arguments, {"--from", "--lang"}, {"--json"});
  const auto asked = words ? read(*words) : Result<Asked>{fail(words.error())};
  if (!asked) {
    fmt::print(errors, "hartslag: {}\n{}", asked.error().message, kHelp);
    return 2;
  }
  const auto well = carry_out(*asked, in, out, errors);
  if (well) return *well ? 0 : 1;
  fmt::print(errors, "hartslag: {}\n", well.error().message);
  return 1;
}

}  // namespace app
