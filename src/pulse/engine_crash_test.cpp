// The engine against a model of it that keeps every beat and folds them all anew, through crashes, kills and
// faults at every place. What was acknowledged must be there; what was not may be there whole or not at all.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "pulse/fold.h"
#include "pulse/testing/engine_world.h"
#include "pulse/union.h"

namespace pulse {
namespace {

using base::Code;
using testing::event_rules;
using testing::Fault;
using testing::kEvent;
using testing::kStartMs;
using testing::World;

struct ModelSession {
  OpenedSession opened;
  std::vector<Beat> beats;
  bool stopped = false;
  std::uint64_t number() const { return beats.size(); }
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : world_(seed), chance_(seed), seed_(seed) {
    world_.options.intervals_before_seal = 1 + chance_() % 40;
  }

  void run(int steps) {
    start();
    for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i) step();
    world_.files.fail_never();
    crash();
    compare();
  }

 private:
  std::uint64_t below(std::uint64_t n) { return chance_() % n; }

  void start() {
    // A start may itself hit a fault; the next one may not.
    if (!world_.start()) {
      below(2) == 0 ? world_.files.crash() : world_.files.kill();
      const auto started = world_.start();
      ASSERT_TRUE(started) << "seed " << seed_ << ": " << started.error().message;
    }
    if (!world_.engine->declare_property(kEvent, event_rules())) {
      world_.files.fail_never();
      world_.crash();
      ASSERT_TRUE(world_.start());
      ASSERT_TRUE(world_.engine->declare_property(kEvent, event_rules()));
    }
  }

  void crash() {
    if (below(3) == 0) {
      world_.files.kill();
      world_.engine.reset();
    } else {
      world_.crash();
    }
    if (below(4) == 0) world_.files.fail_operation(1 + below(12), any_fault());
    start();
    world_.files.fail_never();
    settle();
  }

  Fault any_fault() {
    constexpr std::array kFaults = {Fault::Error, Fault::NoSpace, Fault::ErrorAfter};
    return kFaults[below(kFaults.size())];
  }

  void step() {
    world_.pass(static_cast<std::int64_t>(below(9'000)));
    const auto what = below(100);
    if (what < 6 || sessions_.empty()) return open();
    if (what < 80) return beat();
    if (what < 83) return withdraw();
    if (what < 85) return erase();
    if (what < 90) return checkpoint();
    if (what < 93) return compare();
    if (what < 96) return world_.files.fail_operation(1 + below(30), any_fault());
    crash();
    compare();
  }

  // After a failure: goes on with the same engine, or dies.
  void failed() {
    world_.files.fail_never();
    if (below(2) == 0) return;
    crash();
  }

  void open() {
    const auto viewer = 1 + below(4);
    auto opened = world_.open(viewer);
    if (!opened) return failed();
    auto& session = sessions_[opened->session];
    session.opened = *opened;
  }

  ModelSession& any_session() {
    auto at = sessions_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(below(sessions_.size())));
    return at->second;
  }

  void beat() {
    auto& session = any_session();
    const auto receipt_ms = base::to_ms(world_.clock.now());
    const auto count = 1 + below(5);
    // Sometimes what it has already is sent again.
    const auto again = std::min<std::uint64_t>(below(3), session.number());
    std::vector<Beat> beats = session.beats;
    std::string text;
    for (std::uint64_t i = 0; i < again + count; ++i) {
      const auto age = below(2) == 0 ? below(12'000) : below(400'000);
      const auto facts = static_cast<Facts>(static_cast<int>(below(9)) - 1);
      text += fmt::format("{}[{},{}]", text.empty() ? "" : ",", age, static_cast<int>(facts));
      if (i < again) continue;
      const auto earliest = std::max(receipt_ms - kBeatAgeMaxMs, base::to_ms(session.opened.opened));
      const auto at_ms = std::max(receipt_ms - static_cast<std::int64_t>(age), earliest);
      beats.push_back({beats.empty() ? at_ms : std::max(at_ms, beats.back().at_ms), facts});
    }
    const auto ack = world_.beat(session.opened, session.number() - again + 1, "[" + text + "]");
    if (session.stopped) {
      ASSERT_FALSE(ack);
      ASSERT_EQ(ack.error().code, Code::Gone);
      return;
    }
    if (ack) {
      EXPECT_EQ(ack->number, beats.size());
      session.beats = std::move(beats);
      return;
    }
    ASSERT_EQ(ack.error().code, Code::Unavailable) << "seed " << seed_ << ": " << ack.error().message;
    world_.files.fail_never();
    if (below(2) == 0) {
      // The page tries again, at the same time; unless a sync failed, that succeeds.
      const auto repeated = world_.beat(session.opened, session.number() - again + 1, "[" + text + "]");
      if (repeated) {
        session.beats = std::move(beats);
        return;
      }
    }
    unsure_ = session.opened.session;
    unsure_beats_ = std::move(beats);
    crash();
  }

  void withdraw() {
    auto& session = any_session();
    if (!world_.withdraw(session.opened)) {
      world_.files.fail_never();
      crash();
      ASSERT_TRUE(world_.withdraw(session.opened));
    }
    session.stopped = true;
  }

  void erase() {
    const auto viewer = any_session().opened.viewer;
    if (!world_.engine->erase_viewer(kEvent, viewer)) {
      world_.files.fail_never();
      crash();
      ASSERT_TRUE(world_.engine->erase_viewer(kEvent, viewer));
    }
    // Its sessions are gone; new ones of the same number are another matter.
    std::erase_if(sessions_, [&](const auto& each) { return each.second.opened.viewer == viewer; });
  }

  void checkpoint() {
    const auto done = below(3) == 0 ? world_.engine->scrub(kEvent) : world_.engine->checkpoint();
    if (!done) failed();
  }

  // What was sent and not acknowledged is there whole or not at all; from now on it is known which: the page
  // sends the same numbers again, and those that are there already are skipped.
  void settle() {
    if (!unsure_) return;
    const auto id = *std::exchange(unsure_, std::nullopt);
    const auto found = sessions_.find(id);
    if (found == sessions_.end() || found->second.stopped) return;
    auto& session = found->second;
    auto without = session.beats;
    without.push_back(
        {std::max(base::to_ms(world_.clock.now()), without.empty() ? 0 : without.back().at_ms), 0});
    const auto ack = world_.beat(session.opened, session.number() + 1, "[[0,0]]");
    ASSERT_TRUE(ack) << "seed " << seed_ << ": " << ack.error().message;
    if (unsure_beats_.size() == without.size()) {
      // Of one beat each the number does not tell which is there; the next one's interval does.
      world_.pass(1'000);
      const auto next = world_.beat(session.opened, without.size() + 1, "[[0,-1]]");
      ASSERT_TRUE(next);
      const Beat last{base::to_ms(world_.clock.now()), kGoingAway};
      without.push_back(last);
      unsure_beats_.push_back(last);
      const auto stored = intervals_of(session.opened.session);
      session.beats = stored == fold(unsure_beats_) ? unsure_beats_ : without;
    } else {
      session.beats = ack->number == unsure_beats_.size() ? unsure_beats_ : without;
    }
    EXPECT_EQ(intervals_of(session.opened.session), fold(session.beats)) << "seed " << seed_;
  }

  std::vector<Interval> intervals_of(base::SessionId id) {
    std::vector<Interval> found;
    const auto snapshot = world_.engine->snapshot(kEvent);
    if (!snapshot) return found;
    const auto rows = snapshot->intervals();
    if (!rows) return found;
    for (const auto& row : *rows)
      if (snapshot->sessions()[row.session].id == id) found.push_back(row.interval);
    return found;
  }

  void compare() {
    auto snapshot = world_.engine->snapshot(kEvent);
    ASSERT_TRUE(snapshot) << "seed " << seed_ << ": " << snapshot.error().message;
    auto rows = snapshot->intervals();
    ASSERT_TRUE(rows) << "seed " << seed_ << ": " << rows.error().message;
    std::map<base::SessionId, std::vector<Interval>> stored;
    for (const auto& row : *rows) stored[snapshot->sessions()[row.session].id].push_back(row.interval);
    std::map<std::uint64_t, std::vector<Interval>> of_viewer;
    std::size_t known = 0;
    for (const auto& row : snapshot->sessions()) {
      const auto session = sessions_.find(row.id);
      if (session == sessions_.end()) {
        EXPECT_TRUE(stored[row.id].empty()) << "seed " << seed_ << ": one that was never acknowledged";
        continue;
      }
      ++known;
      auto expected = fold(session->second.beats);
      EXPECT_EQ(stored[row.id], expected) << "seed " << seed_;
      EXPECT_EQ(row.stopped_ms != 0, session->second.stopped) << "seed " << seed_;
      auto& all = of_viewer[row.viewer.value];
      all.insert(all.end(), expected.begin(), expected.end());
    }
    EXPECT_EQ(known, sessions_.size()) << "seed " << seed_ << ": an acknowledged session is missing";
    compare_live(of_viewer);
  }

  void compare_live(std::map<std::uint64_t, std::vector<Interval>>& of_viewer) {
    std::vector<CurveSecond> curve(7'200);
    std::map<std::uint64_t, std::pair<std::int64_t, std::int64_t>> totals;
    for (auto& [viewer, intervals] : of_viewer) {
      std::vector<Presence> united;
      unite(intervals, united);
      for (const auto& presence : united) {
        for (auto at = presence.start_ms; at < std::min(presence.end_ms, event_rules().report_to_ms); ++at) {
          auto& second = curve[static_cast<std::size_t>((at - kStartMs) / 1000)];
          ++(presence.active ? second.active_ms : second.inactive_ms);
          ++totals[viewer].second;
          if (presence.active) ++totals[viewer].first;
        }
      }
    }
    const auto live = world_.engine->live_changes(kEvent, 0);
    ASSERT_TRUE(live) << live.error().message;
    for (const auto& viewer : live->viewers) {
      EXPECT_EQ(viewer.active_ms, totals[viewer.viewer.value].first) << "seed " << seed_;
      EXPECT_EQ(viewer.open_ms, totals[viewer.viewer.value].second) << "seed " << seed_;
    }
    const auto told = world_.engine->live_curve(kEvent, kStartMs, 7'200);
    ASSERT_TRUE(told) << told.error().message;
    EXPECT_TRUE(*told == curve) << "seed " << seed_ << ": the live curve is another";
  }

  World world_;
  std::mt19937_64 chance_;
  std::uint64_t seed_;
  std::map<base::SessionId, ModelSession> sessions_;
  std::optional<base::SessionId> unsure_;
  std::vector<Beat> unsure_beats_;
};

TEST(EngineCrashTest, MatchesTheModelThroughCrashesAndFaults) {
  for (std::uint64_t seed = 1; seed <= 150 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Simulation(seed).run(250);
  }
}

}  // namespace
}  // namespace pulse
