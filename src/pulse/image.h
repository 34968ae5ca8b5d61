// The image of the engine's state that a checkpoint holds, and what a checkpoint seals.
//
// A checkpoint is the file `checkpoint`: a block file (block_file.h) of kind Checkpoint, number 1, whose
// blocks are the image cut into portions and whose index is empty. The image, in the spelling of codec.h:
//
//   format version 1 | replay from log n | committed_ms zigzag
//   number of properties, each:
//     number | flags (1 sealed, 2 dropped, 4 live figures are stale, 8 anonymised) | rules (record.h) |
//     next segment | segments, each its number | attribute sets | mark kinds | sessions with sealed rows |
//     sessions, each the viewer's session before + 1 (4 bytes) | erased viewers | erased sessions |
//     intervals: first index (4 bytes), of them sealed, count, rows | marks |
//     viewers | seconds of the curve
//   slots in use, each: slot | id | opened_ms | life | control | number | ordinal | viewer + 1 (4 bytes) |
//     newest interval (4 bytes) | last beat and open start since opening | facts, open facts (bytes) |
//     property place | attribute set
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "pulse/engine_core.h"

namespace pulse {

/// What a checkpoint writes into a new segment of one property, as it was at the cut.
struct SealPlan {
  std::uint16_t place = 0;
  base::PropertyNumber number;
  std::uint32_t segment = 0;            ///< the new one's number
  std::vector<SegmentInUse> old;        ///< the property's segments at the cut
  bool merge = false;                   ///< the new one takes the place of the old
  bool last = false;                    ///< the property is over: nothing of it stays in memory
  std::vector<SealedSession> sessions;  ///< unsealed
  UnsealedIntervals intervals;
  std::vector<SealedMark> marks;
  std::vector<ErasedViewer> erased;
  std::unordered_set<Ordinal> erased_sessions;
  Ordinal sealed_sessions = 0;   ///< afterwards
  std::uint32_t sealed_end = 0;  ///< interval index, afterwards
  std::size_t sealed_marks = 0;  ///< so many are no longer unsealed
  bool has_rows = false;         ///< false: no new segment is needed
  std::shared_ptr<const SegmentReader> made;

  std::vector<SegmentInUse> afterwards() const;
};

struct ImageHead {
  std::uint64_t log = 1;  ///< the first log to replay
};

/// Holders of the engine's state. The image is of the state as it will be when all plans are done and the
/// slots of `freed`, which is sorted, are free.
void write_image(EngineCore& core, const ImageHead& head, const std::vector<SealPlan>& plans,
                 const std::vector<SlotNumber>& freed, base::Bytes& out);

/// The slots that nobody needs any more once all plans are done: their rows are sealed, and their token has
/// expired or their property is over. Sorted.
std::vector<SlotNumber> slots_to_free(EngineCore& core, const std::vector<SealPlan>& plans,
                                      std::int64_t now_ms);

/// Fills an empty core. Errors: Corrupt.
base::Result<ImageHead> read_image(base::ByteView image, EngineCore& core);

}  // namespace pulse
