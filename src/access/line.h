// Names and labels, as people type them.
#pragma once

#include <cstddef>
#include <string_view>

namespace staff {

/// One to so many characters, and no control characters among them.
bool is_line(std::string_view text, std::size_t characters_max);

}  // namespace staff
