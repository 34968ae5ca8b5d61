#include "pulse/file_hold.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "pulse/testing/engine_world.h"

namespace pulse {
namespace {

using testing::event_rules;
using testing::kEvent;
using testing::World;

class FileHoldTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(world.start());
    ASSERT_TRUE(world.engine->declare_property(kEvent, event_rules()));
  }
  // Beats of five seconds each, at once: `count` of them from `number`.
  void beat(const OpenedSession& session, std::uint64_t number, int count) {
    for (int i = 0; i < count; ++i, ++number) {
      world.pass(5'000);
      const auto ack = world.beat(session, number, "[[0,3]]");
      ASSERT_TRUE(ack) << ack.error().message;
    }
  }
  void copy(FileHold& hold) {
    ASSERT_TRUE(world.files.make_directories("/copy"));
    for (const auto& held : hold.files()) {
      base::Bytes bytes(held.bytes);
      const auto got = held.file->read_at(0, bytes);
      ASSERT_TRUE(got) << held.name;
      ASSERT_EQ(*got, held.bytes) << held.name;
      ASSERT_TRUE(base::replace_file(world.files, base::Path("/copy") / held.name, bytes));
    }
  }
  // What an engine of its own reads in the copy.
  std::vector<std::vector<Interval>> intervals_of_copy() {
    auto options = world.options;
    options.folder = "/copy";
    auto engine = Engine::open(options, world.files, world.clock, world.random, world.keys);
    EXPECT_TRUE(engine) << engine.error().message;
    if (!engine) return {};
    std::swap(world.engine, *engine);
    auto all = world.intervals();
    std::swap(world.engine, *engine);
    return all;
  }

  World world;
};

TEST_F(FileHoldTest, ACopyHoldsWhatWasAcknowledgedBeforeTheCutAndNothingAfterIt) {
  const auto session = world.open(1);
  ASSERT_TRUE(session);
  beat(*session, 1, 3);
  ASSERT_TRUE(world.engine->checkpoint());
  beat(*session, 4, 3);
  auto hold = world.engine->hold_files();
  ASSERT_TRUE(hold) << hold.error().message;
  beat(*session, 7, 1);
  const auto before = world.intervals();
  ASSERT_TRUE((*hold)->cut());
  beat(*session, 8, 5);
  ASSERT_TRUE(world.open(2));
  copy(**hold);
  EXPECT_EQ(intervals_of_copy(), before);
  EXPECT_NE(world.intervals(), before);
  const auto damage = Engine::verify("/copy", world.files, world.keys);
  ASSERT_TRUE(damage);
  EXPECT_TRUE(damage->empty()) << damage->front().file << ": " << damage->front().what;
}

TEST_F(FileHoldTest, ACheckpointAfterTheCutTakesNothingAway) {
  world.options.intervals_before_seal = 1;
  ASSERT_TRUE(world.start());
  const auto session = world.open(1);
  ASSERT_TRUE(session);
  beat(*session, 1, 3);
  ASSERT_TRUE(world.engine->checkpoint());
  beat(*session, 4, 2);
  auto hold = world.engine->hold_files();
  ASSERT_TRUE(hold);
  ASSERT_TRUE((*hold)->cut());
  const auto before = world.intervals();
  beat(*session, 6, 2);
  ASSERT_TRUE(world.engine->seal(kEvent));
  ASSERT_TRUE(world.engine->checkpoint());
  copy(**hold);
  EXPECT_EQ(intervals_of_copy(), before);
}

TEST_F(FileHoldTest, WhatDestroysBytesWaitsForTheHoldsEnd) {
  const auto session = world.open(1);
  ASSERT_TRUE(session);
  beat(*session, 1, 3);
  auto hold = world.engine->hold_files();
  ASSERT_TRUE(hold);
  ASSERT_TRUE((*hold)->cut());
  const auto before = world.intervals();
  std::atomic<bool> scrubbed = false;
  std::thread eraser([&] {
    EXPECT_TRUE(world.engine->erase_viewer(kEvent, {1}));
    EXPECT_TRUE(world.engine->scrub(kEvent));
    scrubbed = true;
  });
  // The viewer is gone for every reader long before their bytes are.
  while (world.intervals() == before) std::this_thread::yield();
  copy(**hold);
  EXPECT_FALSE(scrubbed);
  hold->reset();
  eraser.join();
  EXPECT_TRUE(scrubbed);
  EXPECT_EQ(intervals_of_copy(), before);
}

TEST_F(FileHoldTest, AHoldThatIsGivenUpHoldsNothing) {
  {
    auto hold = world.engine->hold_files();
    ASSERT_TRUE(hold);
  }
  EXPECT_TRUE(world.engine->checkpoint());
  EXPECT_TRUE(world.engine->scrub(kEvent));
}

}  // namespace
}  // namespace pulse
