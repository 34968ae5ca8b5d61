// Texts that people typed or mailed, without the blanks around them.
#pragma once

#include <string_view>

namespace base {

/// Without the blanks, tabs and line ends around it; what is between stays as it is.
constexpr std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const auto from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

}  // namespace base
