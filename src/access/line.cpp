#include "access/line.h"

#include <algorithm>

namespace staff {

bool is_line(std::string_view text, std::size_t characters_max) {
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  };
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return !text.empty() && std::ranges::none_of(text, is_control) &&
         static_cast<std::size_t>(std::ranges::count_if(text, begins)) <= characters_max;
}

}  // namespace staff
