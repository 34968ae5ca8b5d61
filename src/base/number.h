// Numbers that are all of a text.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace base {

/// The integer that all of `text` is, in digits of `radix` with a leading '-' where `Number` has a sign;
/// nothing for an empty text, for anything beside the digits, and for what `Number` does not hold.
template <std::integral Number>
std::optional<Number> parse_number(std::string_view text, int radix = 10) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number, radix);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace base
