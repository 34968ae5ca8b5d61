#include "pulse/fold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <random>

namespace pulse {

void PrintTo(const Interval& interval, std::ostream* out) {
  *out << '[' << interval.start_ms << ',' << interval.end_ms << ") " << int{interval.facts};
}
void PrintTo(const Beat& beat, std::ostream* out) {
  *out << '(' << beat.at_ms << ", " << int{beat.facts} << ')';
}

namespace {

using Intervals = std::vector<Interval>;
using Beats = std::vector<Beat>;

/// The same rules by another way: paint every millisecond on its own, then read off runs of one colour.
Intervals painted(const Beats& beats, std::int64_t gap_ms, std::int64_t span_ms) {
  std::vector<int> paint(static_cast<std::size_t>(span_ms), kGoingAway);
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    auto at = beats[i].at_ms;
    for (std::size_t k = 0; k < i; ++k) at = std::max(at, beats[k].at_ms);
    times.push_back(at);
  }
  for (std::size_t i = 0; i + 1 < beats.size(); ++i) {
    if (beats[i].facts == kGoingAway || times[i + 1] - times[i] > gap_ms) continue;
    for (auto at = times[i]; at < times[i + 1]; ++at) paint[static_cast<std::size_t>(at)] = beats[i].facts;
  }
  Intervals runs;
  for (std::int64_t at = 0; at < span_ms; ++at) {
    const auto colour = static_cast<Facts>(paint[static_cast<std::size_t>(at)]);
    if (colour == kGoingAway) continue;
    if (!runs.empty() && runs.back().end_ms == at && runs.back().facts == colour)
      ++runs.back().end_ms;
    else
      runs.push_back({at, at + 1, colour});
  }
  return runs;
}

TEST(Fold, CreditsUntilTheNextBeat) {
  EXPECT_EQ(fold(Beats{{1000, 3}, {6000, 1}, {11000, 1}}), (Intervals{{1000, 6000, 3}, {6000, 11000, 1}}));
}

TEST(Fold, CreditsNothingWithoutTwoBeats) {
  EXPECT_EQ(fold(Beats{}), Intervals{});
  EXPECT_EQ(fold(Beats{{1000, 3}}), Intervals{});
  EXPECT_EQ(fold(Beats{{1000, 3}, {1000, 3}, {500, 3}}), Intervals{});
}

TEST(Fold, CreditsTheGapAndNotOneMillisecondMore) {
  EXPECT_EQ(fold(Beats{{0, 3}, {kGapMs, 3}}), (Intervals{{0, kGapMs, 3}}));
  EXPECT_EQ(fold(Beats{{0, 3}, {kGapMs + 1, 3}}), Intervals{});
  EXPECT_EQ(fold(Beats{{0, 3}, {5, 3}, {5 + kGapMs + 1, 3}, {5 + kGapMs + 3, 3}}),
            (Intervals{{0, 5, 3}, {5 + kGapMs + 1, 5 + kGapMs + 3, 3}}));
}

TEST(Fold, CreditsNothingAfterGoingAway) {
  EXPECT_EQ(fold(Beats{{0, 3}, {10, kGoingAway}, {20, 3}, {30, 3}}), (Intervals{{0, 10, 3}, {20, 30, 3}}));
}

TEST(Fold, LetsTheLastOfEqualTimesHold) {
  EXPECT_EQ(fold(Beats{{0, 1}, {0, kGoingAway}, {0, 3}, {10, 3}}), (Intervals{{0, 10, 3}}));
  // Going away at 10 is taken back at 10: the time before and after still touches.
  EXPECT_EQ(fold(Beats{{0, 3}, {10, kGoingAway}, {10, 3}, {20, 3}}), (Intervals{{0, 20, 3}}));
  EXPECT_EQ(fold(Beats{{0, 3}, {10, 3}, {10, kGoingAway}, {20, 3}}), (Intervals{{0, 10, 3}}));
}

TEST(Fold, MovesAnEarlierBeatToItsPredecessor) {
  EXPECT_EQ(fold(Beats{{100, 3}, {50, 1}, {110, 0}}), (Intervals{{100, 110, 1}}));
}

TEST(Fold, HoldsForEveryPairOfFacts) {
  for (int first = kGoingAway; first <= kFactsMax; ++first) {
    for (int second = kGoingAway; second <= kFactsMax; ++second) {
      const Beats beats{{0, static_cast<Facts>(first)}, {5, static_cast<Facts>(second)}, {9, 0}};
      ASSERT_EQ(fold(beats), painted(beats, kGapMs, 9)) << first << ", " << second;
    }
  }
}

TEST(Fold, AgreesWithPaintingEachMillisecond) {
  for (std::uint64_t seed = 0; seed < 150'000; ++seed) {
    std::mt19937_64 random{seed};
    const auto up_to = [&random](std::int64_t most) {
      return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most + 1));
    };
    const auto gap_ms = 1 + up_to(8);
    const auto kinds = 1 + up_to(3);
    const auto facts = [&] {
      const auto kind = up_to(kinds + 1);
      return static_cast<Facts>(kind == 0 ? kGoingAway : kind == 1 ? up_to(kFactsMax) : kind);
    };
    Beats beats;
    std::int64_t at = up_to(10);
    for (auto count = up_to(14); count > 0; --count) {
      beats.push_back({at, facts()});
      // Mostly forwards, often not at all, just to the gap, just past it, sometimes back.
      const auto step = up_to(6);
      at += step == 0 ? 0 : step == 1 ? gap_ms : step == 2 ? gap_ms + 1 : step == 3 ? -up_to(5) : up_to(5);
      at = std::max<std::int64_t>(at, 0);
    }
    ASSERT_EQ(fold(beats, gap_ms), painted(beats, gap_ms, 200))
        << "seed " << seed << ", gap " << gap_ms << ", beats " << testing::PrintToString(beats);
  }
}

TEST(Fold, GoesOnFromAStoredState) {
  std::mt19937_64 random{7};
  Beats beats;
  for (int i = 0; i < 1000; ++i)
    beats.push_back({static_cast<std::int64_t>(random() % 500'000), static_cast<Facts>(random() % 4)});
  std::ranges::sort(beats, {}, &Beat::at_ms);
  Intervals pieces;
  FoldState stored;
  for (const auto& beat : beats) {
    FoldState state = stored;
    if (auto closed = Folder{state}.add(beat.at_ms, beat.facts)) pieces.push_back(*closed);
    stored = state;
  }
  EXPECT_TRUE(stored.open());
  if (auto closed = Folder{stored}.finish()) pieces.push_back(*closed);
  EXPECT_EQ(pieces, fold(beats));
  EXPECT_EQ(stored, FoldState{});
}

TEST(Fold, ShowsTheIntervalThatMayStillGrow) {
  FoldState state;
  EXPECT_EQ(state.open(), std::nullopt);
  Folder{state}.add(100, 3);
  EXPECT_EQ(state.open(), std::nullopt);
  Folder{state}.add(110, 3);
  EXPECT_EQ(state.open(), (Interval{100, 110, 3}));
}

TEST(Facts, AreMaskedExceptGoingAway) {
  EXPECT_EQ(masked(127, 3), 3);
  EXPECT_EQ(masked(0, 127), 0);
  EXPECT_EQ(masked(kGoingAway, 0), kGoingAway);
}

TEST(Facts, BearNames) {
  EXPECT_EQ(fact_named("visible"), kVisible);
  EXPECT_EQ(fact_named("focused"), kFocused);
  EXPECT_EQ(fact_named("playing"), kPlaying);
  EXPECT_EQ(fact_named("audible"), kAudible);
  EXPECT_EQ(fact_named("picture-in-picture"), kPictureInPicture);
  EXPECT_EQ(fact_named("full-screen"), kFullScreen);
  EXPECT_EQ(fact_named("idle"), kIdle);
  EXPECT_EQ(fact_named("Visible"), std::nullopt);
}

TEST(Facts, AreActiveWhenFocused) {
  for (int facts = 0; facts <= kFactsMax; ++facts)
    EXPECT_EQ(is_active(static_cast<Facts>(facts)), (facts & 2) != 0) << facts;
  EXPECT_FALSE(is_active(kGoingAway));
}

}  // namespace
}  // namespace pulse
