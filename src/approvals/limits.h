// Limits of approvals, by name.
#pragma once

#include <chrono>
#include <cstddef>

namespace approvals {

/// How long a request waits for a second person.
inline constexpr std::chrono::hours kWaits{24};
/// How long an approved file can be fetched.
inline constexpr std::chrono::hours kFileWaits{24};
/// How long it stays known what was asked, and what was decided.
inline constexpr std::chrono::days kKept{365};
/// Of one member at a time.
inline constexpr std::int64_t kWaitingMax = 50;
inline constexpr std::size_t kRequestBytesMax = 512 * 1024;
/// Why somebody refuses: 1 … so many bytes.
inline constexpr std::size_t kReasonBytesMax = 2000;
/// What the page shows, the latest first.
inline constexpr int kShown = 200;

}  // namespace approvals
