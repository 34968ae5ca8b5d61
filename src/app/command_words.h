// The words of a command: options with a value each, flags, and plain words.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/result.h"

namespace app {

struct CommandWords {
  std::map<std::string, std::string, std::less<>> options;
  std::vector<std::string> plain;

  bool has(std::string_view name) const { return options.contains(name); }
  std::optional<std::string> find(std::string_view name) const;
  /// Errors: Invalid when it was not given, saying what it is.
  base::Result<std::string> need(std::string_view name, std::string_view what) const;
};

/// Of --lang. Errors: Invalid.
base::Result<std::optional<base::Language>> language_of(const CommandWords& words);

/// Errors: Invalid for an option that is none of `with_value` and `flags`, comes twice, or lacks its value.
base::Result<CommandWords> parse_words(std::span<const std::string_view> words,
                                       std::initializer_list<std::string_view> with_value,
                                       std::initializer_list<std::string_view> flags = {});

}  // namespace app
