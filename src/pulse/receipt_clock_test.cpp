#include "pulse/receipt_clock.h"

#include <gtest/gtest.h>

#include <random>

#include "pulse/limits.h"

namespace pulse {
namespace {

using base::Millis;
using std::chrono::hours;

constexpr std::int64_t kStartMs = 1'795'356'000'000;

struct ReceiptClockTest : testing::Test {
  base::ManualClock wall{base::instant_from_ms(kStartMs)};
  ReceiptClock receipt{wall};

  std::int64_t away_ms() { return receipt.now().at_ms - base::to_ms(wall.now()); }
};

TEST_F(ReceiptClockTest, FollowsTimeThatPasses) {
  EXPECT_EQ(receipt.now().at_ms, kStartMs);
  wall.advance(Millis{1});
  EXPECT_EQ(receipt.now().at_ms, kStartMs + 1);
  wall.advance(hours{1});
  EXPECT_EQ(away_ms(), 0);
  wall.advance(hours{24 * 365});
  EXPECT_EQ(away_ms(), 0);
  EXPECT_EQ(receipt.now().generation, 0U);
}

TEST_F(ReceiptClockTest, SlewsByAHundredthOfTheTimePassed) {
  wall.step(Millis{5'000});
  EXPECT_EQ(away_ms(), -5'000);
  wall.advance(Millis{100'000});
  EXPECT_EQ(away_ms(), -4'000);
  wall.advance(Millis{400'000});
  EXPECT_EQ(away_ms(), 0);
  wall.advance(hours{1});
  EXPECT_EQ(away_ms(), 0);

  wall.step(Millis{-5'000});
  EXPECT_EQ(away_ms(), 5'000);
  wall.advance(Millis{499'900});
  EXPECT_EQ(away_ms(), 1);
  wall.advance(Millis{100});
  EXPECT_EQ(away_ms(), 0);
  EXPECT_EQ(receipt.now().generation, 0U);
}

TEST_F(ReceiptClockTest, TakesTenSecondsForDriftAndOneMillisecondMoreForAStep) {
  for (const int sign : {1, -1}) {
    const auto generation = receipt.now().generation;
    wall.step(Millis{sign * kClockStepMaxMs});
    EXPECT_EQ(receipt.now().generation, generation);
    EXPECT_EQ(away_ms(), -sign * kClockStepMaxMs);
    wall.advance(hours{1});
    EXPECT_EQ(away_ms(), 0);

    wall.step(Millis{sign * (kClockStepMaxMs + 1)});
    EXPECT_EQ(receipt.now().generation, generation + 1);
    EXPECT_EQ(away_ms(), 0);
    EXPECT_EQ(receipt.now().generation, generation + 1) << "one step is told once";
  }
}

TEST_F(ReceiptClockTest, NoticesSmallStepsThatAddUp) {
  wall.step(Millis{6'000});
  EXPECT_EQ(receipt.now().generation, 0U);
  wall.step(Millis{6'000});
  EXPECT_EQ(receipt.now().generation, 1U);
}

TEST_F(ReceiptClockTest, NoticesAStepWhileNobodyAsked) {
  wall.advance(hours{2});
  wall.step(hours{-1});
  wall.advance(hours{2});
  EXPECT_EQ(receipt.now().generation, 1U);
  EXPECT_EQ(away_ms(), 0);
}

TEST_F(ReceiptClockTest, IsThereAndBackAgain) {
  wall.step(hours{1});
  EXPECT_EQ(receipt.now().generation, 1U);
  wall.step(hours{-1});
  EXPECT_EQ(receipt.now().generation, 2U);
  EXPECT_EQ(away_ms(), 0);
}

TEST_F(ReceiptClockTest, NeverGoesBackWithinAGeneration) {
  constexpr std::uint64_t kSeed = 11;
  std::mt19937_64 random{kSeed};
  auto before = receipt.now();
  for (int i = 0; i < 100'000; ++i) {
    wall.advance(Millis{random() % 200});
    if (random() % 50 == 0) wall.step(Millis{static_cast<std::int64_t>(random() % 16'000) - 8'000});
    const auto now = receipt.now();
    if (now.generation == before.generation) {
      ASSERT_GE(now.at_ms, before.at_ms) << "seed " << kSeed << ", round " << i;
    }
    ASSERT_LE(std::abs(now.at_ms - base::to_ms(wall.now())), kClockStepMaxMs + 1)
        << "seed " << kSeed << ", round " << i;
    before = now;
  }
}

TEST_F(ReceiptClockTest, ConvergesWhateverTheSteps) {
  std::mt19937_64 random{12};
  for (int i = 0; i < 1000; ++i) {
    wall.step(Millis{static_cast<std::int64_t>(random() % 20'001) - 10'000});
    receipt.now();
    wall.advance(Millis{kClockStepMaxMs * 100});
    ASSERT_EQ(away_ms(), 0);
  }
  EXPECT_EQ(receipt.now().generation, 0U);
}

}  // namespace
}  // namespace pulse
