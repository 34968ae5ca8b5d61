#include "pulse/portability.h"

#include <gtest/gtest.h>

#include <vector>

namespace pulse {
namespace {

constexpr std::int64_t kAtMs = 1'795'356'000'000;  // 2026-11-22T14:00:00.000Z

base::SessionId session(std::string_view text) { return *base::parse_id<base::SessionId>(text); }

TEST(Portability, IsTheHeaderAloneWithoutIntervals) {
  constexpr std::string_view kHeader = "session,start,end,duration,action\r\n";
  EXPECT_EQ(portability_csv({}), kHeader);
  const std::vector<SessionIntervals> empty{{session("00000000000000000000000001"), {}}};
  EXPECT_EQ(portability_csv(empty), kHeader);
}

TEST(Portability, HasARowPerIntervalInOrder) {
  const std::vector<Interval> late{{kAtMs + 60'000, kAtMs + 65'250, 3}};
  const std::vector<Interval> early{
      {kAtMs, kAtMs + 5'000, 3}, {kAtMs + 5'000, kAtMs + 5'001, 1}, {kAtMs + 30'000, kAtMs + 3'630'070, 0}};
  const std::vector<SessionIntervals> sessions{{session("7zzzzzzzzzzzzzzzzzzzzzzzzz"), late},
                                               {session("0000000000000000000000000g"), early}};
  EXPECT_EQ(
      portability_csv(sessions),
      "session,start,end,duration,action\r\n"
      "0000000000000000000000000g,2026-11-22T14:00:00.000Z,2026-11-22T14:00:05.000Z,5.000,active\r\n"
      "0000000000000000000000000g,2026-11-22T14:00:05.000Z,2026-11-22T14:00:05.001Z,0.001,inactive\r\n"
      "0000000000000000000000000g,2026-11-22T14:00:30.000Z,2026-11-22T15:00:30.070Z,3600.070,inactive\r\n"
      "7zzzzzzzzzzzzzzzzzzzzzzzzz,2026-11-22T14:01:00.000Z,2026-11-22T14:01:05.250Z,5.250,active\r\n");
}

TEST(Portability, JoinsWhatDiffersOnlyInOtherFacts) {
  const std::vector<Interval> intervals{
      {kAtMs, kAtMs + 1'000, 3},         {kAtMs + 1'000, kAtMs + 2'000, 7},
      {kAtMs + 2'000, kAtMs + 3'000, 2}, {kAtMs + 3'001, kAtMs + 4'000, 2},
      {kAtMs + 4'000, kAtMs + 5'000, 1}, {kAtMs + 5'000, kAtMs + 6'000, 65}};
  const std::vector<SessionIntervals> sessions{{session("00000000000000000000000001"), intervals}};
  EXPECT_EQ(
      portability_csv(sessions),
      "session,start,end,duration,action\r\n"
      "00000000000000000000000001,2026-11-22T14:00:00.000Z,2026-11-22T14:00:03.000Z,3.000,active\r\n"
      "00000000000000000000000001,2026-11-22T14:00:03.001Z,2026-11-22T14:00:04.000Z,0.999,active\r\n"
      "00000000000000000000000001,2026-11-22T14:00:04.000Z,2026-11-22T14:00:06.000Z,2.000,inactive\r\n");
}

}  // namespace
}  // namespace pulse
