// How much an act may say, and how many are listed at once.
#pragma once

#include <cstddef>

namespace journal {

inline constexpr std::size_t kKindBytesMax = 64;
inline constexpr std::size_t kDetailBytesMax = 4096;
inline constexpr int kListMax = 10'000;

}  // namespace journal
