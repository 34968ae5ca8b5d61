#include "pulse/union.h"

#include <algorithm>
#include <limits>

namespace pulse {
namespace {

constexpr auto kNever = std::numeric_limits<std::int64_t>::min();

/// What the intervals seen so far say of the time that is not written out yet.
class Sweep {
 public:
  explicit Sweep(std::vector<Presence>& out) : out_(out) {}

  /// Writes everything before `until_ms`, about which no later interval has anything to say.
  void advance(std::int64_t until_ms) {
    write(std::min(active_until_ms_, until_ms), true);
    write(std::min(open_until_ms_, until_ms), false);
    written_ms_ = std::max(written_ms_, until_ms);
  }

  void take(const Interval& interval) {
    open_until_ms_ = std::max(open_until_ms_, interval.end_ms);
    if (is_active(interval.facts)) active_until_ms_ = std::max(active_until_ms_, interval.end_ms);
  }

 private:
  void write(std::int64_t until_ms, bool active) {
    if (until_ms <= written_ms_) return;
    if (!out_.empty() && out_.back().end_ms == written_ms_ && out_.back().active == active)
      out_.back().end_ms = until_ms;
    else
      out_.push_back({written_ms_, until_ms, active});
    written_ms_ = until_ms;
  }

  std::vector<Presence>& out_;
  std::int64_t written_ms_ = kNever;
  std::int64_t active_until_ms_ = kNever;
  std::int64_t open_until_ms_ = kNever;
};

/// One session's intervals do not overlap, and most viewers have one session: then there is nothing to
/// sweep, only to join. Returns false, with `out` in no particular state, if they do overlap.
bool unite_disjoint(std::span<const Interval> intervals, std::vector<Presence>& out) {
  out.resize(intervals.size());
  Presence* last = out.data();
  *last = {intervals[0].start_ms, intervals[0].end_ms, is_active(intervals[0].facts)};
  for (const auto& interval : intervals.subspan(1)) {
    if (interval.start_ms < last->end_ms) return false;
    const bool active = is_active(interval.facts);
    const bool joins = interval.start_ms == last->end_ms && active == last->active;
    const auto start_ms = joins ? last->start_ms : interval.start_ms;
    last += joins ? 0 : 1;
    *last = {start_ms, interval.end_ms, active};
  }
  out.resize(static_cast<std::size_t>(last - out.data()) + 1);
  return true;
}

}  // namespace

void unite(std::span<Interval> intervals, std::vector<Presence>& out) {
  out.clear();
  if (intervals.empty() || unite_disjoint(intervals, out)) return;
  out.clear();
  if (!std::ranges::is_sorted(intervals, {}, &Interval::start_ms))
    std::ranges::sort(intervals, {}, &Interval::start_ms);
  Sweep sweep{out};
  for (const auto& interval : intervals) {
    sweep.advance(interval.start_ms);
    sweep.take(interval);
  }
  sweep.advance(std::numeric_limits<std::int64_t>::max());
}

}  // namespace pulse
