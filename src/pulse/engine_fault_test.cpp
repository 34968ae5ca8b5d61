// The engine when every operation may fail, and under many threads at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "pulse/engine.h"
#include "pulse/testing/engine_world.h"
#include "pulse/token.h"

namespace pulse {
namespace {

using base::Code;
using testing::event_rules;
using testing::kEvent;
using testing::kStartMs;
using testing::World;

// Each operation on the disk fails once, in each manner, until the whole story passes without a fault.
TEST(EngineFaultTest, EveryOperationMayFail) {
  for (const auto fault : {testing::Fault::Error, testing::Fault::NoSpace, testing::Fault::ErrorAfter}) {
    bool failed = true;
    for (std::uint64_t n = 1; failed; ++n) {
      SCOPED_TRACE(fmt::format("operation {} fails as {}", n, static_cast<int>(fault)));
      World world(n);
      world.options.intervals_before_seal = 1;
      world.files.fail_operation(n, fault);
      std::optional<OpenedSession> session;
      std::uint64_t acknowledged = 0;
      bool erased = false;
      if (world.start() && world.engine->declare_property(kEvent, event_rules())) {
        if (auto opened = world.open(1)) session = *opened;
        const auto other = world.open(2);
        for (std::uint64_t i = 1; session && i <= 6; ++i) {
          if (other && i == 2) erased = world.engine->erase_viewer(kEvent, {2}).has_value();
          if (i == 3) (void)world.engine->checkpoint();
          if (i == 5) (void)world.engine->scrub(kEvent);
          const auto ack = world.beat(*session, acknowledged + 1, fmt::format("[[0,{}]]", i % 2));
          if (ack) acknowledged = ack->number;
          world.pass(1'000);
        }
      }
      failed = world.files.has_failed();
      world.files.fail_never();
      world.crash();
      const auto started = world.start();
      ASSERT_TRUE(started) << started.error().message;
      if (!session) continue;
      const auto snapshot = world.engine->snapshot(kEvent);
      ASSERT_TRUE(snapshot) << snapshot.error().message;
      std::set<std::uint64_t> viewers;
      for (const auto& row : snapshot->sessions()) viewers.insert(row.viewer.value);
      EXPECT_TRUE(viewers.contains(1));
      if (erased) EXPECT_FALSE(viewers.contains(2));
      if (acknowledged == 0) continue;
      const auto again = world.beat(*session, 1, "[[0,0]]");
      ASSERT_TRUE(again) << again.error().message;
      EXPECT_GE(again->number, acknowledged);
      if (!failed) EXPECT_EQ(acknowledged, 6u);
    }
  }
}

TEST(EngineThreadTest, ManyThreadsAtOnce) {
  World world;
  world.options.intervals_before_seal = 8;
  ASSERT_TRUE(world.start());
  ASSERT_TRUE(world.engine->declare_property(kEvent, event_rules()));
  constexpr std::uint64_t kThreads = 4;
  constexpr std::uint64_t kBeats = 60;
  std::atomic<std::uint64_t> acknowledged{0};
  std::vector<std::thread> threads;
  for (std::uint64_t t = 1; t <= kThreads; ++t) {
    threads.emplace_back([&, t] {
      const auto session = world.open(t);
      ASSERT_TRUE(session);
      for (std::uint64_t n = 1; n <= kBeats; ++n) {
        world.clock.advance(base::Millis{50});
        const auto ack = world.beat(*session, n, fmt::format("[[0,{}]]", n % 4));
        ASSERT_TRUE(ack) << ack.error().message;
        ++acknowledged;
      }
    });
  }
  threads.emplace_back([&] {
    for (int i = 0; i < 10; ++i) {
      EXPECT_TRUE(world.engine->checkpoint());
      EXPECT_TRUE(world.engine->snapshot(kEvent)->intervals());
      EXPECT_TRUE(world.engine->live_changes(kEvent, 0));
    }
    EXPECT_TRUE(world.engine->erase_viewer(kEvent, {99}));
    EXPECT_TRUE(world.engine->scrub(kEvent));
  });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(acknowledged, kThreads * kBeats);
  EXPECT_EQ(world.engine->counters().beats, kThreads * kBeats);
  const auto before = world.intervals();
  world.crash();
  ASSERT_TRUE(world.start());
  // Sessions are told apart by their viewers: all is as it was.
  EXPECT_EQ(world.intervals(), before);
}

}  // namespace
}  // namespace pulse
