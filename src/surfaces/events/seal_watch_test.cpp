#include "surfaces/events/seal_watch.h"

#include <gtest/gtest.h>

#include "surfaces/events/limits.h"

namespace surfaces::events {
namespace {

using base::Millis;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Millis kYear = hours{365 * 24};
constexpr Millis kTick{1};

class SealWatchTest : public ::testing::Test {
 protected:
  static Event event_until(base::Instant ends) {
    Event event;
    event.property = {1};
    event.opened = true;
    event.starts = ends - hours{2};
    event.ends = ends;
    return event;
  }

  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  SealWatch watch_{clock_};
};

TEST_F(SealWatchTest, AnEventThatWasSeenToEndIsSealedAfterTheLimit) {
  const auto event = event_until(clock_.now() + hours{1});
  EXPECT_FALSE(watch_.look(event));
  clock_.advance(hours{1} + kSealAfter + kSealWatched - kTick);
  EXPECT_FALSE(watch_.look(event));
  clock_.advance(kTick);
  EXPECT_TRUE(watch_.look(event));
  EXPECT_TRUE(watch_.look(event));
}

TEST_F(SealWatchTest, AnEventThatWasOverAtTheStartIsSealedAfterTheLimit) {
  const auto event = event_until(clock_.now() - hours{1});
  EXPECT_FALSE(watch_.look(event));
  clock_.advance(kSealWatched - kTick);
  EXPECT_FALSE(watch_.look(event));
  clock_.advance(kTick);
  EXPECT_TRUE(watch_.look(event));
}

TEST_F(SealWatchTest, AClockThatIsAYearAheadAtTheStartAndThenRightSealsNothing) {
  const auto event = event_until(clock_.now() + hours{1});
  clock_.step(kYear);
  EXPECT_FALSE(watch_.look(event));
  clock_.advance(kSealWatched - kTick);
  EXPECT_FALSE(watch_.look(event));
  clock_.step(-kYear);
  clock_.advance(kSealWatched);
  EXPECT_FALSE(watch_.look(event));
  clock_.advance(hours{1} + kSealAfter);
  EXPECT_TRUE(watch_.look(event));
}

TEST_F(SealWatchTest, AClockThatIsSetAYearAheadAndRightAgainSealsNothing) {
  const auto event = event_until(clock_.now() + hours{1});
  EXPECT_FALSE(watch_.look(event));
  clock_.advance(minutes{30});
  clock_.step(kYear);
  EXPECT_FALSE(watch_.look(event));
  clock_.advance(seconds{30});
  EXPECT_FALSE(watch_.look(event));
  clock_.step(-kYear);
  clock_.advance(seconds{30});
  EXPECT_FALSE(watch_.look(event));
}

TEST_F(SealWatchTest, StepsUpToTheLimitAreNone) {
  const auto event = event_until(clock_.now() - hours{1});
  EXPECT_FALSE(watch_.look(event));
  clock_.step(kSealClockStep);
  clock_.advance(kSealWatched);
  EXPECT_TRUE(watch_.look(event));
  clock_.step(kSealClockStep + kTick);
  EXPECT_FALSE(watch_.look(event));
}

TEST_F(SealWatchTest, AnEventThatIsClosedEarlierIsOverThen) {
  auto event = event_until(clock_.now() - minutes{1});
  event.runs_on = true;
  EXPECT_FALSE(watch_.look(event));
  clock_.advance(minutes{1});
  event.closed = clock_.now();
  EXPECT_FALSE(watch_.look(event));
  clock_.advance(kSealAfter + kSealWatched);
  EXPECT_TRUE(watch_.look(event));
}

TEST_F(SealWatchTest, ADraftIsNeverSealed) {
  auto event = event_until(clock_.now() - hours{1});
  event.opened = false;
  EXPECT_FALSE(watch_.look(event));
  clock_.advance(hours{24});
  EXPECT_FALSE(watch_.look(event));
}

}  // namespace
}  // namespace surfaces::events
