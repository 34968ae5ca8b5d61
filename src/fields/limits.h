// The bounds of what is filled in.
#pragma once

#include <cstddef>

namespace fields {

/// What one field may hold: characters of UTF-8, in bytes.
inline constexpr std::size_t kFieldLengthMax = 300;

}  // namespace fields
