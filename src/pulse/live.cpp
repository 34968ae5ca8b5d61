#include "pulse/live.h"

#include <algorithm>

#include "base/check.h"

namespace pulse {
namespace {

// Up to so many viewers the live median is looked up exactly.
constexpr std::int64_t kExactMedianMax = 4096;

std::size_t hash_of(base::ViewerNumber number) {
  return static_cast<std::size_t>(number.value * 0x9e3779b97f4a7c15u >> 20);
}

}  // namespace

void LiveFigures::set_range(std::int64_t from_ms, std::int64_t to_ms) {
  if (from_ms == from_ms_ && to_ms == to_ms_) return;
  // Time that was credited inside both ranges counts as before.
  const bool untouched = earliest_ms_ == 0 || (from_ms == from_ms_ && latest_ms_ <= std::min(to_ms, to_ms_));
  from_ms_ = from_ms;
  to_ms_ = to_ms;
  if (!untouched) stale_ = true;
  if (untouched && earliest_ms_ == 0) curve_.clear();
}

void LiveFigures::restart_figures() {
  curve_.clear();
  by_active_s_.clear();
  active_ms_ = inactive_ms_ = watched_ = 0;
  earliest_ms_ = latest_ms_ = 0;
  for (std::size_t i = 0; i < viewers_.size(); ++i) {
    auto& viewer = viewers_[i];
    viewer.active_ms = viewer.inactive_ms = 0;
    viewer.first_seen_ms = viewer.last_seen_ms = 0;
  }
  stale_ = false;
}

void LiveFigures::index_viewer(std::uint32_t place) {
  if (2 * (indexed_ + 1) > index_.size()) {
    std::vector<std::uint32_t> old(std::max<std::size_t>(64, index_.size() * 2), kNone);
    old.swap(index_);
    indexed_ = 0;
    for (const auto each : old)
      if (each != kNone) index_viewer(each);
  }
  auto at = hash_of(viewers_[place].number) & (index_.size() - 1);
  while (index_[at] != kNone) at = (at + 1) & (index_.size() - 1);
  index_[at] = place;
  ++indexed_;
}

std::uint32_t LiveFigures::find(base::ViewerNumber number) const {
  if (!number || index_.empty()) return kNone;
  for (auto at = hash_of(number) & (index_.size() - 1); index_[at] != kNone;
       at = (at + 1) & (index_.size() - 1)) {
    const auto& viewer = viewers_[index_[at]];
    if (viewer.number == number && !viewer.erased) return index_[at];
  }
  return kNone;
}

std::uint32_t LiveFigures::open_viewer(base::ViewerNumber number, bool consented) {
  auto place = find(number);
  if (place == kNone) {
    place = static_cast<std::uint32_t>(viewers_.size());
    Viewer fresh;
    fresh.number = number;
    viewers_.push_back(fresh);
    if (number) index_viewer(place);
    ++opened_;
    ++present_[static_cast<std::size_t>(ViewerState::Absent)];
  }
  auto& viewer = viewers_[place];
  if (consented && !viewer.consented) {
    viewer.consented = true;
    ++consented_;
  }
  changed(place);
  return place;
}

void LiveFigures::restore(const Viewer& viewer) {
  const auto place = static_cast<std::uint32_t>(viewers_.size());
  viewers_.push_back(viewer);
  if (viewer.number) index_viewer(place);
  if (viewer.erased) return;
  ++opened_;
  if (viewer.consented) ++consented_;
  ++present_[static_cast<std::size_t>(viewer.state)];
  count(viewer, 1);
  if (viewer.first_seen_ms != 0) {
    earliest_ms_ = earliest_ms_ == 0 ? viewer.first_seen_ms : std::min(earliest_ms_, viewer.first_seen_ms);
    latest_ms_ = std::max(latest_ms_, viewer.last_seen_ms);
  }
}

// Adds the viewer's totals to the property's, or takes them out.
void LiveFigures::count(const Viewer& viewer, std::int64_t sign) {
  active_ms_ += sign * viewer.active_ms;
  inactive_ms_ += sign * viewer.inactive_ms;
  if (viewer.active_ms + viewer.inactive_ms == 0) return;
  watched_ += sign;
  const auto second = viewer.active_ms / 1000;
  if (by_active_s_.size() <= second) by_active_s_.resize(second + 1);
  by_active_s_[second] += static_cast<std::uint32_t>(sign);
}

void LiveFigures::add_to_curve(std::int64_t start_ms, std::int64_t end_ms, std::int64_t active,
                               std::int64_t inactive) {
  auto at = start_ms - from_ms_;
  const auto end = end_ms - from_ms_;
  if (const auto seconds = static_cast<std::size_t>((end + 999) / 1000); curve_.size() < seconds)
    curve_.resize(seconds);
  while (at < end) {
    const auto second = at / 1000;
    const auto next = std::min(end, (second + 1) * 1000);
    auto& point = curve_[static_cast<std::size_t>(second)];
    point.active_ms += active * (next - at);
    point.inactive_ms += inactive * (next - at);
    at = next;
  }
}

void LiveFigures::credit(std::uint32_t place, std::int64_t start_ms, std::int64_t end_ms, Credit what) {
  auto& viewer = viewers_[place];
  if (viewer.erased) return;
  if (viewer.first_seen_ms == 0 || start_ms < viewer.first_seen_ms) viewer.first_seen_ms = start_ms;
  viewer.last_seen_ms = std::max(viewer.last_seen_ms, end_ms);
  earliest_ms_ = earliest_ms_ == 0 ? start_ms : std::min(earliest_ms_, start_ms);
  latest_ms_ = std::max(latest_ms_, end_ms);
  start_ms = std::max(start_ms, from_ms_);
  end_ms = std::min(end_ms, to_ms_);
  if (start_ms >= end_ms || !has_figures()) return;
  const std::int64_t active = what == Credit::Inactive ? 0 : 1;
  const std::int64_t inactive = what == Credit::Active ? 0 : what == Credit::Inactive ? 1 : -1;
  const auto length = end_ms - start_ms;
  count(viewer, -1);
  viewer.active_ms += static_cast<std::uint32_t>(active * length);
  viewer.inactive_ms += static_cast<std::uint32_t>(inactive * length);
  count(viewer, 1);
  add_to_curve(start_ms, end_ms, active, inactive);
}

void LiveFigures::erase(std::uint32_t place) {
  auto& viewer = viewers_[place];
  if (viewer.erased) return;
  count(viewer, -1);
  --opened_;
  if (viewer.consented) --consented_;
  --present_[static_cast<std::size_t>(viewer.state)];
  // The place stays, since others are found by theirs.
  viewer = Viewer{};
  viewer.erased = true;
  // Whoever asks for changes is told to forget what they had.
  changes_.clear();
  forgotten_ = ++version_;
}

void LiveFigures::subtract(std::span<const Presence> presences) {
  for (const auto& [start, end, active] : presences) {
    const auto start_ms = std::max(start, from_ms_);
    const auto end_ms = std::min(end, to_ms_);
    if (start_ms < end_ms && has_figures()) add_to_curve(start_ms, end_ms, active ? -1 : 0, active ? 0 : -1);
  }
}

void LiveFigures::set_state(std::uint32_t place, ViewerState state) {
  auto& viewer = viewers_[place];
  if (viewer.state == state || viewer.erased) return;
  --present_[static_cast<std::size_t>(viewer.state)];
  viewer.state = state;
  ++present_[static_cast<std::size_t>(state)];
  changed(place);
}

void LiveFigures::changed(std::uint32_t place) {
  ++version_;
  if (!viewers_[place].number) return;
  changes_.push_back({version_, place});
  if (changes_.size() <= kLiveChangesMax) return;
  forgotten_ = changes_.front().version;
  changes_.pop_front();
}

Present LiveFigures::present(std::int64_t at_ms) const {
  return {.at_ms = at_ms,
          .version = version_,
          .active = present_[static_cast<std::size_t>(ViewerState::Active)],
          .inactive = present_[static_cast<std::size_t>(ViewerState::Inactive)],
          .opened = opened_,
          .consented = consented_};
}

LiveViewer LiveFigures::told(const Viewer& viewer) const {
  return {.viewer = viewer.number,
          .state = viewer.state,
          .active_ms = viewer.active_ms,
          .open_ms = std::int64_t{viewer.active_ms} + viewer.inactive_ms,
          .first_seen_ms = viewer.first_seen_ms,
          .last_seen_ms = viewer.last_seen_ms,
          .consented = viewer.consented};
}

LiveChanges LiveFigures::changes(std::int64_t at_ms, std::uint64_t since) const {
  LiveChanges result{.present = present(at_ms), .incremental = true, .viewers = {}};
  if (since == version_) return result;
  if (since < forgotten_ || since > version_) {
    result.incremental = false;
    for (std::size_t i = 0; i < viewers_.size(); ++i)
      if (viewers_[i].number && !viewers_[i].erased) result.viewers.push_back(told(viewers_[i]));
    return result;
  }
  std::vector<std::uint32_t> places;
  for (auto change = changes_.rbegin(); change != changes_.rend() && change->version > since; ++change)
    places.push_back(change->viewer);
  std::ranges::sort(places);
  const auto repeated = std::ranges::unique(places);
  places.erase(repeated.begin(), repeated.end());
  for (const auto place : places)
    if (!viewers_[place].erased) result.viewers.push_back(told(viewers_[place]));
  return result;
}

Thousandths LiveFigures::median_active() const {
  if (watched_ == 0) return {};
  const auto low = static_cast<std::size_t>((watched_ - 1) / 2);
  const auto high = static_cast<std::size_t>(watched_ / 2);
  if (watched_ <= kExactMedianMax) {
    std::vector<std::int64_t> all;
    for (std::size_t i = 0; i < viewers_.size(); ++i)
      if (viewers_[i].active_ms + viewers_[i].inactive_ms > 0) all.push_back(viewers_[i].active_ms);
    CHECK(all.size() == static_cast<std::size_t>(watched_));
    std::ranges::sort(all);
    return thousandths(all[low] + all[high], 2000);
  }
  const auto at = [&](std::size_t rank) {
    std::size_t second = 0;
    for (std::size_t before = by_active_s_[0]; before <= rank; before += by_active_s_[second]) ++second;
    return static_cast<std::int64_t>(second) * 1000 + (second == 0 ? 0 : 500);
  };
  return thousandths(at(low) + at(high), 2000);
}

Report LiveFigures::report(const ReportRange& range, ReportCounts counts) const {
  CHECK(has_figures() && !stale_ && range.from_ms() == from_ms_ && range.to_ms() == to_ms_);
  counts.opened = opened_;
  counts.consented = consented_;
  counts.refused = opened_ - consented_;
  Report report{.from_ms = range.from_ms(),
                .to_ms = range.to_ms(),
                .step_s = range.step_ms() / 1000,
                .counts = counts,
                .watched = watched_,
                .average_active_s = {},
                .median_active_s = median_active(),
                .average_open_s = {},
                .curve = {}};
  if (watched_ > 0) {
    report.average_active_s = thousandths(active_ms_, 1000 * watched_);
    report.average_open_s = thousandths(active_ms_ + inactive_ms_, 1000 * watched_);
  }
  const auto seconds_each = static_cast<std::size_t>(range.step_ms() / 1000);
  for (std::size_t k = 0; k < range.buckets(); ++k) {
    CurveSecond sum;
    const auto end = std::min((k + 1) * seconds_each, curve_.size());
    for (std::size_t second = k * seconds_each; second < end; ++second) {
      sum.active_ms += curve_[second].active_ms;
      sum.inactive_ms += curve_[second].inactive_ms;
    }
    const auto length = range.bucket_length_ms(k);
    report.curve.push_back(
        {range.bucket_start_ms(k), thousandths(sum.active_ms, length), thousandths(sum.inactive_ms, length)});
  }
  return report;
}

std::size_t LiveFigures::memory_bytes() const {
  return viewers_.memory_bytes() + index_.capacity() * sizeof(std::uint32_t) +
         curve_.capacity() * sizeof(CurveSecond) + by_active_s_.capacity() * sizeof(std::uint32_t) +
         changes_.size() * sizeof(Change);
}

}  // namespace pulse
