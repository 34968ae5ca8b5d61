// Attacks on anonymous records by somebody who knows how they are made.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "pulse/anonymous.h"

namespace pulse {
namespace {

constexpr std::int64_t kFromMs = 1'795'356'000'000;

using Trace = std::vector<Presence>;

struct Event {
  std::int64_t to_ms = kFromMs;
  std::uint32_t fewest = kAnonymousFewest;
  std::vector<Trace> viewers;  // an empty one consented and never watched
  std::int64_t refused = 0;

  AnonymousRecord record(ReportCounts counts = {}) const {
    auto builder = AnonymousBuilder::make(kFromMs, to_ms, fewest);
    EXPECT_TRUE(builder);
    for (const auto& each : viewers) builder->add_viewer(each, true);
    for (std::int64_t i = 0; i < refused; ++i) builder->add_viewer({}, false);
    return builder->record(counts);
  }
};

// ---- every event of a small world -------------------------------------------------------------------

// What an attacker would like to know of an event: how many did what, by name of the deed.
using Facts = std::map<std::string, std::int64_t>;

Facts facts_of(const std::vector<Trace>& viewers, std::int64_t moments, std::int64_t moment_ms) {
  Facts facts;
  for (const auto& trace : viewers) {
    std::string whole;
    std::int64_t active = 0;
    std::int64_t open = 0;
    for (const auto& presence : trace) {
      const auto start = (presence.start_ms - kFromMs) / moment_ms;
      const auto end = (presence.end_ms - kFromMs) / moment_ms;
      const auto* const state = presence.active ? "active" : "inactive";
      whole += fmt::format("{}-{} {} ", start, end, state);
      open += end - start;
      active += presence.active ? end - start : 0;
      for (auto m = start; m < end; ++m) ++facts[fmt::format("{} at {}", state, m)];
    }
    ++facts["trace " + whole];
    ++facts[fmt::format("active time {}", active)];
    ++facts[fmt::format("open time {}", open)];
    const auto start = (trace.front().start_ms - kFromMs) / moment_ms;
    const auto end = (trace.back().end_ms - kFromMs) / moment_ms;
    ++facts[fmt::format("arrival {}", start)];
    ++facts[fmt::format("departure {}", end)];
    for (std::int64_t m = 0; m < moments; ++m)
      if (m < start || m >= end) ++facts[fmt::format("absent at {}", m)];
  }
  return facts;
}

// Visits of whole moments, each active or, if it may be, inactive.
std::vector<Trace> visits(std::int64_t moments, std::int64_t moment_ms, bool inactive) {
  std::vector<Trace> all;
  for (std::int64_t start = 0; start < moments; ++start) {
    for (auto end = start + 1; end <= moments; ++end) {
      const auto length = end - start;
      for (std::int64_t states = 0; states < (inactive ? std::int64_t{1} << length : 1); ++states) {
        Trace trace;
        for (std::int64_t m = 0; m < length; ++m) {
          const bool active = (states >> m & 1) == 0;
          const auto from_ms = kFromMs + (start + m) * moment_ms;
          if (!trace.empty() && trace.back().active == active) {
            trace.back().end_ms += moment_ms;
          } else {
            trace.push_back({from_ms, from_ms + moment_ms, active});
          }
        }
        all.push_back(std::move(trace));
      }
    }
  }
  return all;
}

// Calls `look` with every choice of `count` of the kinds, with repetition.
void each_choice(const std::vector<Trace>& kinds, std::size_t count,
                 const std::function<void(const std::vector<Trace>&)>& look) {
  std::vector<Trace> chosen;
  const std::function<void(std::size_t)> choose = [&](std::size_t from) {
    if (chosen.size() == count) return look(chosen);
    for (auto i = from; i < kinds.size(); ++i) {
      chosen.push_back(kinds[i]);
      choose(i);
      chosen.pop_back();
    }
  };
  choose(0);
}

// For each record that there can be: what is the same in all events that have it.
struct Known {
  std::size_t events = 0;
  Facts certain;
};

struct SmallWorld {
  std::uint32_t fewest;
  std::size_t viewers_max;
  std::int64_t moments;
  std::int64_t moment_ms;
  bool inactive;
};

// Makes every event of the world and its record. What an attacker who knows the record, how it was made and
// what can happen in that world knows for certain is what all events with that record have in common.
class EveryEventTest : public ::testing::TestWithParam<SmallWorld> {};

TEST_P(EveryEventTest, NothingOfFewIsCertain) {
  const auto world = GetParam();
  const auto kinds = visits(world.moments, world.moment_ms, world.inactive);
  std::map<base::Bytes, Known> records;
  std::size_t events = 0;
  for (std::size_t count = world.fewest; count <= world.viewers_max; ++count) {
    each_choice(kinds, count, [&](const std::vector<Trace>& viewers) {
      ++events;
      const Event event{kFromMs + (world.moments + 1) * world.moment_ms, world.fewest, viewers, 0};
      auto& known = records[encode(event.record())];
      const auto facts = facts_of(viewers, world.moments, world.moment_ms);
      if (known.events++ == 0) {
        known.certain = facts;
        return;
      }
      std::erase_if(known.certain, [&](const auto& fact) {
        const auto found = facts.find(fact.first);
        return found == facts.end() || found->second != fact.second;
      });
    });
  }
  EXPECT_GT(events, 10'000u);
  EXPECT_GT(records.size(), 8u) << "the records would tell nothing at all";
  for (const auto& [bytes, known] : records) {
    for (const auto& [what, viewers] : known.certain) {
      ASSERT_GE(viewers, world.fewest) << what << " in each of " << known.events << " events with\n"
                                       << to_json(*decode_anonymous(bytes), "e");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AnonymousAttackTest, EveryEventTest,
                         ::testing::Values(SmallWorld{3, 5, 5, 5'000, false},
                                           SmallWorld{5, 7, 4, 10'000, false},
                                           SmallWorld{5, 8, 2, 10'000, true},
                                           SmallWorld{3, 5, 3, 5'000, true}));

// ---- random events ----------------------------------------------------------------------------------

Event any_event(std::mt19937_64& chance) {
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int64_t>(chance() % static_cast<std::uint64_t>(n));
  };
  Event event;
  event.fewest = below(2) == 0 ? 3 : 5;
  const auto range_ms = 60'000 * (1 + below(180));
  event.to_ms = kFromMs + range_ms;
  event.refused = below(9);
  const auto viewers = below(4) == 0 ? below(8) : below(60);
  for (std::int64_t i = 0; i < viewers; ++i) {
    Trace trace;
    // Most come at the start and stay; some come and go, also beyond the range.
    auto at_ms = kFromMs - 60'000 + (below(3) > 0 ? below(120'000) : below(range_ms + 120'000));
    for (auto left = below(6); left >= 0; --left) {
      const auto length_ms = below(4) == 0 ? 1 + below(range_ms) : 1 + below(60'000);
      trace.push_back({at_ms, at_ms + length_ms, trace.empty() || !trace.back().active || below(2) == 0});
      at_ms += length_ms + (below(3) == 0 ? 1 + below(90'000) : trace.back().active ? 0 : 1 + below(15'000));
    }
    if (below(20) == 0) trace.clear();
    event.viewers.push_back(std::move(trace));
  }
  return event;
}

ReportCounts any_counts(std::mt19937_64& chance) {
  ReportCounts counts;
  counts.registered = static_cast<std::int64_t>(chance() % 80);
  counts.accredited = static_cast<std::int64_t>(chance() % 40);
  return counts;
}

// By adding and subtracting whatever is told, an attacker gets sums of groups; here the differences of each
// two numbers of viewers that contain each other.
void expect_no_few(const AnonymousRecord& record) {
  const std::int64_t fewest = record.fewest;
  const auto many = [&](std::int64_t viewers) { return viewers == 0 || viewers >= fewest; };
  const auto& counts = record.counts;
  if (counts.opened >= fewest) {
    for (const auto each : {counts.registered, counts.consented, counts.refused, counts.accredited,
                            record.watched, counts.opened - counts.consented, counts.opened - counts.refused,
                            counts.opened - record.watched, counts.consented - record.watched,
                            record.watched - counts.accredited, std::abs(counts.registered - counts.opened)})
      EXPECT_TRUE(many(each)) << each << " in " << to_json(record, "e");
  }
  // Viewers told by any moment: by first, by last, by both, and the rest of them.
  std::set<Grains> moments{0};
  for (const auto& group : record.groups) moments.insert({group.first, group.last, group.active, group.open});
  for (const auto moment : moments) {
    std::map<std::string_view, std::int64_t> told;
    for (const auto& group : record.groups) {
      told["arrived"] += group.first <= moment ? group.viewers : 0;
      told["left"] += group.last <= moment ? group.viewers : 0;
      told["there"] += group.first <= moment && moment < group.last ? group.viewers : 0;
      told["active"] += group.active <= moment ? group.viewers : 0;
      told["open"] += group.open <= moment ? group.viewers : 0;
    }
    for (const auto& [what, viewers] : told)
      EXPECT_TRUE(many(viewers) && many(record.watched - viewers)) << what << viewers;
  }
  for (const auto& run : curve_of(record)) {
    EXPECT_TRUE(run.active.value == 0 || run.active.value >= fewest * 1000);
    EXPECT_TRUE(run.inactive.value == 0 || run.inactive.value >= fewest * 1000);
  }
}

TEST(AnonymousAttackTest, NoNumberAndNoDifferenceIsOfFew) {
  for (std::uint64_t seed = 1; seed <= 12'000 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 chance(seed);
    const auto event = any_event(chance);
    const auto record = event.record(any_counts(chance));
    EXPECT_EQ(fault_of(record), "");
    expect_no_few(record);
    if (event.to_ms == kFromMs) continue;
    const auto range = *ReportRange::make(kFromMs - 60'000, event.to_ms + 60'000, 7);
    for (const auto& point : report_of(record, range).curve) {
      EXPECT_TRUE(point.active.value == 0 || point.active.value >= record.fewest * 1000);
      EXPECT_TRUE(point.inactive.value == 0 || point.inactive.value >= record.fewest * 1000);
    }
    const auto movements = movements_of(record, range);
    for (const auto each : movements.arrivals) EXPECT_TRUE(each == 0 || each >= record.fewest);
    for (const auto each : movements.departures) EXPECT_TRUE(each == 0 || each >= record.fewest);
  }
}

// The export of the day before names every viewer's time. Whoever has it and the record, and tries to tell
// whose time is behind what is told, finds no difference when names are exchanged.
TEST(AnonymousAttackTest, ExchangingAnyTwoNamesChangesNothing) {
  for (std::uint64_t seed = 1; seed <= 2'000 && !::testing::Test::HasFailure(); ++seed) {
    std::mt19937_64 chance(seed);
    auto event = any_event(chance);
    const auto record = encode(event.record());
    std::ranges::shuffle(event.viewers, chance);
    EXPECT_EQ(encode(event.record()), record) << seed;
  }
}

// Somebody knows the record and everything of everybody but one viewer, and tries every second at which that
// one may have left. The more that fit, the less they know; how little is told in docs/anonymity.md.
TEST(AnonymousAttackTest, WhoKnowsAllOthersKnowsTheLastOneRoughly) {
  std::vector<std::int64_t> fitting;
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    std::mt19937_64 chance(seed);
    auto event = any_event(chance);
    event.fewest = 5;
    std::erase_if(event.viewers, [](const Trace& each) { return each.empty(); });
    for (auto& each : event.viewers) each.resize(1);
    if (event.viewers.size() < 12) continue;
    auto& last = event.viewers[chance() % event.viewers.size()];
    if (last[0].start_ms < kFromMs || last[0].end_ms > event.to_ms) continue;
    const auto record = event.record();
    const auto truth_ms = last[0].end_ms;
    fitting.push_back(0);
    for (auto shift_s = -300; shift_s <= 300; ++shift_s) {
      last[0].end_ms = truth_ms + shift_s * 1000;
      if (last[0].end_ms <= last[0].start_ms || last[0].end_ms > event.to_ms) continue;
      fitting.back() += event.record() == record ? 1 : 0;
    }
  }
  std::ranges::sort(fitting);
  ASSERT_GT(fitting.size(), 100u);
  EXPECT_GE(fitting[fitting.size() / 2], 30) << "seconds, in half of all cases";
  EXPECT_GE(fitting[fitting.size() / 20], 5) << "in all but a twentieth";
}

// A second more or less of one viewer seldom shows.
TEST(AnonymousAttackTest, SmallChangesMostlyShowNothing) {
  std::size_t tried = 0;
  std::size_t same = 0;
  for (std::uint64_t seed = 1; seed <= 10'000; ++seed) {
    std::mt19937_64 chance(seed);
    auto event = any_event(chance);
    std::erase_if(event.viewers, [](const Trace& each) { return each.empty(); });
    if (event.viewers.size() < 10) continue;
    const auto record = event.record();
    auto& viewer = event.viewers[chance() % event.viewers.size()];
    viewer.back().end_ms += 1'000;
    ++tried;
    same += event.record() == record ? 1 : 0;
  }
  EXPECT_GT(10 * same, 8 * tried) << same << " of " << tried;
}

}  // namespace
}  // namespace pulse
