// What holds of a page at a moment: a set of seven bits, or "going away", which is no set.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pulse {

/// A bit set 0 … 127, or kGoingAway. Fits a byte everywhere it is kept.
using Facts = std::int8_t;

inline constexpr Facts kGoingAway = -1;
inline constexpr Facts kFactsMax = 127;

inline constexpr Facts kVisible = 1;
inline constexpr Facts kFocused = 2;
inline constexpr Facts kPlaying = 4;
inline constexpr Facts kAudible = 8;
inline constexpr Facts kPictureInPicture = 16;
inline constexpr Facts kFullScreen = 32;
inline constexpr Facts kIdle = 64;

/// The names that policies, JSON and pages use; the bit of the k-th is 1 << k.
inline constexpr std::array<std::string_view, 7> kFactNames = {
    "visible", "focused", "playing", "audible", "picture-in-picture", "full-screen", "idle"};

/// The bit that bears `name`, or nothing.
constexpr std::optional<Facts> fact_named(std::string_view name) {
  for (std::size_t i = 0; i < kFactNames.size(); ++i)
    if (kFactNames[i] == name) return static_cast<Facts>(1 << i);
  return std::nullopt;
}

/// Clears the bits that are not permitted. Going away is never masked.
/// Requires: permitted is a set (0 … 127).
constexpr Facts masked(Facts facts, Facts permitted) {
  return facts == kGoingAway ? kGoingAway : static_cast<Facts>(facts & permitted);
}

/// Whether time credited with these facts counts as attention: the interval's action.
constexpr bool is_active(Facts facts) { return facts != kGoingAway && (facts & kFocused) != 0; }

}  // namespace pulse
