// What a snapshot holds.
#pragma once

#include <memory>
#include <vector>

#include "pulse/engine.h"
#include "pulse/property.h"
#include "pulse/snapshot.h"

namespace pulse {

class SnapshotData {
 public:
  std::int64_t at_ms = 0;
  std::vector<SessionRow> sessions;
  std::vector<Ordinal> ordinals;      ///< of `sessions`, rising
  std::vector<std::uint32_t> places;  ///< by ordinal, in `sessions`; kNone for those that are not there
  std::vector<Attributes> attribute_sets;
  std::vector<std::string> mark_kinds;
  std::vector<std::shared_ptr<const SegmentReader>> segments;
  std::vector<SealedInterval> unsealed;  ///< ordered by ordinal and start, open ones too
  std::vector<SealedMark> marks;         ///< sealed and unsealed, ordered
  bool some = false;                     ///< only `ordinals` are wanted of the segments

  std::uint32_t place_of(Ordinal ordinal) const { return ordinal < places.size() ? places[ordinal] : kNone; }
};

/// What is taken of a property while its state is held; the rest is read afterwards.
struct SnapshotCut {
  std::shared_ptr<SnapshotData> data;
  std::vector<SealedSession> sessions;  ///< unsealed ones
  UnsealedIntervals intervals;
  std::vector<SealedInterval> open;
  std::vector<SealedMark> marks;
  std::vector<ErasedViewer> erased;
};

/// Reads what the segments hold and puts all in order. With `only`, sorted ordinals, nothing of others; with
/// `viewer`, only that viewer's sessions.
base::Result<std::shared_ptr<const SnapshotData>> finish_snapshot(SnapshotCut cut,
                                                                  const std::vector<Ordinal>* only,
                                                                  base::ViewerNumber viewer);

}  // namespace pulse
