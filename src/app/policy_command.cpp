#include "app/policy_command.h"

#include <fmt/format.h>

#include "app/privacy_pages.h"
#include "base/contains.h"
#include "base/files.h"
#include "html/template.h"
#include "policy/cookie_page.h"
#include "policy/limits.h"
#include "policy/register.h"
#include "surfaces/events/report_definitions.h"

namespace app {
namespace {

using base::Code;
using base::Result;

struct Asked {
  std::string_view what;
  std::string file;
  base::Language language = base::Language::Nl;
  bool has_language = false;
  std::string format = "html";
  policy::RegisterRole role = policy::RegisterRole::Controller;
  std::string out;
};

Result<void> take(Asked& asked, std::string_view name, std::string_view value) {
  const bool of_register = asked.what == "register";
  if (name == "--lang") {
    const auto language = base::parse_language(value);
    if (!language) return base::fail(Code::Invalid, "--lang wants nl, fr, en or de");
    asked.language = *language;
    asked.has_language = true;
  } else if (name == "--format") {
    constexpr std::array<std::string_view, 5> kFormats{"html", "md", "csv", "xlsx", "json-ld"};
    const auto known = std::span{kFormats}.first(of_register ? 5 : 2);
    if (!base::contains(known, value))
      return base::fail(Code::Invalid, fmt::format("--format wants one of: {}", fmt::join(known, ", ")));
    asked.format = value;
  } else if (name == "--role" && of_register) {
    if (value != "controller" && value != "processor")
      return base::fail(Code::Invalid, "--role wants controller or processor");
    asked.role = value == "processor" ? policy::RegisterRole::Processor : policy::RegisterRole::Controller;
  } else if (name == "--out" && of_register) {
    asked.out = value;
  } else {
    return base::fail(Code::Invalid, fmt::format("there is no option {}", name));
  }
  return {};
}

Result<Asked> read_arguments(std::span<const std::string_view> arguments) {
  Asked asked;
  asked.what = arguments.front();
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (!arguments[i].starts_with("--")) {
      if (!asked.file.empty()) return base::fail(Code::Invalid, "one policy file at a time");
      asked.file = arguments[i];
      continue;
    }
    if (i + 1 == arguments.size())
      return base::fail(Code::Invalid, fmt::format("{} wants a value", arguments[i]));
    RETURN_IF_ERROR(take(asked, arguments[i], arguments[i + 1]));
    ++i;
  }
  if (asked.file.empty()) return base::fail(Code::Invalid, "give the path of a policy file");
  return asked;
}

/// A page that stands by itself: what a browser needs to show the fragment rightly.
std::string standing(const policy::Document& document) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n</head>\n"
      "<body>\n<main>\n{}</main>\n</body>\n</html>\n",
      base::to_text(document.language), html::escape(document.title), policy::to_html(document));
}

Result<std::string> make(const Asked& asked, const policy::Policy& policy) {
  const auto language = asked.has_language ? asked.language : policy.languages().front();
  policy::NoticeContext context;
  context.reports = handed_over(policy, surfaces::events::report_definitions());
  const auto shown = [&](const policy::Document& document) {
    return asked.format == "md" ? policy::to_markdown(document) : standing(document);
  };
  if (asked.what == "notice") return shown(policy::notice(policy, language, context));
  if (asked.what == "cookies") return shown(policy::cookie_page(policy, language, context));
  if (asked.format == "json-ld") return policy::to_json_ld(policy, asked.role, language, context);
  const auto made = policy::register_of(policy, asked.role, language, context);
  if (asked.format == "csv") return policy::to_csv(made);
  if (asked.format == "xlsx") return policy::to_xlsx(made);
  return shown(policy::to_document(made, context));
}

}  // namespace

int policy_command(std::span<const std::string_view> arguments, std::FILE* out, std::FILE* err) {
  const auto asked = read_arguments(arguments);
  if (!asked) {
    fmt::print(err, "hartslag: {}\n{}", asked.error().message, kPolicyCommandHelp);
    return 2;
  }
  base::OsFiles files;
  const auto bytes = base::read_file(files, asked->file, policy::kPolicyBytesMax);
  if (!bytes) {
    fmt::print(err, "{}: {}; give the path of a policy file\n", asked->file, bytes.error().message);
    return 2;
  }
  const auto policy = policy::Policy::parse(base::as_text(*bytes));
  if (!policy) {
    for (const auto& problem : policy.error()) fmt::print(err, "{}\n", policy::to_text(asked->file, problem));
    return 1;
  }
  const auto made = make(*asked, *policy);
  if (!made) {
    fmt::print(err, "hartslag: {}\n", made.error().message);
    return 2;
  }
  if (asked->out.empty()) {
    std::fwrite(made->data(), 1, made->size(), out);
    return 0;
  }
  const auto written = base::replace_file(files, asked->out, base::as_bytes(*made));
  if (!written) fmt::print(err, "{}: {}\n", asked->out, written.error().message);
  return written ? 0 : 2;
}

}  // namespace app
