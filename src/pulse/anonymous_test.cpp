// What an anonymous record of an event is, rule by rule.
#include "pulse/anonymous.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "pulse/union.h"

namespace pulse {
namespace {

using base::Code;

constexpr std::int64_t kFromMs = 1'795'356'000'000;
constexpr std::int64_t kSecondMs = 1'000;
constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 3'600'000;

AnonymousBuilder builder(std::int64_t range_ms = 2 * kHourMs, std::uint32_t fewest = 5) {
  auto made = AnonymousBuilder::make(kFromMs, kFromMs + range_ms, fewest);
  EXPECT_TRUE(made);
  return std::move(*made);
}

// Present and active from one second to another.
std::vector<Presence> active(std::int64_t from_s, std::int64_t to_s) {
  return {{kFromMs + from_s * kSecondMs, kFromMs + to_s * kSecondMs, true}};
}

void add(AnonymousBuilder& to, int viewers, const std::vector<Presence>& presences, bool consented = true) {
  for (int i = 0; i < viewers; ++i) to.add_viewer(presences, consented);
}

AnonymousRecord of_classes(int watched, int idle, int refused, ReportCounts counts = {}) {
  auto made = builder();
  add(made, watched, active(0, 600));
  add(made, idle, {});
  add(made, refused, {}, false);
  return made.record(counts);
}

AnonymousGroup group(std::int64_t viewers, Grains first, Grains last, Grains active, Grains open) {
  return {viewers, first, last, active, open};
}

TEST(AnonymousTest, LimitsAreAtTheirNames) {
  const auto code = [](std::int64_t from_ms, std::int64_t to_ms, std::uint32_t fewest) {
    const auto made = AnonymousBuilder::make(from_ms, to_ms, fewest);
    return made ? Code::Internal : made.error().code;
  };
  EXPECT_EQ(code(0, 1, kAnonymousFewestMin), Code::Internal);
  EXPECT_EQ(code(0, 1, kAnonymousFewestMin - 1), Code::Invalid);
  EXPECT_EQ(code(0, 1, kAnonymousFewestMax), Code::Internal);
  EXPECT_EQ(code(0, 1, kAnonymousFewestMax + 1), Code::Invalid);
  EXPECT_EQ(code(0, kAnonymousRangeMaxS * 1000, 5), Code::Internal);
  EXPECT_EQ(code(0, kAnonymousRangeMaxS * 1000 + 1, 5), Code::Invalid);
  EXPECT_EQ(code(2, 1, 5), Code::Invalid);
  EXPECT_EQ(code(-1, 1, 5), Code::Invalid);
}

TEST(AnonymousTest, AnEventThatFewOpenedKeepsOneNumber) {
  ReportCounts counts;
  counts.registered = 4;
  const auto record = of_classes(4, 0, 0, counts);
  AnonymousRecord expected;
  expected.from_ms = kFromMs;
  expected.to_ms = kFromMs + 2 * kHourMs;
  expected.counts.opened = 4;
  EXPECT_EQ(record, expected);
  EXPECT_EQ(of_classes(0, 0, 0).counts.opened, 0);
  EXPECT_EQ(of_classes(5, 0, 0).watched, 5) << "one past few";
}

TEST(AnonymousTest, ClassesOfFewAreCountedWithTheirNeighbours) {
  struct Case {
    int watched, idle, refused;
    std::int64_t told_watched, told_consented, told_refused;
  };
  for (const auto& [watched, idle, refused, told_watched, told_consented, told_refused] : {
           Case{10, 6, 7, 10, 16, 7},
           Case{10, 0, 7, 10, 10, 7},
           Case{10, 2, 7, 10, 10, 9},  // the idle with those who refused
           Case{10, 7, 2, 10, 19, 0},  // and the other way round
           Case{10, 2, 0, 10, 10, 0},  // nobody to be counted with but those who watched
           Case{10, 0, 4, 10, 10, 0},
           Case{10, 2, 2, 10, 10, 0},
           Case{10, 3, 2, 10, 15, 0},
           Case{3, 9, 0, 0, 12, 0},  // few watched
           Case{3, 0, 4, 0, 0, 7},
           Case{4, 0, 1, 0, 5, 0},
       }) {
    SCOPED_TRACE(::testing::Message() << watched << " " << idle << " " << refused);
    const auto record = of_classes(watched, idle, refused);
    EXPECT_EQ(record.watched, told_watched);
    EXPECT_EQ(record.counts.consented, told_consented);
    EXPECT_EQ(record.counts.refused, told_refused);
    EXPECT_EQ(record.counts.opened, told_consented + told_refused);
    EXPECT_EQ(fault_of(record), "");
    EXPECT_EQ(record.groups.empty(), told_watched == 0);
  }
}

TEST(AnonymousTest, RegisteredAndAccreditedDifferByManyOrNotAtAll) {
  const auto told = [](std::int64_t registered, std::int64_t accredited) {
    ReportCounts counts;
    counts.registered = registered;
    counts.accredited = accredited;
    const auto record = of_classes(20, 0, 0, counts);
    return std::pair(record.counts.registered, record.counts.accredited);
  };
  EXPECT_EQ(told(25, 15), std::pair(25L, 15L));
  EXPECT_EQ(told(24, 16), std::pair(20L, 20L));
  EXPECT_EQ(told(16, 24), std::pair(20L, 20L));
  EXPECT_EQ(told(4, 4), std::pair(0L, 0L));
  EXPECT_EQ(told(5, 5), std::pair(5L, 5L));
  EXPECT_EQ(told(0, 99), std::pair(0L, 20L));
}

TEST(AnonymousTest, GroupsAreCutAtTheWidestGap) {
  auto made = builder();
  add(made, 5, active(0, 600));
  add(made, 5, active(100, 3600));
  add(made, 1, active(0, 3600));
  const auto record = made.record({});
  const std::vector<AnonymousGroup> expected{group(5, 0, 60, 60, 60), group(6, 8, 360, 352, 352)};
  EXPECT_EQ(record.groups, expected);
}

TEST(AnonymousTest, OneGroupIsAsFarAsFewCanBeTold) {
  auto made = builder();
  for (int i = 0; i < 9; ++i) made.add_viewer(active(i * 300, 3000 + i * 300), true);
  const auto record = made.record({});
  const std::vector<AnonymousGroup> expected{group(9, 120, 420, 300, 300)};
  EXPECT_EQ(record.groups, expected) << "nine are not two groups of five";
}

TEST(AnonymousTest, EqualViewersAreNeverToldApart) {
  auto made = builder();
  add(made, 250, active(0, 600));
  const auto record = made.record({});
  ASSERT_EQ(record.groups.size(), 1u);
  EXPECT_EQ(record.groups[0].viewers, 250);
}

TEST(AnonymousTest, TimeOutsideTheRangeIsNotTold) {
  auto made = builder(kHourMs);
  add(made, 5, active(-600, 4000));
  add(made, 5, active(3600, 4000));
  const auto record = made.record({});
  EXPECT_EQ(record.watched, 5);
  EXPECT_EQ(record.counts.consented, 10);
  const std::vector<AnonymousGroup> expected{group(5, 0, 360, 360, 360)};
  EXPECT_EQ(record.groups, expected);
}

// Twenty viewers of an hour, `lapsed` of whom were inactive or away for ten minutes in the middle.
AnonymousRecord with_lapses(int viewers, int lapsed, bool away) {
  auto made = builder();
  for (int i = 0; i < viewers; ++i) {
    std::vector<Presence> presences = active(0, 1500);
    const auto middle_ms = kFromMs + 1500 * kSecondMs;
    if (i >= lapsed || !away) presences.push_back({middle_ms, middle_ms + 10 * kMinuteMs, i >= lapsed});
    presences.push_back({middle_ms + 10 * kMinuteMs, kFromMs + kHourMs, true});
    made.add_viewer(presences, true);
  }
  return made.record({});
}

TEST(AnonymousTest, LapsesOfManyAreTold) {
  const std::vector<AnonymousLapses> expected{{8, 150, 210}};
  const auto inactive = with_lapses(20, 8, false);
  EXPECT_EQ(inactive.inactive, expected);
  EXPECT_TRUE(inactive.away.empty());
  const auto away = with_lapses(20, 8, true);
  EXPECT_EQ(away.away, expected);
  EXPECT_TRUE(away.inactive.empty());
  const auto curve = curve_of(inactive);
  ASSERT_EQ(curve.size(), 4u);
  EXPECT_EQ(curve[1], (CurveRun{2100, {12'000}, {8'000}}));
  EXPECT_EQ(curve_of(away)[1], (CurveRun{2100, {12'000}, {0}}));
}

TEST(AnonymousTest, LapsesOfFewAreNotToldAnywhere) {
  for (const bool away : {false, true}) {
    const auto record = with_lapses(20, 4, away);
    EXPECT_EQ(record, with_lapses(20, 0, away));
  }
  EXPECT_TRUE(with_lapses(19, 8, false).inactive.empty()) << "fewer than four times k watched";
}

TEST(AnonymousTest, WhereFewWereActiveAllAreInactive) {
  auto made = builder();
  add(made, 4, active(0, 600));
  for (int i = 0; i < 20; ++i) {
    const std::vector<Presence> inactive{{kFromMs, kFromMs + 10 * kMinuteMs, false}};
    made.add_viewer(inactive, true);
  }
  const auto record = made.record({});
  EXPECT_EQ(record.groups, std::vector{group(24, 0, 60, 0, 60)});
  EXPECT_EQ(curve_of(record)[0], (CurveRun{600, {0}, {24'000}}));
}

TEST(AnonymousTest, NobodyCountsForMany) {
  auto made = builder();
  const auto often = [](int times) {
    std::vector<Presence> presences;
    for (int i = 0; i < 2 * times + 1; ++i)
      presences.push_back({kFromMs + i * 30 * kSecondMs, kFromMs + (i + 1) * 30 * kSecondMs, i % 2 == 0});
    return presences;
  };
  add(made, 5, often(1));
  add(made, 1, often(100));
  add(made, 20, active(0, 6030));
  std::int64_t lapses = 0;
  for (const auto& each : made.record({}).inactive) lapses += each.count;
  EXPECT_EQ(lapses, 6);
}

TEST(AnonymousTest, AShortAbsenceIsNoLapse) {
  const auto record = [](std::int64_t gap_ms) {
    auto made = builder();
    for (int i = 0; i < 20; ++i) {
      auto presences = active(0, 600);
      const auto back_ms = presences[0].end_ms + gap_ms;
      presences.push_back({back_ms, back_ms + 600 * kSecondMs, true});
      made.add_viewer(presences, true);
    }
    return made.record({});
  };
  EXPECT_TRUE(record(kGapMs).away.empty());
  EXPECT_EQ(record(kGapMs + 1).away.size(), 1u);
}

TEST(AnonymousTest, TheReportIsTheRecords) {
  auto made = builder();
  add(made, 10, active(0, 3600));
  add(made, 5, active(1800, 7200));
  ReportCounts counts;
  counts.registered = 40;
  const auto record = made.record(counts);
  const auto range = *ReportRange::make(kFromMs - kHourMs, kFromMs + 3 * kHourMs, 1800);
  const auto report = report_of(record, range);
  EXPECT_EQ(report.counts.registered, 40);
  EXPECT_EQ(report.watched, 15);
  EXPECT_EQ(report.average_active_s.value, 4'200'000);
  EXPECT_EQ(report.average_open_s.value, 4'200'000);
  EXPECT_EQ(report.median_active_s.value, 3'600'000);
  ASSERT_EQ(report.curve.size(), 8u);
  std::vector<std::int64_t> levels;
  for (const auto& point : report.curve) levels.push_back(point.active.value);
  EXPECT_EQ(levels, (std::vector<std::int64_t>{0, 0, 10'000, 15'000, 5'000, 5'000, 0, 0}));
  const auto movements = movements_of(record, range);
  EXPECT_EQ(movements.arrivals, (std::vector<std::uint32_t>{0, 0, 10, 5, 0, 0, 0, 0}));
  EXPECT_EQ(movements.departures, (std::vector<std::uint32_t>{0, 0, 0, 10, 0, 5, 0, 0}));
}

TEST(AnonymousTest, NothingIsToldOfAnEventWithoutViewers) {
  auto made = AnonymousBuilder::make(kFromMs, kFromMs, 5);
  const auto record = made->record({});
  EXPECT_EQ(fault_of(record), "");
  EXPECT_TRUE(curve_of(record).empty());
  const auto report = report_of(record, *ReportRange::make(kFromMs, kFromMs + kHourMs, 60));
  EXPECT_EQ(report.watched, 0);
  EXPECT_EQ(report.average_open_s.value, 0);
}

// Many viewers as they are: most come within some minutes, some leave early, each looks away now and then.
AnonymousRecord large_event(int viewers, Report& exact, const ReportRange& range) {
  std::mt19937_64 chance(7);
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int64_t>(chance() % static_cast<std::uint64_t>(n));
  };
  auto made = builder();
  ReportBuilder reported(range);
  for (int i = 0; i < viewers; ++i) {
    auto at_ms = kFromMs + below(below(4) == 0 ? kHourMs : 5 * kMinuteMs);
    const auto end_ms =
        below(5) == 0 ? at_ms + 1 + below(kHourMs) : kFromMs + 110 * kMinuteMs + below(10 * kMinuteMs);
    std::vector<Presence> presences;
    while (at_ms < end_ms) {
      const bool looks = presences.empty() || !presences.back().active;
      const auto until_ms = std::min(end_ms, at_ms + 1 + below(looks ? 30 * kMinuteMs : 4 * kMinuteMs));
      presences.push_back({at_ms, until_ms, looks});
      at_ms = until_ms;
    }
    made.add_viewer(presences, true);
    reported.add_viewer(presences);
  }
  exact = reported.report({});
  return made.record({});
}

TEST(AnonymousTest, OfManyViewersTheReportStaysNearlyTheSame) {
  const auto range = *ReportRange::make(kFromMs, kFromMs + 2 * kHourMs, 60);
  Report exact;
  const auto record = large_event(2'000, exact, range);
  const auto told = report_of(record, range);
  EXPECT_EQ(told.watched, exact.watched);
  const auto near = [](Thousandths one, Thousandths other, std::int64_t by) {
    return std::abs(one.value - other.value) <= by;
  };
  EXPECT_TRUE(near(told.average_active_s, exact.average_active_s, 3'000)) << told.average_active_s.value;
  EXPECT_TRUE(near(told.average_open_s, exact.average_open_s, 3'000)) << told.average_open_s.value;
  EXPECT_TRUE(near(told.median_active_s, exact.median_active_s, 120'000)) << told.median_active_s.value;
  for (std::size_t k = 0; k < told.curve.size(); ++k) {
    EXPECT_TRUE(near(told.curve[k].active, exact.curve[k].active, 100'000))
        << k << ": " << told.curve[k].active.value << " for " << exact.curve[k].active.value;
    EXPECT_TRUE(near(told.curve[k].inactive, exact.curve[k].inactive, 60'000))
        << k << ": " << told.curve[k].inactive.value << " for " << exact.curve[k].inactive.value;
  }
  EXPECT_LT(encode(record).size(), 60'000u);
}

TEST(AnonymousCodeTest, WhatIsWrittenIsReadAndNothingElse) {
  const auto range = *ReportRange::make(kFromMs, kFromMs + 2 * kHourMs, 60);
  Report exact;
  const auto record = large_event(60, exact, range);
  ASSERT_FALSE(record.inactive.empty());
  const auto bytes = encode(record);
  const auto read = decode_anonymous(bytes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, record);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto damaged = bytes;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(decode_anonymous(damaged)) << bit;
  }
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_anonymous(base::ByteView(bytes).first(size))) << size;
}

TEST(AnonymousCodeTest, ARecordThatTellsOfFewIsRefused) {
  auto made = builder();
  add(made, 6, active(0, 600));
  add(made, 7, active(600, 7200));
  const auto good = made.record({});
  const auto accepts = [&](auto change) {
    auto record = good;
    change(record);
    return decode_anonymous(encode(record)).has_value();
  };
  EXPECT_TRUE(accepts([](auto&) {}));
  EXPECT_FALSE(accepts([](auto& record) { record.groups[0].viewers = 4, record.groups[1].viewers = 9; }));
  EXPECT_FALSE(accepts([](auto& record) { ++record.groups[0].viewers; }));
  EXPECT_FALSE(accepts([](auto& record) { ++record.watched; }));
  EXPECT_FALSE(accepts([](auto& record) { ++record.counts.opened; }));
  EXPECT_FALSE(accepts([](auto& record) { record.counts.opened += 3, record.counts.refused = 3; }));
  EXPECT_FALSE(accepts([](auto& record) { record.counts.registered = 16; }));
  EXPECT_FALSE(accepts([](auto& record) { record.counts.accredited = 1; }));
  EXPECT_FALSE(accepts([](auto& record) { record.groups[1].last = 721; }));
  EXPECT_FALSE(accepts([](auto& record) { record.groups[1].active = record.groups[1].open + 1; }));
  EXPECT_FALSE(accepts([](auto& record) { std::swap(record.groups[0], record.groups[1]); }));
  EXPECT_FALSE(accepts([](auto& record) { record.away.push_back({4, 1, 2}); }));
  EXPECT_FALSE(accepts([](auto& record) { record.away.push_back({5, 2, 2}); }));
  EXPECT_TRUE(accepts([](auto& record) { record.away.push_back({kAnonymousLapsesMax, 1, 2}); }));
  EXPECT_FALSE(accepts([](auto& record) { record.away = {{kAnonymousLapsesMax, 1, 2}, {5, 2, 3}}; }));
  EXPECT_FALSE(accepts([](auto& record) { record.away.push_back({kAnonymousLapsesMax + 1, 1, 2}); }));
  EXPECT_FALSE(accepts([](auto& record) { record.fewest = 2; }));
  EXPECT_FALSE(accepts([](auto& record) { record.to_ms = record.from_ms - 1; }));
}

TEST(AnonymousCodeTest, JsonTellsAllOfIt) {
  auto made = builder(kHourMs);
  add(made, 5, active(0, 600));
  EXPECT_EQ(to_json(made.record({}), "talk"),
            R"({"event":"talk","from":"2026-11-22T14:00:00.000Z","to":"2026-11-22T15:00:00.000Z","fewest":5,)"
            R"("viewers":{"registered":0,"opened":5,"consented":5,"refused":0,"watched":5},"accredited":0,)"
            R"("watch":{"average_active_s":600.0,"median_active_s":600.0,"average_open_s":600.0},)"
            R"("groups":[{"viewers":5,"first_s":0,"last_s":600,"active_s":600,"open_s":600}],)"
            R"("inactive":[],"away":[],)"
            R"("curve":[{"from_s":0,"to_s":600,"active":5.0,"inactive":0.0},)"
            R"({"from_s":600,"to_s":3600,"active":0.0,"inactive":0.0}]})");
}

}  // namespace
}  // namespace pulse
