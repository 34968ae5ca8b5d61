// The four languages that the program speaks, Dutch first.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace base {

enum class Language { Nl, Fr, En, De };
inline constexpr std::array kLanguages{Language::Nl, Language::Fr, Language::En, Language::De};

/// "nl", "fr", "en", "de": what HTML's lang attribute and the texts' file names hold.
constexpr std::string_view to_text(Language language) {
  constexpr std::array<std::string_view, 4> kTags{"nl", "fr", "en", "de"};
  return kTags[static_cast<std::size_t>(language)];
}

/// Takes a tag or a longer one that begins with it ("nl-BE"); lower case only.
constexpr std::optional<Language> parse_language(std::string_view tag) {
  for (auto language : kLanguages) {
    const auto name = to_text(language);
    if (tag == name || (tag.starts_with(name) && tag.size() > 2 && tag[2] == '-')) return language;
  }
  return std::nullopt;
}

}  // namespace base
