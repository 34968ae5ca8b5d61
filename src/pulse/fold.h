// From a session's beats to its intervals.
//
// Let a beat hold the facts observed at its time, or "going away". In order of number:
//  1. A beat earlier than its predecessor takes its predecessor's time. Of beats at the same time the last
//     one holds.
//  2. Between a beat at a and the next at b: after "going away" nothing is credited; else, if
//     b - a ≤ gap, [a, b) is credited with the first one's facts; else nothing is: nobody vouched for it.
//  3. After the last beat nothing is credited.
//  4. Credited spans with equal facts that touch are one interval. Empty ones do not exist.
//
// The fold keeps the last beat, whose facts may still be replaced by one at the same time, and the interval
// credited up to that beat, if any, which may still grow. So a beat closes at most one interval, and
// what is kept of a session does not depend on how many beats it sent.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "pulse/interval.h"
#include "pulse/limits.h"

namespace pulse {

struct Beat {
  std::int64_t at_ms = 0;
  Facts facts = 0;

  bool operator==(const Beat&) const = default;
};

/// What the fold remembers of a session between beats. Plain data: copy it, store it, read it back.
struct FoldState {
  std::int64_t last_ms = 0;        ///< the last beat's time
  std::int64_t open_start_ms = 0;  ///< start of the open interval, which ends at last_ms
  Facts last_facts = 0;
  Facts open_facts = kGoingAway;  ///< kGoingAway: no interval is open
  bool started = false;           ///< whether there was a beat at all

  bool operator==(const FoldState&) const = default;

  /// The interval credited so far that may still grow.
  std::optional<Interval> open() const {
    if (open_facts == kGoingAway) return std::nullopt;
    return Interval{open_start_ms, last_ms, open_facts};
  }
};
static_assert(sizeof(FoldState) <= 32 && std::is_trivially_copyable_v<FoldState>);

/// Folds beats into `state`, which outlives it. Cheap to make: make one per beat if that is convenient.
/// One thread at a time per state. Requires: 1 ≤ gap_ms ≤ kGapMaxMs; 0 ≤ times ≤ kIntegerMax.
class Folder {
 public:
  explicit Folder(FoldState& state, std::int64_t gap_ms = kGapMs) : state_(state), gap_ms_(gap_ms) {}

  /// Takes the session's next beat; returns the interval that it closed.
  std::optional<Interval> add(std::int64_t at_ms, Facts facts) {
    FoldState& s = state_;
    std::optional<Interval> closed;
    if (!s.started) {
      s.started = true;
      s.last_ms = at_ms;
    } else if (at_ms > s.last_ms) {
      const bool credited = s.last_facts != kGoingAway && at_ms - s.last_ms <= gap_ms_;
      if (!credited) {
        closed = s.open();
        s.open_facts = kGoingAway;
      } else if (s.open_facts != s.last_facts) {
        closed = s.open();
        s.open_start_ms = s.last_ms;
        s.open_facts = s.last_facts;
      }
      s.last_ms = at_ms;
    }
    s.last_facts = facts;
    return closed;
  }

  /// Ends the session: returns the interval that was open. The state is then as new.
  std::optional<Interval> finish() {
    auto closed = state_.open();
    state_ = FoldState{};
    return closed;
  }

 private:
  FoldState& state_;
  std::int64_t gap_ms_;
};

/// All of a session's beats at once, in order of number.
std::vector<Interval> fold(std::span<const Beat> beats, std::int64_t gap_ms = kGapMs);

}  // namespace pulse
