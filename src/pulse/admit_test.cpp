#include "pulse/admit.h"

#include <gtest/gtest.h>

namespace pulse {
namespace {

constexpr AdmitRules kRules{.window_from_ms = 1'000'000, .window_to_ms = 9'000'000, .permitted = 3};
constexpr AdmitContext kFresh{.receipt_ms = 2'000'000, .issued_ms = 1'500'000};

TEST(Admit, SubtractsTheAge) {
  EXPECT_EQ(beat_time_ms(kFresh, 0), 2'000'000);
  EXPECT_EQ(beat_time_ms(kFresh, 5'000), 1'995'000);
}

TEST(Admit, GoesBackFiveMinutesAtMost) {
  EXPECT_EQ(beat_time_ms(kFresh, kBeatAgeMaxMs), 1'700'000);
  EXPECT_EQ(beat_time_ms(kFresh, kBeatAgeMaxMs + 1), 1'700'000);
  EXPECT_EQ(beat_time_ms(kFresh, kIntegerMax), 1'700'000);
}

TEST(Admit, NeverPrecedesTheTokenOrThePreviousBeat) {
  auto session = kFresh;
  session.issued_ms = 1'999'000;
  EXPECT_EQ(beat_time_ms(session, 5'000), 1'999'000);
  session.previous_ms = 1'999'500;
  EXPECT_EQ(beat_time_ms(session, 5'000), 1'999'500);
  // Even one that lies ahead of receipt.
  session.previous_ms = 2'003'000;
  EXPECT_EQ(beat_time_ms(session, 0), 2'003'000);
}

TEST(Admit, DropsWhatIsOutsideTheWindow) {
  const auto counts = [](std::int64_t receipt_ms) {
    return admit(kRules, {.receipt_ms = receipt_ms, .issued_ms = 0}, 0, 3).counts;
  };
  EXPECT_FALSE(counts(kRules.window_from_ms - 1));
  EXPECT_TRUE(counts(kRules.window_from_ms));
  EXPECT_TRUE(counts(kRules.window_to_ms));
  EXPECT_FALSE(counts(kRules.window_to_ms + 1));
  EXPECT_EQ(admit(kRules, {.receipt_ms = 5, .issued_ms = 0}, 0, 3).at_ms, 5);
}

TEST(Admit, ClearsWhatIsNotPermitted) {
  EXPECT_EQ(admit(kRules, kFresh, 0, 127).facts, 3);
  EXPECT_EQ(admit(kRules, kFresh, 0, 124).facts, 0);
  EXPECT_EQ(admit(kRules, kFresh, 0, kGoingAway).facts, kGoingAway);
  EXPECT_TRUE(admit(kRules, kFresh, 0, kGoingAway).counts);
}

}  // namespace
}  // namespace pulse
