// A property is anonymised: what is told of it afterwards, what is left of it, and what a crash leaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "pulse/anonymous_file.h"
#include "pulse/image.h"
#include "pulse/log.h"
#include "pulse/store_files.h"
#include "pulse/testing/engine_world.h"

namespace pulse {
namespace {

using base::Code;
using testing::event_rules;
using testing::kEvent;
using testing::kStartMs;
using testing::World;

constexpr base::PropertyNumber kOther{8};

template <class T>
Code code_of(const base::Result<T>& result) {
  return result ? Code::Internal : result.error().code;
}

ReportRange planned() { return *ReportRange::make(kStartMs, kStartMs + 7'200'000, 60); }

ReportCounts counts() {
  ReportCounts counts;
  counts.registered = 30;
  counts.accredited = 6;
  return counts;
}

// Twelve viewers who watch between five and ten minutes, six who refused; and one of another property.
struct Event {
  World world;
  std::vector<OpenedSession> sessions;
  std::optional<OpenedSession> other;

  bool measure() {
    if (!world.start() || !world.engine->declare_property(kEvent, event_rules()) ||
        !world.engine->declare_property(kOther, event_rules()))
      return false;
    for (std::uint64_t viewer = 101; viewer <= 112; ++viewer) {
      auto opened = world.open(viewer, true, {{"device", "phone"}});
      if (!opened) return false;
      sessions.push_back(*opened);
    }
    for (std::uint64_t viewer = 201; viewer <= 206; ++viewer)
      if (!world.open(viewer, false)) return false;
    auto opened = world.open(301, true, {}, kOther);
    if (!opened || !world.beat(*opened, 1, "[[0,3]]")) return false;
    other = *opened;
    for (std::uint64_t n = 1; n <= 120; ++n) {
      for (std::size_t i = 0; i < sessions.size(); ++i)
        if (n <= 60 + 5 * i && !world.beat(sessions[i], n, n % 30 < 20 ? "[[0,3]]" : "[[0,1]]",
                                           n == 1 ? R"([[0,"click","play"]])" : "[]"))
          return false;
      world.pass(5'000);
      if (n == 50 && !world.engine->checkpoint()) return false;
    }
    return true;
  }
};

// All that a file in the folder may say of sessions, in clear: the image of the checkpoint and the logs.
std::string everything(World& world) {
  std::string all;
  const auto key = *world.keys.log_key();
  const auto names = world.files.list(world.options.folder);
  for (const auto& name : *names) {
    const auto path = world.options.folder / name;
    if (name == kCheckpointName) {
      all += base::as_text(*load_image(world.files, path, key));
    } else if (log_number(name) != 0) {
      EXPECT_TRUE(read_log(world.files, path, LogPlace::Last, key, [&](base::ByteView payload) {
        all += base::as_text(payload);
        return base::Result<void>{};
      }));
    }
  }
  return all;
}

TEST(EngineAnonymiseTest, TheRecordTakesThePlaceOfEveryRow) {
  Event event;
  ASSERT_TRUE(event.measure());
  auto& world = event.world;
  const auto before = world.engine->report(kEvent, planned(), counts());
  ASSERT_TRUE(before);
  ASSERT_EQ(code_of(world.engine->anonymous_record(kEvent)), Code::Conflict);

  ASSERT_TRUE(world.engine->anonymise(kEvent, counts()));
  for (int again = 0; again < 2; ++again) {
    const auto report = world.engine->report(kEvent, planned(), {});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->counts.registered, 30);
    EXPECT_EQ(report->counts.opened, 18);
    EXPECT_EQ(report->counts.consented, 12);
    EXPECT_EQ(report->counts.refused, 6);
    EXPECT_EQ(report->counts.accredited, 6);
    EXPECT_EQ(report->watched, 12);
    EXPECT_NEAR(static_cast<double>(report->average_active_s.value),
                static_cast<double>(before->average_active_s.value), 15'000);
    EXPECT_NEAR(static_cast<double>(report->average_open_s.value),
                static_cast<double>(before->average_open_s.value), 15'000);
    EXPECT_EQ(code_of(world.beat(event.sessions[0], 200, "[[0,3]]")), Code::Gone);
    EXPECT_EQ(code_of(world.engine->snapshot(kEvent)), Code::Gone);
    EXPECT_EQ(code_of(world.engine->snapshot_of_viewer(kEvent, {101})), Code::Gone);
    EXPECT_EQ(code_of(world.engine->live(kEvent)), Code::Gone);
    EXPECT_EQ(code_of(world.engine->declare_property(kEvent, event_rules())), Code::Gone);
    EXPECT_EQ(code_of(world.open(400)), Code::Gone);
    EXPECT_EQ(code_of(world.engine->erase_viewer(kEvent, {101})), Code::Gone);
    EXPECT_TRUE(world.engine->anonymise(kEvent, {})) << "idempotent, and the first record stays";
    EXPECT_TRUE(world.beat(*event.other, static_cast<std::uint64_t>(2 + again), "[[0,3]]"));
    EXPECT_TRUE(Engine::verify(world.options.folder, world.files, world.keys)->empty());
    world.crash();
    ASSERT_TRUE(world.start());
  }
}

TEST(EngineAnonymiseTest, NoFileHoldsARow) {
  Event event;
  ASSERT_TRUE(event.measure());
  auto& world = event.world;
  const auto holds = [&](const OpenedSession& session) {
    const auto all = everything(world);
    base::Bytes number;
    base::append_le(number, session.viewer.value);
    const base::ByteView id(session.session.bytes);
    return all.find(base::as_text(id)) != std::string::npos ||
           all.find(base::as_text(number)) != std::string::npos;
  };
  EXPECT_TRUE(holds(event.sessions[0]));
  ASSERT_TRUE(world.engine->anonymise(kEvent, counts()));
  for (const auto& session : event.sessions) EXPECT_FALSE(holds(session));
  EXPECT_TRUE(holds(*event.other));
  EXPECT_EQ(everything(world).find("phone"), std::string::npos);
  EXPECT_THAT(*world.files.list(world.options.folder),
              ::testing::AllOf(::testing::Contains("7.anonymous"),
                               ::testing::Not(::testing::Contains(::testing::HasSubstr("7-")))));
}

TEST(EngineAnonymiseTest, NoKeyOfThePropertyIsNeededAfterwards) {
  struct Keys final : KeySource {
    testing::TestKeys all;
    bool destroyed = false;
    base::Result<crypto::SecretKey> log_key() override { return all.log_key(); }
    base::Result<crypto::KeyRing> token_keys() override { return all.token_keys(); }
    base::Result<crypto::SecretKey> property_key(base::PropertyNumber property) override {
      if (destroyed) return base::fail(Code::Gone, "destroyed");
      return all.property_key(property);
    }
  } keys;
  Event event;
  ASSERT_TRUE(event.measure());
  auto& world = event.world;
  ASSERT_TRUE(world.engine->anonymise(kEvent, counts()));
  world.crash();
  keys.destroyed = true;
  auto engine = Engine::open(world.options, world.files, world.clock, world.random, keys);
  ASSERT_TRUE(engine) << engine.error().message;
  EXPECT_EQ((*engine)->report(kEvent, planned(), {})->watched, 12);
  EXPECT_TRUE((*engine)->anonymise(kEvent, {}));
}

TEST(EngineAnonymiseTest, RefusesWhatCannotBe) {
  World world;
  ASSERT_TRUE(world.start());
  EXPECT_EQ(code_of(world.engine->anonymise(kEvent, {})), Code::NotFound);
  EXPECT_EQ(code_of(world.engine->anonymous_record(kEvent)), Code::NotFound);
  ASSERT_TRUE(world.engine->declare_property(kEvent, event_rules()));
  EXPECT_EQ(code_of(world.engine->anonymise(kEvent, {}, kAnonymousFewestMin - 1)), Code::Invalid);
  EXPECT_EQ(code_of(world.engine->anonymise(kEvent, {}, kAnonymousFewestMax + 1)), Code::Invalid);
  EXPECT_TRUE(world.engine->snapshot(kEvent)) << "a refusal changes nothing";
  ASSERT_TRUE(world.engine->drop_property(kEvent));
  EXPECT_EQ(code_of(world.engine->anonymise(kEvent, {})), Code::Gone);
}

TEST(EngineAnonymiseTest, ARecordIsDroppedWithItsProperty) {
  Event event;
  ASSERT_TRUE(event.measure());
  auto& world = event.world;
  ASSERT_TRUE(world.engine->anonymise(kEvent, counts()));
  ASSERT_TRUE(world.engine->drop_property(kEvent));
  EXPECT_EQ(code_of(world.engine->report(kEvent, planned(), {})), Code::Gone);
  EXPECT_EQ(code_of(world.engine->anonymise(kEvent, {})), Code::Gone);
  EXPECT_FALSE(*world.files.exists(world.options.folder / "7.anonymous"));
  EXPECT_TRUE(world.engine->drop_property(kEvent));
}

TEST(EngineAnonymiseTest, ADamagedRecordIsToldAndNotGuessed) {
  Event event;
  ASSERT_TRUE(event.measure());
  auto& world = event.world;
  ASSERT_TRUE(world.engine->anonymise(kEvent, counts()));
  const auto path = world.options.folder / "7.anonymous";
  const auto good = world.files.bytes_of(path);
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto bytes = good;
    bytes[at] ^= 1;
    world.files.set_bytes(path, bytes);
    EXPECT_EQ(code_of(world.engine->anonymous_record(kEvent)), Code::Corrupt) << at;
  }
  EXPECT_FALSE(Engine::verify(world.options.folder, world.files, world.keys)->empty());
}

// Each operation on the disk fails once, as the power goes or the process dies: all of it is as it was or all
// of it is gone, and the next call finishes.
TEST(EngineAnonymiseTest, FinishesAfterDyingAnywhere) {
  for (const auto fault : {testing::Fault::Error, testing::Fault::NoSpace, testing::Fault::ErrorAfter}) {
    bool failed = true;
    for (std::uint64_t n = 1; failed; ++n) {
      SCOPED_TRACE(fmt::format("operation {} fails as {}", n, static_cast<int>(fault)));
      Event event;
      ASSERT_TRUE(event.measure());
      auto& world = event.world;
      const auto before = world.engine->report(kEvent, planned(), counts());
      world.files.fail_operation(n, fault);
      const auto done = world.engine->anonymise(kEvent, counts());
      failed = world.files.has_failed();
      world.files.fail_never();
      n % 2 == 0 ? world.files.crash() : world.files.kill();
      ASSERT_TRUE(world.start());
      const auto record = world.engine->anonymous_record(kEvent);
      const auto snapshot = world.engine->snapshot(kEvent);
      if (done) {
        EXPECT_TRUE(record);
      }
      if (record) {
        EXPECT_EQ(code_of(snapshot), Code::Gone);
      } else {
        ASSERT_EQ(code_of(record), Code::Conflict) << record.error().message;
        ASSERT_TRUE(snapshot) << snapshot.error().message;
        EXPECT_EQ(snapshot->sessions().size(), 18u);
        EXPECT_EQ(*world.engine->report(kEvent, planned(), counts()), *before);
      }
      ASSERT_TRUE(world.engine->anonymise(kEvent, counts()));
      const auto after = world.engine->anonymous_record(kEvent);
      ASSERT_TRUE(after) << after.error().message;
      EXPECT_EQ(after->watched, 12);
      if (record) EXPECT_EQ(*after, *record);
      EXPECT_EQ(everything(world).find("phone"), std::string::npos);
      EXPECT_THAT(*world.files.list(world.options.folder),
                  ::testing::Not(::testing::Contains(
                      ::testing::AnyOf(::testing::StartsWith("7-"), ::testing::EndsWith(".new")))));
      EXPECT_TRUE(world.beat(*event.other, 2, "[[0,3]]"));
    }
  }
}

}  // namespace
}  // namespace pulse
