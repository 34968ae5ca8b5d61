#include "pulse/union.h"

#include <gtest/gtest.h>

#include <ostream>
#include <random>

namespace pulse {

void PrintTo(const Presence& presence, std::ostream* out) {
  *out << '[' << presence.start_ms << ',' << presence.end_ms << ") "
       << (presence.active ? "active" : "inactive");
}

namespace {

using Presences = std::vector<Presence>;
using Intervals = std::vector<Interval>;

Presences united(Intervals intervals) {
  Presences out{{1, 2, true}};  // What was in it before is gone.
  unite(intervals, out);
  return out;
}

/// The definition, millisecond by millisecond.
Presences painted(const Intervals& intervals, std::int64_t span_ms) {
  Presences runs;
  for (std::int64_t at = 0; at < span_ms; ++at) {
    bool any = false;
    bool active = false;
    for (const auto& interval : intervals) {
      if (at < interval.start_ms || at >= interval.end_ms) continue;
      any = true;
      active = active || (interval.facts & kFocused) != 0;
    }
    if (!any) continue;
    if (!runs.empty() && runs.back().end_ms == at && runs.back().active == active)
      ++runs.back().end_ms;
    else
      runs.push_back({at, at + 1, active});
  }
  return runs;
}

TEST(Union, OfNothingIsNothing) { EXPECT_EQ(united({}), Presences{}); }

TEST(Union, JoinsWhatDiffersOnlyInOtherFacts) {
  EXPECT_EQ(united({{0, 10, 3}, {10, 20, 7}, {20, 30, 1}, {30, 40, 0}}),
            (Presences{{0, 20, true}, {20, 40, false}}));
}

TEST(Union, CountsTwoTabsOnce) {
  EXPECT_EQ(united({{0, 100, 3}, {0, 100, 3}}), (Presences{{0, 100, true}}));
  EXPECT_EQ(united({{0, 100, 1}, {40, 60, 3}}),
            (Presences{{0, 40, false}, {40, 60, true}, {60, 100, false}}));
  EXPECT_EQ(united({{40, 60, 1}, {0, 100, 3}}), (Presences{{0, 100, true}}));
}

TEST(Union, KeepsAbsencesApart) {
  EXPECT_EQ(united({{50, 60, 3}, {0, 10, 3}}), (Presences{{0, 10, true}, {50, 60, true}}));
}

TEST(Union, AgreesWithPaintingEachMillisecond) {
  for (std::uint64_t seed = 0; seed < 100'000; ++seed) {
    std::mt19937_64 random{seed};
    Intervals intervals;
    for (auto count = random() % 9; count > 0; --count) {
      const auto start = static_cast<std::int64_t>(random() % 40);
      intervals.push_back(
          {start, start + 1 + static_cast<std::int64_t>(random() % 15), static_cast<Facts>(random() % 4)});
    }
    ASSERT_EQ(united(intervals), painted(intervals, 60)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace pulse
