// `hartslag promises`: what the program that runs here says of itself, or what a policy file would ask of
// one.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/command_words.h"
#include "app/local_client.h"
#include "app/promises.h"
#include "base/files.h"
#include "policy/limits.h"
#include "texts/texts.h"

namespace app {
namespace {

using base::Code;
using base::fail;
using base::Language;
using base::Result;
using nlohmann::json;

constexpr std::string_view kHelp =
    "hartslag promises [FILE | --from http://127.0.0.1:8081] [--lang nl|fr|en|de] [--json]\n";
constexpr std::size_t kAnswerBytesMax = 4 * 1024 * 1024;

/// A file is told in its policy's own first language unless another one is asked for.
Result<std::string> of_file(const std::string& path, std::optional<Language> language) {
  base::OsFiles files;
  ASSIGN_OR_RETURN(const auto bytes, base::read_file(files, path, policy::kPolicyBytesMax));
  const auto policy = policy::Policy::parse(base::as_text(bytes));
  if (!policy) return fail(Code::Invalid, policy::to_text(path, policy.error().front()));
  return to_json(promises_of(*policy, language.value_or(policy->languages().front())));
}

Result<std::string> of_running(const std::string& origin, Language language) {
  return get_text_locally(origin, fmt::format("/promises?lang={}", base::to_text(language)), kAnswerBytesMax);
}

std::string_view state_words(Language language, std::string_view state) {
  const auto key = texts::find(fmt::format("staff.promises.state.{}", state));
  return key ? texts::get(language, *key) : state;
}

void print(const json& list, Language language, std::FILE* out) {
  const auto& policy = list.at("policy");
  fmt::print(out, "{} {}\n", policy.at("name").get<std::string>(), policy.at("version").get<std::string>());
  for (const auto& group : list.at("groups")) {
    fmt::print(out, "\n{} · {}\n", group.at("group").get<std::string>(),
               group.at("title").get<std::string>());
    for (const auto& row : group.at("promises")) {
      fmt::print(out, "\n{}  {}\n     {}\n", row.at("id").get<std::string>(),
                 row.at("promise").get<std::string>(),
                 state_words(language, row.at("state").get_ref<const std::string&>()));
      for (const auto& sentence : row.at("evidence"))
        fmt::print(out, "     {}\n", sentence.get<std::string>());
    }
  }
  fmt::print(out, "\n");
  for (const auto& [state, count] : list.at("counts").items()) {
    if (count != 0) fmt::print(out, "{}: {}\n", state_words(language, state), count.get<int>());
  }
}

Result<bool> tell(const CommandWords& words, std::FILE* out) {
  ASSIGN_OR_RETURN(const auto language, language_of(words));
  if (words.plain.size() > 1 || (!words.plain.empty() && words.has("--from")))
    return fail(Code::Invalid, "give one policy file, or the address of what runs");
  const auto text = words.plain.empty()
                        ? of_running(words.find("--from").value_or(std::string{kLocalAddress}),
                                     language.value_or(Language::Nl))
                        : of_file(words.plain.front(), language);
  if (!text) return fail(text.error());
  const auto list = json::parse(*text, nullptr, /*allow_exceptions=*/false);
  try {
    const auto spoken = base::parse_language(list.at("language").get_ref<const std::string&>());
    if (words.has("--json"))
      fmt::print(out, "{}\n", *text);
    else
      print(list, spoken.value_or(Language::Nl), out);
    return list.at("counts").at("broken") == 0;
  } catch (const json::exception&) {
    return fail(Code::Corrupt, "what answers there is no Hartslag of this version");
  }
}

}  // namespace

int promises_command(std::span<const std::string_view> arguments, std::FILE* out, std::FILE* errors) {
  const auto words = parse_words(arguments, {"--from", "--lang"}, {"--json"});
  const auto kept = words ? tell(*words, out) : Result<bool>{fail(words.error())};
  if (kept) return *kept ? 0 : 1;
  const bool misspelt = kept.error().code == Code::Invalid;
  fmt::print(errors, "hartslag: {}\n{}", kept.error().message, misspelt ? kHelp : std::string_view{});
  return misspelt ? 2 : 1;
}

}  // namespace app
