// Limits of retention, by name.
#pragma once

#include <chrono>
#include <cstddef>

namespace retention {

/// How often the schedule is looked at.
inline constexpr std::chrono::minutes kRunEvery{1};
/// How often values whose terms count from their own storing are looked through.
inline constexpr std::chrono::hours kEachByItselfEvery{1};
/// How long before data go those who manage the property are told.
inline constexpr std::chrono::hours kWarnFirst{7 * 24};
inline constexpr std::chrono::hours kWarnLast{24};

/// How often a database whose log somebody is reading is asked again, and how long is waited in between.
inline constexpr int kScrubTriesMax = 100;
inline constexpr std::chrono::milliseconds kScrubWait{20};
/// How often what is still found is removed and searched for again, before the erasure waits for `resume`.
inline constexpr int kSearchRoundsMax = 3;
/// After this no request that began before an erasure is still going on.
inline constexpr std::chrono::seconds kSweepAfter{30};

/// What is shorter could be there by accident.
inline constexpr std::size_t kNeedleBytesMin = 8;
inline constexpr std::size_t kNeedlesMax = 100'000;
inline constexpr std::size_t kSearchChunkBytes = std::size_t{1} << 20;

}  // namespace retention
