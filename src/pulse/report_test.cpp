#include "pulse/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "base/time.h"
#include "pulse/union.h"

namespace pulse {
namespace {

using Presences = std::vector<Presence>;
using base::Code;

constexpr std::int64_t kAtMs = 1'795'356'000'000;  // 2026-11-22T14:00:00.000Z

Report report_of(const ReportRange& range, const std::vector<Presences>& viewers) {
  ReportBuilder builder{range};
  for (const auto& viewer : viewers) builder.add_viewer(viewer);
  return builder.report({});
}

ReportRange range_of(std::int64_t from_ms, std::int64_t to_ms, std::int64_t step_s) {
  return *ReportRange::make(from_ms, to_ms, step_s);
}

TEST(Thousandths, RoundHalfUp) {
  EXPECT_EQ(thousandths(0, 7).value, 0);
  EXPECT_EQ(thousandths(1, 3).value, 333);
  EXPECT_EQ(thousandths(2, 3).value, 667);
  EXPECT_EQ(thousandths(1, 2000).value, 1);
  EXPECT_EQ(thousandths(1, 2001).value, 0);
  EXPECT_EQ(thousandths(5, 1).value, 5000);
  EXPECT_EQ(thousandths(9'000'000'000'000'000, 1'000'001).value, 8'999'991'000'009);
}

TEST(Thousandths, AreSpelledWithOneToThreeDecimals) {
  EXPECT_EQ(to_text({0}), "0.0");
  EXPECT_EQ(to_text({1}), "0.001");
  EXPECT_EQ(to_text({10}), "0.01");
  EXPECT_EQ(to_text({12'500}), "12.5");
  EXPECT_EQ(to_text({12'000}), "12.0");
  EXPECT_EQ(to_text({12'345}), "12.345");
  EXPECT_EQ(to_text({-1}), "-0.001");
}

TEST(ReportRange, HasALastShorterBucket) {
  const auto range = range_of(kAtMs, kAtMs + 150'000, 60);
  EXPECT_EQ(range.buckets(), 3U);
  EXPECT_EQ(range.bucket_start_ms(2), kAtMs + 120'000);
  EXPECT_EQ(range.bucket_length_ms(1), 60'000);
  EXPECT_EQ(range.bucket_length_ms(2), 30'000);
  EXPECT_EQ(range_of(0, 120'000, 60).buckets(), 2U);
  EXPECT_EQ(range_of(0, 120'001, 60).buckets(), 3U);
  EXPECT_EQ(range_of(0, 1, 60).buckets(), 1U);
  EXPECT_EQ(range_of(0, 1, 60).bucket_length_ms(0), 1);
}

TEST(ReportRange, HoldsItsLimitsAndNotOneMore) {
  EXPECT_TRUE(ReportRange::make(0, kReportBucketsMax * 1000, 1));
  const auto wrong = [](std::int64_t from_ms, std::int64_t to_ms, std::int64_t step_s) {
    const auto range = ReportRange::make(from_ms, to_ms, step_s);
    ASSERT_FALSE(range) << from_ms << ' ' << to_ms << ' ' << step_s;
    EXPECT_EQ(range.error().code, Code::Invalid);
  };
  wrong(0, kReportBucketsMax * 1000 + 1, 1);
  wrong(5, 5, 1);
  wrong(6, 5, 1);
  wrong(0, 1000, 0);
  wrong(0, 1000, -60);
  wrong(0, 1000, std::numeric_limits<std::int64_t>::max());
  wrong(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), 60);
  EXPECT_TRUE(ReportRange::make(0, 1000, kIntegerMax / 1000));
  wrong(0, 1000, kIntegerMax / 1000 + 1);
}

TEST(ReportRange, FindsABucketOnEitherSideOfItsEdges) {
  std::mt19937_64 random{3};
  for (int i = 0; i < 2000; ++i) {
    const auto step_s = 1 + static_cast<std::int64_t>(random() % (i % 2 == 0 ? 100 : 100'000));
    const auto from_ms = static_cast<std::int64_t>(random() % 2'000'000'000'000);
    const auto count = 1 + static_cast<std::int64_t>(random() % 100'000);
    const auto range = range_of(from_ms, from_ms + count * step_s * 1000, step_s);
    const auto k = random() % range.buckets();
    ASSERT_EQ(range.bucket_of(range.bucket_start_ms(k)), k) << i;
    ASSERT_EQ(range.bucket_of(range.bucket_start_ms(k) + step_s * 1000 - 1), k) << i;
    ASSERT_EQ(range.bucket_of(range.to_ms()), range.buckets()) << i;
  }
}

TEST(Report, IsAllZerosWithoutViewers) {
  const auto report = report_of(range_of(kAtMs, kAtMs + 90'000, 60), {});
  EXPECT_EQ(report.watched, 0);
  EXPECT_EQ(report.average_active_s.value, 0);
  EXPECT_EQ(report.median_active_s.value, 0);
  EXPECT_EQ(report.average_open_s.value, 0);
  EXPECT_EQ(report.curve, (std::vector<CurvePoint>{{kAtMs, {0}, {0}}, {kAtMs + 60'000, {0}, {0}}}));
}

TEST(Report, ClipsAndCountsWhoHasTimeInTheRange) {
  const auto report = report_of(range_of(10'000, 20'000, 4),
                                {
                                    {{0, 10'000, true}},                               // before
                                    {{20'000, 30'000, true}},                          // after
                                    {{0, 12'000, true}, {12'000, 60'000, false}},      // 2 s of 10 s
                                    {{10'000, 11'000, false}, {19'999, 20'001, true}}  // 1 ms of 1.001 s
                                });
  EXPECT_EQ(report.watched, 2);
  EXPECT_EQ(report.average_active_s.value, 1001);  // 1000.5
  EXPECT_EQ(report.median_active_s.value, 1001);
  EXPECT_EQ(report.average_open_s.value, 5501);  // 5500.5
  // The last bucket has two seconds.
  EXPECT_EQ(report.curve,
            (std::vector<CurvePoint>{{10'000, {500}, {750}}, {14'000, {0}, {1000}}, {18'000, {1}, {1000}}}));
}

TEST(Report, TakesTheMiddleOfActiveTimes) {
  const auto median = [](const std::vector<std::int64_t>& active_ms) {
    std::vector<Presences> viewers;
    for (const auto ms : active_ms)
      viewers.push_back(ms == 0 ? Presences{{0, 5, false}} : Presences{{0, ms, true}});
    return report_of(range_of(0, 1'000'000, 1000), viewers).median_active_s.value;
  };
  EXPECT_EQ(median({7}), 7);
  EXPECT_EQ(median({7, 10}), 9);
  EXPECT_EQ(median({9, 1, 5}), 5);
  EXPECT_EQ(median({9, 1, 0, 4}), 3);
  EXPECT_EQ(median({0, 0, 0, 4}), 0);
}

TEST(Report, SurvivesBucketsOfMillennia) {
  const auto from_ms = base::to_ms(*base::parse_rfc3339("0000-01-01T00:00:00Z"));
  const auto to_ms = base::to_ms(*base::parse_rfc3339("9999-12-31T23:59:59Z"));
  const auto middle_ms = from_ms + 158'000'000'000'000;
  const auto range = range_of(from_ms, to_ms, 158'000'000'000);
  ASSERT_EQ(range.buckets(), 2U);
  ReportBuilder builder{range};
  const Presences viewer{{middle_ms - 1000, middle_ms + 1000, true}};
  for (int i = 0; i < 200'000; ++i) builder.add_viewer(viewer);
  const auto report = builder.report({});
  EXPECT_EQ(report.average_active_s.value, 2000);
  EXPECT_EQ(report.curve[0].active, thousandths(200'000'000, 158'000'000'000'000));
}

/// A random viewer of a few sessions, united.
Presences random_viewer(std::mt19937_64& random, std::int64_t span_ms) {
  std::vector<Interval> intervals;
  for (auto count = random() % 6; count > 0; --count) {
    const auto start = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(span_ms));
    const auto length = 1 + static_cast<std::int64_t>(random() % (random() % 2 == 0 ? 50 : 3'000));
    intervals.push_back({start, start + length, static_cast<Facts>(random() % 4)});
  }
  Presences out;
  unite(intervals, out);
  return out;
}

/// Milliseconds of `viewer` in [from, to), one by one in effect: by overlap with each presence.
std::int64_t overlap_ms(const Presences& viewer, std::int64_t from_ms, std::int64_t to_ms, bool active) {
  std::int64_t total = 0;
  for (const auto& presence : viewer)
    if (presence.active == active)
      total +=
          std::max<std::int64_t>(0, std::min(presence.end_ms, to_ms) - std::max(presence.start_ms, from_ms));
  return total;
}

/// Rounded half up to three decimals by way of decimals: exact for the small numbers of these tests.
std::int64_t naive_thousandths(std::int64_t sum, std::int64_t count) {
  return (sum * 2000 + count) / (count * 2);
}

TEST(Report, AgreesWithTheDefinition) {
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    std::mt19937_64 random{seed};
    const auto from_ms = static_cast<std::int64_t>(random() % 5'000);
    const auto to_ms = from_ms + 1 + static_cast<std::int64_t>(random() % 12'000);
    const auto step_s = 1 + static_cast<std::int64_t>(random() % 4);
    const auto range = range_of(from_ms, to_ms, step_s);
    std::vector<Presences> viewers(random() % 8);
    for (auto& viewer : viewers) viewer = random_viewer(random, 18'000);

    ReportBuilder builder{range};
    ReportBuilder other{range};
    for (const auto& viewer : viewers) (random() % 2 == 0 ? builder : other).add_viewer(viewer);
    builder.merge(std::move(other));
    const auto report = builder.report({.registered = 9});

    std::vector<std::int64_t> active_ms;
    std::int64_t active_sum = 0;
    std::int64_t open_sum = 0;
    for (const auto& viewer : viewers) {
      const auto active = overlap_ms(viewer, from_ms, to_ms, true);
      const auto open = active + overlap_ms(viewer, from_ms, to_ms, false);
      if (open == 0) continue;
      active_ms.push_back(active);
      active_sum += active;
      open_sum += open;
    }
    std::ranges::sort(active_ms);
    const auto n = static_cast<std::int64_t>(active_ms.size());
    ASSERT_EQ(report.watched, n) << "seed " << seed;
    if (n > 0) {
      ASSERT_EQ(report.average_active_s.value, (2 * active_sum + n) / (2 * n)) << "seed " << seed;
      ASSERT_EQ(report.average_open_s.value, (2 * open_sum + n) / (2 * n)) << "seed " << seed;
      const auto twice = active_ms[active_ms.size() / 2] + active_ms[(active_ms.size() - 1) / 2];
      ASSERT_EQ(report.median_active_s.value, (twice + 1) / 2) << "seed " << seed;
    }
    std::size_t k = 0;
    for (auto start = from_ms; start < to_ms; start += step_s * 1000, ++k) {
      const auto end = std::min(to_ms, start + step_s * 1000);
      std::int64_t active = 0;
      std::int64_t inactive = 0;
      for (const auto& viewer : viewers) {
        active += overlap_ms(viewer, start, end, true);
        inactive += overlap_ms(viewer, start, end, false);
      }
      ASSERT_LT(k, report.curve.size());
      ASSERT_EQ(report.curve[k], (CurvePoint{start,
                                             {naive_thousandths(active, end - start)},
                                             {naive_thousandths(inactive, end - start)}}))
          << "seed " << seed << ", bucket " << k;
    }
    ASSERT_EQ(report.curve.size(), k) << "seed " << seed;
  }
}

TEST(Report, IsSpelledAsTheContractSpellsIt) {
  ReportBuilder builder{range_of(kAtMs, kAtMs + 90'000, 60)};
  builder.add_viewer(Presences{{kAtMs, kAtMs + 60'000, true}, {kAtMs + 60'000, kAtMs + 65'125, false}});
  const auto report =
      builder.report({.registered = 5, .opened = 4, .consented = 3, .refused = 1, .accredited = 2});
  const auto text = to_json(report, "an-event");
  EXPECT_EQ(text,
            R"({"event":"an-event","from":"2026-11-22T14:00:00.000Z","to":"2026-11-22T14:01:30.000Z",)"
            R"("step_s":60,"viewers":{"registered":5,"opened":4,"consented":3,"refused":1,"watched":1},)"
            R"("watch":{"average_active_s":60.0,"median_active_s":60.0,"average_open_s":65.125},)"
            R"("curve":[{"at":"2026-11-22T14:00:00.000Z","active":1.0,"inactive":0.0},)"
            R"({"at":"2026-11-22T14:01:00.000Z","active":0.0,"inactive":0.171}],"accredited":2})");
  EXPECT_TRUE(nlohmann::json::accept(text));
}

TEST(Movements, CountComingAndGoing) {
  constexpr std::int64_t kLaterMs = 1'000'000;
  MovementsBuilder movements{range_of(0, 180'000, 60), kGapMs, kLaterMs};
  // Away for just the gap is not away; for a millisecond more it is.
  movements.add_viewer(Presences{{10'000, 20'000, true},
                                 {20'000, 50'000, false},
                                 {50'000 + kGapMs, 100'000, true},
                                 {100'001 + kGapMs, 180'000, true}});
  movements.add_viewer(Presences{{-5'000, 60'000, true}});
  movements.add_viewer(Presences{{175'000, 300'000, false}});
  movements.add_viewer({});
  EXPECT_EQ(movements.arrivals(), (std::vector<std::uint32_t>{1, 1, 1}));
  EXPECT_EQ(movements.departures(), (std::vector<std::uint32_t>{1, 1, 1}));
}

TEST(Movements, DoNotCountWhoMayStillBeThere) {
  const auto departures = [](std::int64_t known_until_ms) {
    MovementsBuilder movements{range_of(0, 60'000, 60), kGapMs, known_until_ms};
    movements.add_viewer(Presences{{10'000, 20'000, true}});
    return movements.departures()[0];
  };
  EXPECT_EQ(departures(20'000), 0U);
  EXPECT_EQ(departures(20'000 + kGapMs), 0U);
  EXPECT_EQ(departures(20'001 + kGapMs), 1U);
}

TEST(ViewerFigures, AreClippedAndShared) {
  const Presences viewer{{0, 12'000, true}, {15'000, 16'000, false}, {18'000, 30'000, true}};
  EXPECT_EQ(viewer_figures(viewer, 10'000, 20'000, 10'000), (ViewerFigures{.seen = true,
                                                                           .first_seen_ms = 10'000,
                                                                           .last_seen_ms = 20'000,
                                                                           .active_s = {4'000},
                                                                           .open_s = {5'000},
                                                                           .share = {400}}));
  EXPECT_EQ(viewer_figures(viewer, 0, 30'000, 7'000).share, Thousandths{1000});
  EXPECT_EQ(viewer_figures(viewer, 12'000, 15'000, 10'000), ViewerFigures{});
  EXPECT_EQ(viewer_figures({}, 0, 1, 1), ViewerFigures{});
}

TEST(Raster, ShowsTheMostOfEachCell) {
  const Presences viewer{{0, 10, false}, {25, 26, true}, {26, 40, false}, {50, 90, true}};
  // Ten cells of ten: 1 0 2 1 0 2 2 2 2 0, lowest bits first.
  EXPECT_EQ(*raster(viewer, 0, 100, 10), (base::Bytes{0b01'10'00'01, 0b10'10'10'00, 0b00'10}));
  EXPECT_EQ(*raster({}, 0, 100, 10), (base::Bytes{0, 0, 0}));
}

TEST(Raster, HoldsItsLimitsAndNotOneMore) {
  EXPECT_EQ(raster({}, 0, 100'000, kRasterCellsMax)->size(), 2500U);
  EXPECT_EQ(raster({}, 0, 3, 3)->size(), 1U);
  for (const std::int64_t cells : {std::int64_t{-1}, std::int64_t{0}, kRasterCellsMax + 1}) {
    const auto refused = raster({}, 0, 100'000, cells);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::Invalid);
  }
  EXPECT_FALSE(raster({}, 0, 3, 4));
  EXPECT_FALSE(raster({}, 3, 3, 1));
}

TEST(Raster, AgreesWithPaintingEachMillisecond) {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    std::mt19937_64 random{seed};
    const auto from_ms = static_cast<std::int64_t>(random() % 50);
    const auto length_ms = 1 + static_cast<std::int64_t>(random() % 100);
    const auto cells = 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(length_ms));
    const auto viewer = random_viewer(random, 150);
    base::Bytes wanted(static_cast<std::size_t>((cells + 3) / 4));
    for (std::int64_t k = 0; k < cells; ++k) {
      const auto start = from_ms + length_ms * k / cells;
      const auto end = from_ms + length_ms * (k + 1) / cells;
      const int seen = overlap_ms(viewer, start, end, true) > 0    ? 2
                       : overlap_ms(viewer, start, end, false) > 0 ? 1
                                                                   : 0;
      auto& byte = wanted[static_cast<std::size_t>(k / 4)];
      byte = static_cast<std::uint8_t>(byte | seen << (k % 4 * 2));
    }
    ASSERT_EQ(*raster(viewer, from_ms, from_ms + length_ms, cells), wanted) << "seed " << seed;
  }
}

}  // namespace
}  // namespace pulse
