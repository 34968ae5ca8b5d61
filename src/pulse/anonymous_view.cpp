// What is computed from an anonymous record: the curve, the report, movements and JSON.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/time.h"
#include "pulse/anonymous.h"

namespace pulse {
namespace {

// Sums of viewers by time, of ten years and a billion viewers too.
__extension__ typedef __int128 Wide;

Thousandths none_or_many(Thousandths figure, std::int64_t fewest) {
  const auto least = fewest * 1000;
  if (figure.value <= 0 || figure.value >= least) return figure;
  return {2 * figure.value < least ? 0 : least};
}

std::int64_t rounded(Wide numerator, std::int64_t denominator) {
  return static_cast<std::int64_t>((2 * numerator + denominator) / (2 * Wide{denominator}));
}

std::string time_text(std::int64_t at_ms) { return base::to_rfc3339(base::instant_from_ms(at_ms)); }

struct Figures {
  Thousandths average_active_s;
  Thousandths median_active_s;
  Thousandths average_open_s;
};

/// The mean of the middle two of the viewers' active times, each taken to be their group's.
Thousandths median(const AnonymousRecord& record) {
  std::map<Grains, std::int64_t> viewers;
  for (const auto& group : record.groups) viewers[group.active] += group.viewers;
  const auto nth = [&](std::int64_t n) {
    for (const auto& [active, count] : viewers) {
      n -= count;
      if (n < 0) return active * kAnonymousGrainMs;
    }
    return std::int64_t{0};
  };
  return {(nth((record.watched - 1) / 2) + nth(record.watched / 2)) / 2};
}

Figures figures_of(const AnonymousRecord& record) {
  if (record.watched == 0) return {};
  Wide active_ms = 0;
  Wide open_ms = 0;
  for (const auto& group : record.groups) {
    active_ms += Wide{group.viewers} * group.active * kAnonymousGrainMs;
    open_ms += Wide{group.viewers} * group.open * kAnonymousGrainMs;
  }
  return {{rounded(active_ms, record.watched)}, median(record), {rounded(open_ms, record.watched)}};
}

/// How the numbers present and inactive change, in thousandths.
struct Step {
  std::int64_t present = 0;
  std::int64_t inactive = 0;
};
using Steps = std::map<Grains, Step>;

void add_step(Grains from, Grains until, const Step& step, Steps& steps) {
  steps[from].present += step.present;
  steps[from].inactive += step.inactive;
  steps[until].present -= step.present;
  steps[until].inactive -= step.inactive;
}

Steps steps_of(const AnonymousRecord& record) {
  Steps steps;
  const bool tells_lapses = record.watched >= kAnonymousLapsesFrom * record.fewest;
  for (const auto& group : record.groups) {
    const std::int64_t length = group.last - group.first;
    if (length == 0) continue;
    const auto share = [&](Grains of) {
      return static_cast<std::int64_t>(Wide{group.viewers} * 1000 * of / length);
    };
    const Step step = tells_lapses ? Step{group.viewers * 1000, 0}
                                   : Step{share(group.open), share(group.open) - share(group.active)};
    add_step(group.first, group.last, step, steps);
  }
  for (const auto& each : record.away) add_step(each.from, each.until, {-each.count * 1000, 0}, steps);
  for (const auto& each : record.inactive) add_step(each.from, each.until, {0, each.count * 1000}, steps);
  return steps;
}

void lapses_json(std::string_view name, const std::vector<AnonymousLapses>& lapses, std::string& out) {
  constexpr auto kGrainS = kAnonymousGrainMs / 1000;
  fmt::format_to(std::back_inserter(out), R"(,"{}":[)", name);
  for (std::size_t i = 0; i < lapses.size(); ++i) {
    fmt::format_to(std::back_inserter(out), R"({}{{"count":{},"from_s":{},"until_s":{}}})", i == 0 ? "" : ",",
                   lapses[i].count, lapses[i].from * kGrainS, lapses[i].until * kGrainS);
  }
  out += ']';
}

}  // namespace

std::vector<CurveRun> curve_of(const AnonymousRecord& record) {
  const auto range_s = (record.to_ms - record.from_ms + 999) / 1000;
  std::vector<CurveRun> runs;
  Step now;
  const auto run_until = [&](std::int64_t until_s) {
    // Averages of different groups need not fit each other to the second.
    const auto present = std::max<std::int64_t>(now.present, 0);
    const auto inactive = std::clamp<std::int64_t>(now.inactive, 0, present);
    const CurveRun run{static_cast<std::uint32_t>(std::min(until_s, range_s)),
                       none_or_many({present - inactive}, record.fewest),
                       none_or_many({inactive}, record.fewest)};
    if (run.until_s == (runs.empty() ? 0 : runs.back().until_s)) return;
    if (!runs.empty() && runs.back().active == run.active && runs.back().inactive == run.inactive) {
      runs.back().until_s = run.until_s;
    } else {
      runs.push_back(run);
    }
  };
  for (const auto& [at, step] : steps_of(record)) {
    run_until(at * (kAnonymousGrainMs / 1000));
    now.present += step.present;
    now.inactive += step.inactive;
  }
  run_until(range_s);
  return runs;
}

Report report_of(const AnonymousRecord& record, const ReportRange& range) {
  const auto figures = figures_of(record);
  Report report{.from_ms = range.from_ms(),
                .to_ms = range.to_ms(),
                .step_s = range.step_ms() / 1000,
                .counts = record.counts,
                .watched = record.watched,
                .average_active_s = figures.average_active_s,
                .median_active_s = figures.median_active_s,
                .average_open_s = figures.average_open_s,
                .curve = {}};
  struct Sums {
    Wide active = 0;
    Wide inactive = 0;
  };
  std::vector<Sums> sums(range.buckets());
  auto start_ms = record.from_ms;
  for (const auto& run : curve_of(record)) {
    const auto end_ms = std::min(record.from_ms + std::int64_t{run.until_s} * 1000, record.to_ms);
    auto at_ms = std::max(start_ms, range.from_ms());
    const auto until_ms = std::min(end_ms, range.to_ms());
    while (at_ms < until_ms) {
      const auto bucket = range.bucket_of(at_ms);
      const auto next_ms = std::min(until_ms, range.bucket_start_ms(bucket) + range.bucket_length_ms(bucket));
      sums[bucket].active += Wide{run.active.value} * (next_ms - at_ms);
      sums[bucket].inactive += Wide{run.inactive.value} * (next_ms - at_ms);
      at_ms = next_ms;
    }
    start_ms = end_ms;
  }
  report.curve.reserve(range.buckets());
  for (std::size_t k = 0; k < range.buckets(); ++k) {
    const auto length_ms = range.bucket_length_ms(k);
    report.curve.push_back({range.bucket_start_ms(k),
                            none_or_many({rounded(sums[k].active, length_ms)}, record.fewest),
                            none_or_many({rounded(sums[k].inactive, length_ms)}, record.fewest)});
  }
  return report;
}

Movements movements_of(const AnonymousRecord& record, const ReportRange& range) {
  Movements movements{std::vector<std::uint32_t>(range.buckets()),
                      std::vector<std::uint32_t>(range.buckets())};
  const auto count = [&](std::vector<std::uint32_t>& per_bucket, std::int64_t at_ms, std::int64_t viewers) {
    if (at_ms >= range.from_ms() && at_ms < range.to_ms())
      per_bucket[range.bucket_of(at_ms)] += static_cast<std::uint32_t>(viewers);
  };
  for (const auto& group : record.groups) {
    count(movements.arrivals, record.from_ms + group.first * kAnonymousGrainMs, group.viewers);
    const auto last_ms = std::min(record.from_ms + group.last * kAnonymousGrainMs, record.to_ms) - 1;
    count(movements.departures, std::max(last_ms, record.from_ms), group.viewers);
  }
  return movements;
}

std::string to_json(const AnonymousRecord& record, std::string_view slug) {
  const auto& counts = record.counts;
  const auto figures = figures_of(record);
  std::string out;
  auto to = std::back_inserter(out);
  fmt::format_to(to, R"({{"event":"{}","from":"{}","to":"{}","fewest":{},)", slug, time_text(record.from_ms),
                 time_text(record.to_ms), record.fewest);
  fmt::format_to(to, R"("viewers":{{"registered":{},"opened":{},"consented":{},"refused":{},"watched":{}}},)",
                 counts.registered, counts.opened, counts.consented, counts.refused, record.watched);
  fmt::format_to(to, R"("accredited":{},)", counts.accredited);
  fmt::format_to(to, R"("watch":{{"average_active_s":{},"median_active_s":{},"average_open_s":{}}})",
                 to_text(figures.average_active_s), to_text(figures.median_active_s),
                 to_text(figures.average_open_s));
  constexpr auto kGrainS = kAnonymousGrainMs / 1000;
  out += R"(,"groups":[)";
  for (std::size_t i = 0; i < record.groups.size(); ++i) {
    const auto& group = record.groups[i];
    fmt::format_to(to, R"({}{{"viewers":{},"first_s":{},"last_s":{},"active_s":{},"open_s":{}}})",
                   i == 0 ? "" : ",", group.viewers, group.first * kGrainS, group.last * kGrainS,
                   group.active * kGrainS, group.open * kGrainS);
  }
  out += ']';
  lapses_json("inactive", record.inactive, out);
  lapses_json("away", record.away, out);
  out += R"(,"curve":[)";
  std::uint32_t start_s = 0;
  for (const auto& run : curve_of(record)) {
    fmt::format_to(to, R"({}{{"from_s":{},"to_s":{},"active":{},"inactive":{}}})", start_s == 0 ? "" : ",",
                   start_s, run.until_s, to_text(run.active), to_text(run.inactive));
    start_s = run.until_s;
  }
  out += "]}";
  return out;
}

}  // namespace pulse
