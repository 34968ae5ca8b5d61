#include "app/command_words.h"

#include <fmt/format.h>

#include "base/contains.h"

namespace app {

using base::Code;
using base::fail;
using base::Result;

std::optional<std::string> CommandWords::find(std::string_view name) const {
  const auto at = options.find(name);
  return at == options.end() ? std::nullopt : std::optional{at->second};
}

Result<std::string> CommandWords::need(std::string_view name, std::string_view what) const {
  if (auto value = find(name)) return *std::move(value);
  return fail(Code::Invalid, fmt::format("{} is needed: {}", name, what));
}

Result<std::optional<base::Language>> language_of(const CommandWords& words) {
  const auto named = words.find("--lang");
  if (!named) return std::nullopt;
  const auto language = base::parse_language(*named);
  if (!language) return fail(Code::Invalid, "--lang wants nl, fr, en or de");
  return language;
}

Result<CommandWords> parse_words(std::span<const std::string_view> words,
                                 std::initializer_list<std::string_view> with_value,
                                 std::initializer_list<std::string_view> flags) {
  CommandWords parsed;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto word = words[i];
    if (!word.starts_with("--")) {
      parsed.plain.emplace_back(word);
      continue;
    }
    std::string value;
    if (base::contains(with_value, word)) {
      if (i + 1 == words.size()) return fail(Code::Invalid, fmt::format("{} wants a value", word));
      value = words[++i];
    } else if (!base::contains(flags, word)) {
      return fail(Code::Invalid, fmt::format("{} is no option here; see hartslag --help", word));
    }
    if (!parsed.options.emplace(word, std::move(value)).second)
      return fail(Code::Invalid, fmt::format("{} is given twice", word));
  }
  return parsed;
}

}  // namespace app
