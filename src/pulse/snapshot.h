// A property's sessions, intervals and marks as they were at one moment.
//
// Sealed rows stay in their segments until they are visited, block by block; what was in memory is held by
// the snapshot. Segments that the engine removes meanwhile stay readable, since the snapshot has them open;
// only those whose bytes Engine::scrub or drop_property overwrites do not, and visiting them fails with
// Corrupt.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/names.h"
#include "base/result.h"
#include "pulse/interval.h"

namespace pulse {

struct SessionRow {
  base::SessionId id;
  base::ViewerNumber viewer;  ///< 0: nobody's
  std::int64_t opened_ms = 0;
  std::int64_t stopped_ms = 0;   ///< when consent was withdrawn; 0: it was not
  std::uint32_t attributes = 0;  ///< for Snapshot::attributes
  bool consented = false;
};

/// `session` is the place in Snapshot::sessions.
struct IntervalRow {
  std::uint32_t session = 0;
  Interval interval;
};

struct MarkRow {
  std::uint32_t session = 0;
  std::int64_t at_ms = 0;
  std::string kind;
  std::string value;
};

/// One viewer: a viewer number, or a session without one.
struct ViewerRow {
  base::ViewerNumber viewer;
  std::span<const std::uint32_t> sessions;  ///< places in Snapshot::sessions, in order of opening
  std::span<const Presence> presences;      ///< united
};

class SnapshotData;

/// Cheap to copy and to hand to another thread; one thread at a time visits one copy.
class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<const SnapshotData> data);
  ~Snapshot();
  Snapshot(const Snapshot&);
  Snapshot(Snapshot&&) noexcept;
  Snapshot& operator=(const Snapshot&);
  Snapshot& operator=(Snapshot&&) noexcept;

  /// The moment for which it holds, by the engine's receipt clock.
  std::int64_t at_ms() const;

  /// In order of opening. Erased viewers' are not among them.
  std::span<const SessionRow> sessions() const;
  std::span<const std::pair<std::string, std::string>> attributes(std::uint32_t number) const;

  /// All intervals in portions, ordered by session and start; open ones as far as they are vouched for.
  /// Errors: Corrupt, Unavailable, upon which the visit ends.
  base::Result<void> visit_intervals(const std::function<void(std::span<const IntervalRow>)>& visit) const;
  base::Result<std::vector<IntervalRow>> intervals() const;

  /// Each viewer with a session, once, in no order that means anything; without time, `presences` is empty.
  base::Result<void> visit_viewers(const std::function<void(const ViewerRow&)>& visit) const;

  /// Ordered by session and time.
  base::Result<std::vector<MarkRow>> marks() const;

 private:
  std::shared_ptr<const SnapshotData> data_;
};

}  // namespace pulse
