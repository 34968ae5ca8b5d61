#include "pulse/anonymous.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "base/check.h"
#include "pulse/anonymous_groups.h"

namespace pulse {
namespace {

using base::Code;
using base::fail;
using base::Result;

/// The average of what `number` tells of each, to the nearest grain, half up.
template <class Number>
Grains average(std::span<const AnonymousTrace> traces, const Number& number) {
  std::int64_t sum_ms = 0;
  for (const auto& each : traces) sum_ms += number(each.values);
  const auto unit_ms = kAnonymousGrainMs * static_cast<std::int64_t>(traces.size());
  return static_cast<Grains>((2 * sum_ms + unit_ms) / (2 * unit_ms));
}

AnonymousGroup group_of(std::span<const AnonymousTrace> traces) {
  AnonymousGroup group;
  group.first = average(traces, [](const auto& values) { return values[0]; });
  group.last = average(traces, [](const auto& values) { return values[1]; });
  const auto away = average(traces, [](const auto& values) { return values[1] - values[0] - values[3]; });
  const auto inactive = average(traces, [](const auto& values) { return values[3] - values[2]; });
  // Of the length between first and last, so that no average is told twice.
  group.open = group.last - group.first - std::min(away, group.last - group.first);
  group.active = group.open - std::min(inactive, group.open);
  return group;
}

std::vector<AnonymousGroup> groups_of(std::vector<AnonymousTrace>& viewers, std::int64_t fewest) {
  std::map<AnonymousGroup, std::int64_t> sizes;
  Grouping(3, fewest, viewers.size()).gather(viewers, [&](std::span<AnonymousTrace> traces) {
    sizes[group_of(traces)] += static_cast<std::int64_t>(traces.size());
  });
  std::vector<AnonymousGroup> groups;
  for (const auto& [key, size] : sizes) {
    groups.push_back(key);
    groups.back().viewers = size;
  }
  return groups;
}

std::vector<AnonymousLapses> lapses_of(std::vector<AnonymousTrace>& traces, std::int64_t fewest,
                                       std::size_t viewers) {
  std::map<std::pair<Grains, Grains>, std::int64_t> counts;
  Grouping(2, fewest, viewers).gather(traces, [&](std::span<AnonymousTrace> part) {
    const auto kept = part.first(level_frequency(part, fewest));
    const std::pair key(average(kept, [](const auto& values) { return values[0]; }),
                        average(kept, [](const auto& values) { return values[1]; }));
    if (key.first < key.second) counts[key] += static_cast<std::int64_t>(kept.size());
  });
  std::vector<AnonymousLapses> lapses;
  for (const auto& [key, count] : counts) lapses.push_back({count, key.first, key.second});
  return lapses;
}

/// The classes of viewers, none of them few.
struct Classes {
  std::int64_t watched = 0;
  std::int64_t idle = 0;
  std::int64_t refused = 0;

  void merge_few(std::int64_t fewest) {
    const auto few = [&](std::int64_t viewers) { return viewers > 0 && viewers < fewest; };
    if (few(watched)) idle += std::exchange(watched, 0);
    if (few(idle) || few(refused)) {
      auto& larger = idle >= refused ? idle : refused;
      larger = idle + refused;
      (idle >= refused ? refused : idle) = 0;
      if (few(larger)) larger = 0;
    }
  }
};

/// `count`, moved onto `other` when they differ by few, and 0 when it is few.
std::int64_t apart(std::int64_t count, std::int64_t other, std::int64_t fewest) {
  if (std::abs(count - other) < fewest) return other;
  return count < fewest ? 0 : count;
}

}  // namespace

Result<AnonymousBuilder> AnonymousBuilder::make(std::int64_t from_ms, std::int64_t to_ms,
                                                std::uint32_t fewest) {
  if (fewest < kAnonymousFewestMin || fewest > kAnonymousFewestMax)
    return fail(Code::Invalid, "a record rests on 3 … 1000 viewers at the fewest");
  if (from_ms < 0 || from_ms > to_ms || to_ms > kIntegerMax || to_ms - from_ms > kAnonymousRangeMaxS * 1000)
    return fail(Code::Invalid, "a record's range is of 0 s … ten years");
  AnonymousBuilder builder;
  builder.fewest_ = fewest;
  builder.from_ms_ = from_ms;
  builder.to_ms_ = to_ms;
  return builder;
}

void AnonymousBuilder::add_viewer(std::span<const Presence> presences, bool consented) {
  ++opened_;
  consented_ += consented ? 1 : 0;
  CHECK(viewers_.size() < kAnonymousViewersMax);
  const auto number = static_cast<std::uint32_t>(viewers_.size());
  AnonymousTrace viewer{number, {}};
  auto& [first_ms, last_ms, active_ms, open_ms] = viewer.values;
  std::int64_t inactive_from_ms = -1;
  const auto end_inactivity = [&](std::int64_t at_ms) {
    if (inactive_from_ms >= 0) inactive_.push_back({number, {inactive_from_ms, at_ms}});
    inactive_from_ms = -1;
  };
  for (const auto& whole : presences) {
    const auto start_ms = std::max(whole.start_ms, from_ms_) - from_ms_;
    const auto end_ms = std::min(whole.end_ms, to_ms_) - from_ms_;
    if (start_ms >= end_ms) continue;
    if (open_ms == 0) {
      first_ms = start_ms;
    } else if (start_ms - last_ms > kGapMs) {
      end_inactivity(last_ms);
      away_.push_back({number, {last_ms, start_ms}});
    }
    if (whole.active) end_inactivity(start_ms);
    if (!whole.active && inactive_from_ms < 0) inactive_from_ms = start_ms;
    last_ms = end_ms;
    open_ms += end_ms - start_ms;
    active_ms += whole.active ? end_ms - start_ms : 0;
  }
  end_inactivity(last_ms);
  if (open_ms > 0) viewers_.push_back(viewer);
}

// What few did is not told, and neither do the groups' averages know of it.
void AnonymousBuilder::forget_few() {
  const auto few = [&](const std::vector<AnonymousTrace>& lapses) {
    std::int64_t viewers = 0;
    for (std::size_t i = 0; i < lapses.size(); ++i)
      viewers += i == 0 || lapses[i].viewer != lapses[i - 1].viewer ? 1 : 0;
    return viewers < std::int64_t{fewest_};
  };
  if (few(away_)) {
    for (const auto& each : away_) {
      auto& [first_ms, last_ms, active_ms, open_ms] = viewers_[each.viewer].values;
      const auto length_ms = each.values[1] - each.values[0];
      open_ms += length_ms;
      active_ms += active_ms > 0 ? length_ms : 0;
    }
    away_.clear();
  }
  const auto ever_active =
      std::ranges::count_if(viewers_, [](const auto& each) { return each.values[2] > 0; });
  if (few(inactive_)) {
    for (auto& each : viewers_) each.values[2] = each.values[3];
    inactive_.clear();
  } else if (ever_active < std::int64_t{fewest_}) {
    inactive_.clear();
    for (auto& each : viewers_) {
      each.values[2] = 0;
      inactive_.push_back({each.viewer, {each.values[0], each.values[1]}});
    }
  }
}

AnonymousRecord AnonymousBuilder::record(const ReportCounts& counts) {
  auto all = std::exchange(*this, AnonymousBuilder());
  const std::int64_t fewest = all.fewest_;
  AnonymousRecord record;
  record.fewest = all.fewest_;
  record.from_ms = all.from_ms_;
  record.to_ms = all.to_ms_;
  record.counts.opened = all.opened_;
  if (all.opened_ < fewest) return record;
  const auto watched = static_cast<std::int64_t>(all.viewers_.size());
  Classes classes{watched, all.consented_ - watched, all.opened_ - all.consented_};
  classes.merge_few(fewest);
  record.watched = classes.watched;
  record.counts.consented = classes.watched + classes.idle;
  record.counts.refused = classes.refused;
  record.counts.opened = record.counts.consented + classes.refused;
  record.counts.registered = apart(counts.registered, record.counts.opened, fewest);
  record.counts.accredited = std::min(apart(counts.accredited, record.watched, fewest), record.watched);
  if (record.watched == 0) return record;
  const bool tells_lapses = watched >= kAnonymousLapsesFrom * fewest;
  if (tells_lapses) all.forget_few();
  record.groups = groups_of(all.viewers_, fewest);
  if (!tells_lapses) return record;
  record.inactive = lapses_of(all.inactive_, fewest, all.viewers_.size());
  record.away = lapses_of(all.away_, fewest, all.viewers_.size());
  return record;
}

}  // namespace pulse
