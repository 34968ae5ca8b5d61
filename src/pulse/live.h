// The live figures of a property: its viewers, who of them is present now, how long each was, and the
// curve of attention by the second, all kept up to date beat by beat, so that asking costs the same
// whatever the size of the event.
//
// A viewer's time is the union of their sessions'. The engine tells what a beat adds to that union: time
// that no session covered yet, or time that was inactive and is now active (engine_core.h).
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "base/names.h"
#include "pulse/chunked.h"
#include "pulse/engine.h"
#include "pulse/session_table.h"

namespace pulse {

struct Viewer {
  base::ViewerNumber number;
  std::int64_t first_seen_ms = 0;
  std::int64_t last_seen_ms = 0;
  std::uint32_t active_ms = 0;  ///< within the report range
  std::uint32_t inactive_ms = 0;
  SlotNumber sessions = kNone;    ///< head of the chain of sessions with recent beats
  std::uint32_t history = kNone;  ///< ordinal of the newest session; the chain goes through the property
  ViewerState state = ViewerState::Absent;
  bool consented = false;
  bool erased = false;
};

/// What a beat adds to a viewer's united time.
enum class Credit : std::uint8_t {
  Active,
  Inactive,
  Raise,  ///< inactive time becomes active
};

/// Holders of the engine's state.
class LiveFigures {
 public:
  /// Sets the range of the figures. When time was credited already that the change concerns, the figures are
  /// `stale` until all time is credited anew after `restart_figures`.
  void set_range(std::int64_t from_ms, std::int64_t to_ms);
  std::int64_t from_ms() const { return from_ms_; }
  std::int64_t to_ms() const { return to_ms_; }
  /// Whether the range is short enough for figures; viewers and presence are always kept.
  bool has_figures() const { return to_ms_ > from_ms_ && to_ms_ - from_ms_ <= kLiveRangeMaxMs; }
  bool stale() const { return stale_; }
  void restart_figures();
  void mark_stale() { stale_ = true; }
  /// For figures that take the place of `old`: whoever had those is told to forget them.
  void follow(const LiveFigures& old) { forgotten_ = version_ = old.version_ + version_ + 1; }
  /// The viewer with that number; a new one when there is none, or the number is 0.
  std::uint32_t open_viewer(base::ViewerNumber number, bool consented);
  /// kNone when there is none.
  std::uint32_t find(base::ViewerNumber number) const;
  Viewer& viewer(std::uint32_t place) { return viewers_[place]; }
  const Viewer& viewer(std::uint32_t place) const { return viewers_[place]; }
  std::size_t viewers() const { return viewers_.size(); }
  /// For a checkpoint: adds what `viewer` was, with its counts.
  void restore(const Viewer& viewer);

  void credit(std::uint32_t place, std::int64_t start_ms, std::int64_t end_ms, Credit what);
  /// Takes the viewer out of every figure but the curve.
  void erase(std::uint32_t place);
  /// Takes time out of the curve.
  void subtract(std::span<const Presence> presences);

  void set_state(std::uint32_t place, ViewerState state);

  Present present(std::int64_t at_ms) const;
  LiveChanges changes(std::int64_t at_ms, std::uint64_t since) const;
  std::span<const CurveSecond> curve() const { return curve_; }
  void restore_curve(std::vector<CurveSecond> curve) { curve_ = std::move(curve); }
  /// Requires: has_figures, not stale, `range` from from_ms to to_ms.
  Report report(const ReportRange& range, ReportCounts counts) const;
  std::size_t memory_bytes() const;

 private:
  LiveViewer told(const Viewer& viewer) const;
  void count(const Viewer& viewer, std::int64_t sign);
  void add_to_curve(std::int64_t start_ms, std::int64_t end_ms, std::int64_t active, std::int64_t inactive);
  void index_viewer(std::uint32_t place);
  void changed(std::uint32_t place);
  Thousandths median_active() const;

  std::int64_t from_ms_ = 0;
  std::int64_t to_ms_ = 0;
  std::int64_t latest_ms_ = 0;    // of all credited time
  std::int64_t earliest_ms_ = 0;  // 0: none was credited
  bool stale_ = false;

  Chunked<Viewer> viewers_;
  std::vector<std::uint32_t> index_;  // open addressing by viewer number; kNone is empty
  std::size_t indexed_ = 0;

  std::vector<CurveSecond> curve_;
  std::vector<std::uint32_t> by_active_s_;  // watching viewers by whole seconds of active time
  std::int64_t active_ms_ = 0;
  std::int64_t inactive_ms_ = 0;
  std::int64_t watched_ = 0;
  std::int64_t opened_ = 0;
  std::int64_t consented_ = 0;
  std::array<std::int64_t, 3> present_{};  // by ViewerState

  struct Change {
    std::uint64_t version = 0;
    std::uint32_t viewer = 0;
  };
  std::deque<Change> changes_;
  std::uint64_t version_ = 1;
  std::uint64_t forgotten_ = 1;  // changes up to here are not remembered
};

}  // namespace pulse
