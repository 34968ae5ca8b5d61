#include "pulse/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "pulse/testing/engine_world.h"
#include "pulse/token.h"

namespace pulse {
namespace {

using base::Code;
using ::testing::ElementsAre;
using testing::event_rules;
using ::testing::IsEmpty;
using testing::kEvent;
using testing::kStartMs;
using testing::World;

class EngineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(world.start());
    ASSERT_TRUE(world.engine->declare_property(kEvent, event_rules()));
  }
  void restart() {
    const auto started = world.start();
    ASSERT_TRUE(started) << started.error().message;
  }
  // A session that beats at 0, 5 and 10 s with these facts: [0, 10 s).
  OpenedSession watch(std::uint64_t viewer, int facts) {
    const auto session = world.open(viewer);
    EXPECT_TRUE(session);
    for (std::uint64_t n = 1; n <= 3; ++n) {
      if (n > 1) world.pass(5'000);
      const auto ack = world.beat(*session, n, fmt::format("[[0,{}]]", facts));
      EXPECT_TRUE(ack) << ack.error().message;
      EXPECT_EQ(ack->number, n);
    }
    return *session;
  }
  static Code code_of(const base::Result<Ack>& ack) { return ack ? Code::Internal : ack.error().code; }

  World world;
};

TEST_F(EngineTest, BeatsBecomeIntervals) {
  const auto session = world.open(1);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->token.size(), kTokenCharacters);
  EXPECT_EQ(base::to_ms(session->expires), kStartMs + 7'200'000 + 900'000 + 3'600'000);
  EXPECT_EQ(world.beat(*session, 1, "[[0,3]]")->number, 1u);
  world.pass(10'000);
  EXPECT_EQ(world.beat(*session, 2, "[[5000,1],[0,1]]")->number, 3u);
  EXPECT_THAT(world.intervals(), ElementsAre(ElementsAre(Interval{kStartMs, kStartMs + 5'000, 3},
                                                         Interval{kStartMs + 5'000, kStartMs + 10'000, 1})));
}

TEST_F(EngineTest, RepeatedAndOvertakenMessagesChangeNothing) {
  const auto session = *world.open(1);
  ASSERT_TRUE(world.beat(session, 1, "[[0,3]]"));
  world.pass(10'000);
  EXPECT_EQ(world.beat(session, 2, "[[5000,1],[0,1]]")->number, 3u);
  const auto before = world.intervals();
  world.pass(1'000);
  EXPECT_EQ(world.beat(session, 2, "[[6000,3]]")->number, 3u) << "overtaken";
  EXPECT_EQ(world.beat(session, 1, "[[11000,3],[6000,1],[1000,1]]")->number, 3u) << "sent again";
  EXPECT_EQ(world.intervals(), before);
  EXPECT_EQ(world.beat(session, 3, "[[1000,3],[0,1]]")->number, 4u) << "only the fourth is new";
  EXPECT_THAT(world.intervals()[0].back(), (Interval{kStartMs + 5'000, kStartMs + 11'000, 1}));
}

TEST_F(EngineTest, SurvivesRestartAtEachPoint) {
  auto session = *world.open(1);
  for (std::uint64_t n = 1; n <= 20; ++n) {
    ASSERT_TRUE(world.beat(session, n, fmt::format("[[0,{}]]", n % 4 == 0 ? 1 : 3)));
    const auto before = world.intervals();
    if (n % 5 == 0) ASSERT_TRUE(world.engine->checkpoint());
    EXPECT_EQ(world.intervals(), before) << n;
    world.crash();
    restart();
    EXPECT_EQ(world.intervals(), before) << n;
    EXPECT_EQ(world.beat(session, n, "[[0,0]]")->number, n) << "its number is known";
    world.pass(4'000);
  }
}

TEST_F(EngineTest, SealedIntervalsStayTheSame) {
  world.options.intervals_before_seal = 1;
  restart();
  const auto one = watch(1, 3);
  const auto two = watch(2, 1);
  ASSERT_TRUE(world.beat(one, 4, "[[0,1]]", R"([[0,"click","play"]])"));
  world.pass(5'000);
  ASSERT_TRUE(world.beat(one, 6, "[[0,3]]"));
  const auto before = world.intervals();
  ASSERT_TRUE(world.engine->checkpoint());
  EXPECT_EQ(world.intervals(), before);
  world.pass(5'000);
  ASSERT_TRUE(world.beat(one, 7, "[[0,1]]"));
  ASSERT_TRUE(world.engine->checkpoint());
  const auto later = world.intervals();
  EXPECT_EQ(later[0].back(), (Interval{kStartMs + 25'000, kStartMs + 30'000, 3}));
  restart();
  EXPECT_EQ(world.intervals(), later);
  const auto marks = world.engine->snapshot(kEvent)->marks();
  ASSERT_EQ(marks->size(), 1u);
  EXPECT_EQ(marks->front().value, "play");
  EXPECT_THAT(*Engine::verify("/pulse", world.files, world.keys), IsEmpty());
}

TEST_F(EngineTest, WithoutConsentOnlyOpenedIsStored) {
  const auto session = world.open(1, false, {{"device", "phone"}});
  ASSERT_TRUE(session);
  EXPECT_EQ(session->token, "");
  const auto snapshot = world.engine->snapshot(kEvent);
  ASSERT_EQ(snapshot->sessions().size(), 1u);
  EXPECT_FALSE(snapshot->sessions()[0].consented);
  EXPECT_EQ(snapshot->sessions()[0].opened_ms, kStartMs);
  EXPECT_THAT(snapshot->attributes(snapshot->sessions()[0].attributes),
              ElementsAre(std::pair<std::string, std::string>{"device", "phone"}));
  const auto present = world.engine->live(kEvent);
  EXPECT_EQ(present->opened, 1);
  EXPECT_EQ(present->consented, 0);
}

TEST_F(EngineTest, StoppingAViewerStopsEverySessionOfTheirsAndNobodyElses) {
  const auto one = watch(1, 3);
  const auto two = watch(1, 2);
  const auto other = watch(2, 2);
  const auto before = world.intervals();
  EXPECT_TRUE(world.engine->stop_viewer(kEvent, one.viewer));
  EXPECT_TRUE(world.engine->stop_viewer(kEvent, one.viewer)) << "idempotent";
  EXPECT_EQ(world.intervals(), before);
  EXPECT_EQ(code_of(world.beat(one, 4, "[[0,3]]")), Code::Gone);
  EXPECT_EQ(code_of(world.beat(two, 3, "[[0,3]]")), Code::Gone);
  EXPECT_TRUE(world.beat(other, 3, "[[0,3]]"));
  world.crash();
  restart();
  EXPECT_EQ(code_of(world.beat(one, 4, "[[0,3]]")), Code::Gone);
  EXPECT_TRUE(world.beat(other, 4, "[[0,3]]"));
}

TEST_F(EngineTest, WhoWatchesGoesOnWhileTheirTokensKeyIsAccepted) {
  const auto session = *world.open(1);
  world.keys.token_keys_renewed = 1;
  ASSERT_TRUE(world.engine->renew_token_keys());
  EXPECT_EQ(world.beat(session, 1, "[[0,3]]")->number, 1u);
  const auto other = *world.open(2);
  EXPECT_NE(session.token, other.token);
  restart();
  EXPECT_EQ(world.beat(session, 2, "[[0,3]]")->number, 2u);
  world.keys.token_keys_renewed = 2;
  ASSERT_TRUE(world.engine->renew_token_keys());
  EXPECT_EQ(code_of(world.beat(session, 3, "[[0,3]]")), Code::Unauthenticated);
  EXPECT_EQ(world.beat(other, 1, "[[0,3]]")->number, 1u);
}

TEST_F(EngineTest, WithdrawalDropsWhatArrivesAfterIt) {
  const auto session = watch(1, 3);
  const auto before = world.intervals();
  // All three wait in the queue together: the committer takes them as they came.
  std::promise<base::Result<Ack>> buffered;
  std::promise<base::Result<void>> withdrawn;
  world.engine->withdraw(session.session, session.token, [&](auto result) { withdrawn.set_value(result); });
  world.engine->append(World::message(session, 4, "[[0,3]]"), [&](auto ack) { buffered.set_value(ack); });
  EXPECT_TRUE(withdrawn.get_future().get());
  EXPECT_EQ(code_of(buffered.get_future().get()), Code::Gone);
  EXPECT_EQ(code_of(world.beat(session, 4, "[[1000,3],[0,3]]")), Code::Gone);
  EXPECT_TRUE(world.withdraw(session)) << "idempotent";
  EXPECT_EQ(world.intervals(), before);
  world.crash();
  restart();
  EXPECT_EQ(code_of(world.beat(session, 4, "[[0,3]]")), Code::Gone);
  EXPECT_EQ(world.intervals(), before);
  EXPECT_EQ(world.engine->snapshot(kEvent)->sessions()[0].stopped_ms, kStartMs + 10'000);
  EXPECT_EQ(world.engine->live(kEvent)->active, 0);
}

TEST_F(EngineTest, TakesTheSessionIdThatConsentWasRecordedFor) {
  const auto id = base::SessionId::draw(world.random);
  std::promise<base::Result<OpenedSession>> promise;
  world.engine->open_session(
      testing::Unpermitted::request(id, kEvent, {1}, kVisible, {}),
      [&](base::Result<OpenedSession> result) { promise.set_value(std::move(result)); });
  const auto session = *promise.get_future().get();
  EXPECT_EQ(session.session, id);
  ASSERT_TRUE(world.beat(session, 1, "[[0,3]]"));
  world.pass(1'000);
  ASSERT_TRUE(world.beat(session, 2, "[[0,3]]"));
  EXPECT_EQ(world.intervals()[0][0].facts, kVisible) << "what consent does not cover is cleared";
  EXPECT_EQ(world.engine->snapshot(kEvent)->sessions()[0].id, id);
}

TEST_F(EngineTest, RefusesTokensThatAreNotGood) {
  const auto session = *world.open(1);
  auto forged = session;
  forged.token[20] = forged.token[20] == 'A' ? 'B' : 'A';
  EXPECT_EQ(code_of(world.beat(forged, 1, "[[0,3]]")), Code::Unauthenticated);
  EXPECT_EQ(code_of(world.send("{}")), Code::Invalid);
  EXPECT_EQ(code_of(world.send(std::string(kMessageBytesMax + 1, ' '))), Code::TooLarge);
  const auto other = *world.open(2);
  auto mixed = session;
  mixed.session = other.session;
  EXPECT_EQ(world.withdraw(mixed).error().code, Code::Unauthenticated);
  ASSERT_TRUE(world.engine->end_sessions(kEvent));
  EXPECT_EQ(code_of(world.beat(session, 1, "[[0,3]]")), Code::Unauthenticated);
  const auto fresh = *world.open(1);
  EXPECT_TRUE(world.beat(fresh, 1, "[[0,3]]"));
  world.pass(24 * 3'600'000);
  EXPECT_EQ(code_of(world.beat(fresh, 2, "[[0,3]]")), Code::Unauthenticated) << "expired";
  EXPECT_EQ(world.open(1).error().code, Code::Conflict) << "the event is over";
}

TEST_F(EngineTest, DropsBeatsOutsideTheWindow) {
  auto rules = event_rules();
  rules.window_from_ms = kStartMs + 10'000;
  rules.window_to_ms = kStartMs + 20'000;
  rules.facts = kVisible;
  ASSERT_TRUE(world.engine->declare_property(kEvent, rules));
  const auto session = *world.open(1);
  for (std::uint64_t n = 1; n <= 6; ++n) {
    EXPECT_EQ(world.beat(session, n, "[[0,3]]")->number, n);
    world.pass(5'000);
  }
  EXPECT_THAT(world.intervals(), ElementsAre(ElementsAre(Interval{kStartMs + 10'000, kStartMs + 20'000, 1})));
  EXPECT_EQ(world.beat(session, 7, "[[15000,1]]")->number, 7u);
  EXPECT_THAT(world.intervals()[0], ::testing::SizeIs(1)) << "not earlier than a beat that was dropped";
  EXPECT_EQ(world.engine->counters().beats_outside, 4u);
}

TEST_F(EngineTest, AWallClockStepEndsSessions) {
  const auto session = watch(1, 3);
  world.clock.step(base::Millis{10'000});
  EXPECT_TRUE(world.beat(session, 4, "[[0,3]]")) << "exactly ten seconds";
  world.clock.step(base::Millis{-300'000});
  EXPECT_EQ(code_of(world.beat(session, 5, "[[0,3]]")), Code::Unauthenticated);
  const auto fresh = *world.open(1);
  EXPECT_TRUE(world.beat(fresh, 1, "[[0,3]]"));
  EXPECT_EQ(world.engine->live(kEvent)->active, 1);
}

TEST_F(EngineTest, TwoTabsOfAViewerCountOnce) {
  const auto a = *world.open(1);
  const auto b = *world.open(1);
  const auto other = *world.open(2);
  ASSERT_TRUE(world.beat(a, 1, "[[0,3]]"));
  ASSERT_TRUE(world.beat(b, 1, "[[0,1]]"));
  ASSERT_TRUE(world.beat(other, 1, "[[0,1]]"));
  auto present = *world.engine->live(kEvent);
  EXPECT_EQ(present.active, 1);
  EXPECT_EQ(present.inactive, 1);
  world.pass(10'000);
  ASSERT_TRUE(world.beat(a, 2, "[[0,-1]]"));
  ASSERT_TRUE(world.beat(b, 2, "[[0,1]]"));
  ASSERT_TRUE(world.beat(other, 2, "[[0,1]]"));
  present = *world.engine->live(kEvent);
  EXPECT_EQ(present.active, 0);
  EXPECT_EQ(present.inactive, 2);
  const auto curve = *world.engine->live_curve(kEvent, kStartMs, 12);
  EXPECT_EQ(curve[3], (CurveSecond{1'000, 1'000}));
  EXPECT_EQ(curve[9], (CurveSecond{1'000, 1'000}));
  EXPECT_EQ(curve[10], (CurveSecond{0, 0}));
  const auto changes = *world.engine->live_changes(kEvent, 0);
  EXPECT_FALSE(changes.incremental);
  ASSERT_EQ(changes.viewers.size(), 2u);
  EXPECT_EQ(changes.viewers[0].active_ms, 10'000);
  EXPECT_EQ(changes.viewers[0].open_ms, 10'000);

  world.pass(15'000);
  EXPECT_EQ(world.engine->live(kEvent)->inactive, 2) << "exactly the gap";
  world.pass(1);
  const auto gone = *world.engine->live_changes(kEvent, changes.present.version);
  EXPECT_TRUE(gone.incremental);
  EXPECT_EQ(gone.present.inactive, 0);
  EXPECT_EQ(gone.viewers.size(), 2u);
  EXPECT_THAT(world.engine->live_changes(kEvent, gone.present.version)->viewers, IsEmpty());
}

TEST_F(EngineTest, LateBeatsOfAnotherTabRaiseInactiveTime) {
  const auto a = *world.open(1);
  const auto b = *world.open(1);
  world.pass(60'000);
  ASSERT_TRUE(world.beat(a, 1, "[[30000,1],[20000,1],[10000,1],[0,1]]"));
  ASSERT_TRUE(world.beat(b, 1, "[[40000,3],[25000,3],[15000,-1]]"));
  // a: inactive [30, 60); b: active [20, 45): active 25, inactive 15.
  const auto viewer = world.engine->live_changes(kEvent, 0)->viewers.at(0);
  EXPECT_EQ(viewer.active_ms, 25'000);
  EXPECT_EQ(viewer.open_ms, 40'000);
  EXPECT_EQ(viewer.first_seen_ms, kStartMs + 20'000);
  EXPECT_EQ(viewer.last_seen_ms, kStartMs + 60'000);
}

TEST_F(EngineTest, ErasedViewersLeaveEverything) {
  world.options.intervals_before_seal = 1;
  restart();
  const auto one = watch(1, 3);
  watch(2, 3);
  ASSERT_TRUE(world.engine->checkpoint());
  ASSERT_TRUE(world.beat(one, 4, "[[0,1]]"));
  ASSERT_TRUE(world.engine->erase_viewer(kEvent, {1}));
  const auto check = [&] {
    const auto snapshot = world.engine->snapshot(kEvent);
    ASSERT_TRUE(snapshot);
    ASSERT_EQ(snapshot->sessions().size(), 1u);
    EXPECT_EQ(snapshot->sessions()[0].viewer.value, 2u);
    EXPECT_THAT(world.intervals(),
                ElementsAre(ElementsAre(Interval{kStartMs + 10'000, kStartMs + 20'000, 3})));
    EXPECT_THAT(world.engine->snapshot_of_viewer(kEvent, {1})->sessions(), IsEmpty());
    const auto curve = *world.engine->live_curve(kEvent, kStartMs, 25);
    EXPECT_EQ(curve[5], CurveSecond{});
    EXPECT_EQ(curve[15], (CurveSecond{1'000, 0}));
    EXPECT_EQ(curve[22], CurveSecond{});
    EXPECT_EQ(world.engine->live(kEvent)->opened, 1);
    EXPECT_EQ(code_of(world.beat(one, 5, "[[0,3]]")), Code::Gone);
  };
  check();
  world.crash();
  restart();
  check();
  ASSERT_TRUE(world.engine->scrub(kEvent));
  check();
  restart();
  check();
  EXPECT_TRUE(world.engine->erase_viewer(kEvent, {1})) << "idempotent";
  check();
}

TEST_F(EngineTest, ASealedEventIsOneSegment) {
  world.options.intervals_before_seal = 1;
  restart();
  const auto session = watch(1, 3);
  ASSERT_TRUE(world.engine->checkpoint());
  watch(2, 1);
  world.pass(5'000);
  const auto range = *ReportRange::make(kStartMs, kStartMs + 7'200'000, 60);
  const auto live = world.engine->report(kEvent, range, {.registered = 3});
  ASSERT_TRUE(live);
  EXPECT_EQ(live->average_active_s.value, 5'000);
  EXPECT_EQ(live->average_open_s.value, 10'000);
  const auto before = world.intervals();
  ASSERT_TRUE(world.engine->seal(kEvent));
  const auto check = [&] {
    EXPECT_EQ(world.intervals(), before);
    EXPECT_EQ(world.engine->live(kEvent).error().code, Code::Conflict);
    EXPECT_EQ(*world.engine->report(kEvent, range, {.registered = 3}), *live);
    EXPECT_EQ(code_of(world.beat(session, 4, "[[0,3]]")), Code::Unauthenticated);
    EXPECT_EQ(world.open(1).error().code, Code::Conflict);
    const auto names = *world.files.list("/pulse");
    EXPECT_EQ(std::ranges::count_if(names, [](const auto& name) { return name.ends_with(".segment"); }), 1);
  };
  check();
  restart();
  check();
  EXPECT_EQ(world.engine->snapshot_of_viewer(kEvent, {2})->sessions().size(), 1u);
  ASSERT_TRUE(world.engine->erase_viewer(kEvent, {2}));
  EXPECT_EQ(world.engine->report(kEvent, range, {})->watched, 1);
  ASSERT_TRUE(world.engine->scrub(kEvent));
  restart();
  EXPECT_EQ(world.engine->report(kEvent, range, {})->watched, 1);
}

TEST_F(EngineTest, ADroppedPropertyLeavesNoBytes) {
  world.options.intervals_before_seal = 1;
  restart();
  const auto session = watch(1, 3);
  ASSERT_TRUE(world.engine->checkpoint());
  ASSERT_TRUE(world.engine->drop_property(kEvent));
  const auto check = [&] {
    EXPECT_EQ(world.engine->snapshot(kEvent).error().code, Code::Gone);
    EXPECT_EQ(code_of(world.beat(session, 4, "[[0,3]]")), Code::Gone);
    EXPECT_EQ(world.engine->declare_property(kEvent, event_rules()).error().code, Code::Gone);
    for (const auto& name : *world.files.list("/pulse")) EXPECT_FALSE(name.ends_with(".segment")) << name;
  };
  check();
  restart();
  check();
  EXPECT_TRUE(world.engine->drop_property(kEvent)) << "idempotent";
}

TEST_F(EngineTest, AFullQueueAnswersAtOnce) {
  const auto session = *world.open(1);
  world.options.queue_bytes_max = 0;
  restart();
  EXPECT_EQ(code_of(world.beat(session, 1, "[[0,3]]")), Code::Unavailable);
  EXPECT_EQ(world.engine->counters().refused_full, 1u);
}

TEST_F(EngineTest, AFullDiskLosesNothingAndRecovers) {
  const auto session = watch(1, 3);
  const auto before = world.intervals();
  world.files.set_full();
  world.pass(5'000);
  EXPECT_EQ(code_of(world.beat(session, 4, "[[0,3]]")), Code::Unavailable);
  EXPECT_EQ(world.open(2).error().code, Code::Unavailable);
  EXPECT_EQ(world.intervals(), before);
  world.files.fail_never();
  EXPECT_EQ(world.beat(session, 4, "[[0,3]]")->number, 4u);
  ASSERT_TRUE(world.open(2));
  const auto after = world.intervals();
  EXPECT_EQ(after[0][0].end_ms, kStartMs + 15'000);
  world.crash();
  restart();
  EXPECT_EQ(world.intervals(), after);
}

TEST_F(EngineTest, AFailedSyncEndsAcknowledgingUntilRestart) {
  const auto session = watch(1, 3);
  world.files.set_syncs_fail();
  EXPECT_EQ(code_of(world.beat(session, 4, "[[0,3]]")), Code::Unavailable);
  world.files.fail_never();
  EXPECT_EQ(code_of(world.beat(session, 4, "[[0,3]]")), Code::Unavailable);
  EXPECT_EQ(world.engine->checkpoint().error().code, Code::Unavailable);
  EXPECT_EQ(world.beat(session, 3, "[[0,3]]")->number, 3u) << "what is stored is still acknowledged";
  world.crash();
  restart();
  EXPECT_TRUE(world.beat(session, 4, "[[0,3]]"));
}

TEST_F(EngineTest, LimitsHold) {
  auto rules = event_rules();
  rules.mark_kinds.assign(kMarkKindsMax, "kind");
  EXPECT_TRUE(world.engine->declare_property({8}, rules));
  rules.mark_kinds.emplace_back("one more");
  EXPECT_EQ(world.engine->declare_property({8}, rules).error().code, Code::Invalid);
  Attributes attributes(kAttributesPerSessionMax, {"a", std::string(kAttributeBytesMax, 'x')});
  EXPECT_TRUE(world.open(1, true, attributes));
  auto longer = attributes;
  longer[0].second += 'x';
  EXPECT_EQ(world.open(1, true, longer).error().code, Code::Invalid);
  attributes.emplace_back("a", "b");
  EXPECT_EQ(world.open(1, true, attributes).error().code, Code::Invalid);
  EXPECT_EQ(world.open(1, true, {}, {99}).error().code, Code::NotFound);
}

TEST_F(EngineTest, VerifyFindsEachFlippedBit) {
  world.options.intervals_before_seal = 1;
  restart();
  watch(1, 3);
  ASSERT_TRUE(world.engine->checkpoint());
  watch(2, 1);
  world.engine.reset();
  ASSERT_THAT(*Engine::verify("/pulse", world.files, world.keys), IsEmpty());
  for (const auto& name : *world.files.list("/pulse")) {
    const auto path = base::Path("/pulse") / name;
    const auto whole = world.files.bytes_of(path);
    for (std::size_t bit = 0; bit < whole.size() * 8; bit += 1 + bit % 3) {
      auto damaged = whole;
      damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      world.files.set_bytes(path, damaged);
      const auto found = Engine::verify("/pulse", world.files, world.keys);
      ASSERT_TRUE(found) << found.error().message;
      ASSERT_EQ(found->size(), 1u) << name << " bit " << bit;
      EXPECT_EQ(found->front().file, name);
      EXPECT_LE(found->front().offset, bit / 8);
    }
    world.files.set_bytes(path, whole);
  }
}

TEST_F(EngineTest, DamageInTheMiddleIsRefusedWithItsPlace) {
  watch(1, 3);
  world.engine.reset();
  const auto names = *world.files.list("/pulse");
  ASSERT_THAT(names, ElementsAre("log-1"));
  const auto whole = world.files.bytes_of("/pulse/log-1");
  auto damaged = whole;
  damaged[100] ^= 1;
  world.files.set_bytes("/pulse/log-1", damaged);
  const auto started = world.start();
  EXPECT_EQ(started.error().code, Code::Corrupt);
  EXPECT_THAT(started.error().message, ::testing::StartsWith("log-1 at 64:"));
  world.files.set_bytes("/pulse/log-1", whole);
  ASSERT_TRUE(world.start());
  EXPECT_THAT(world.intervals()[0], ::testing::SizeIs(1));

  world.engine.reset();
  ASSERT_TRUE(world.files.remove("/pulse/log-1"));
  EXPECT_EQ(world.start().error().code, Code::Corrupt) << "a log is missing";
}

TEST_F(EngineTest, ARangeThatChangesIsCountedAnew) {
  watch(1, 3);
  auto rules = event_rules();
  rules.report_from_ms = kStartMs + 4'000;
  ASSERT_TRUE(world.engine->declare_property(kEvent, rules));
  const auto viewer = world.engine->live_changes(kEvent, 0)->viewers.at(0);
  EXPECT_EQ(viewer.active_ms, 6'000);
  EXPECT_EQ(viewer.state, ViewerState::Active);
  const auto range = *ReportRange::make(rules.report_from_ms, rules.report_to_ms, 60);
  EXPECT_EQ(world.engine->report(kEvent, range, {})->average_active_s.value, 6'000);
}

}  // namespace
}  // namespace pulse
