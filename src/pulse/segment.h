// A segment: rows of one property that change no more. A block file (block_file.h) of kind Segment whose
// number is the property's, named `<property>-<n>.segment`.
//
// Sessions of a property are numbered 0, 1, 2 … in order of opening; rows refer to them by that *ordinal*.
// There are three tables, each in blocks of about 64 KiB before compression, ordered by ordinal and time.
// Within a block the columns follow each other, so that like stands beside like; numbers are
// varints, "d" is the difference to the row before (the first row: to the block's base in the index).
//
//   sessions    ordinal d | opened_ms zigzag d | attribute set | consented, a byte | id, 16 bytes |
//               viewer number, 8 bytes
//   intervals   ordinal d | gap_ms | facts, a byte | duration_ms in four planes of bytes, lowest first
//               gap_ms: start less the end of the session's interval before in this block; for a session's
//               first in the block, start less the block's earliest start
//   marks       ordinal d | at_ms zigzag d | kind | value, a text. Kind 0 is the program's own: consent was
//               withdrawn at that time; the others are numbered by the property (property.h)
//
// The index lists the blocks: table, place, rows, first and last ordinal, and for intervals the
// earliest start, the latest end and the totals of active and of all time, so that a reader can pass over
// a block, or count it without opening it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/names.h"
#include "pulse/block_file.h"
#include "pulse/interval.h"

namespace pulse {

/// Numbers a property's sessions in order of opening.
using Ordinal = std::uint32_t;

struct SealedSession {
  Ordinal ordinal = 0;
  base::SessionId id;
  base::ViewerNumber viewer;
  std::int64_t opened_ms = 0;
  std::uint32_t attributes = 0;
  bool consented = false;

  bool operator==(const SealedSession&) const = default;
};

struct SealedInterval {
  Ordinal ordinal = 0;
  Interval interval;

  bool operator==(const SealedInterval&) const = default;
};

/// The mark kind that tells of a withdrawal.
inline constexpr std::uint32_t kMarkStopped = 0;

struct SealedMark {
  Ordinal ordinal = 0;
  std::int64_t at_ms = 0;
  std::uint32_t kind = 0;
  std::string value;

  bool operator==(const SealedMark&) const = default;
};
/// For sorting.
inline auto order_of(const SealedMark& mark) {
  return std::tuple(mark.ordinal, mark.at_ms, mark.kind, std::string_view(mark.value));
}

enum class Table : std::uint8_t { Sessions = 0, Intervals = 1, Marks = 2 };

struct SegmentBlock {
  Table table = Table::Sessions;
  BlockPlace place;
  std::uint32_t rows = 0;
  Ordinal first = 0;
  Ordinal last = 0;
  std::int64_t base_ms = 0;    ///< earliest start; for other tables the first row's time
  std::int64_t latest_ms = 0;  ///< latest end
  std::int64_t active_ms = 0;
  std::int64_t open_ms = 0;  ///< active and inactive
};

/// "7-12.segment".
std::string segment_name(base::PropertyNumber property, std::uint32_t number);

/// Rows of each table come ordered by ordinal, then time; tables may be interleaved. One thread at a time.
class SegmentWriter {
 public:
  static base::Result<std::unique_ptr<SegmentWriter>> create(base::Files& files, const base::Path& path,
                                                             base::PropertyNumber property,
                                                             const crypto::SecretKey& property_key,
                                                             base::Random& random);
  base::Result<void> add(const SealedSession& session);
  base::Result<void> add(const SealedInterval& interval);
  base::Result<void> add(const SealedMark& mark);
  /// Writes what is left and the index, and syncs the file; its name may still be lost.
  base::Result<void> finish();
  std::uint64_t size() const { return file_->size(); }

 private:
  explicit SegmentWriter(std::unique_ptr<BlockFileWriter> file) : file_(std::move(file)) {}
  base::Result<void> flush_sessions();
  base::Result<void> flush_intervals();
  base::Result<void> flush_marks();
  base::Result<void> put(SegmentBlock block);

  std::unique_ptr<BlockFileWriter> file_;
  std::vector<SealedSession> sessions_;
  std::vector<SealedInterval> intervals_;
  std::vector<SealedMark> marks_;
  std::size_t mark_bytes_ = 0;
  base::Bytes plain_;
  std::vector<SegmentBlock> blocks_;
};

/// Any thread.
class SegmentReader {
 public:
  /// Errors: Corrupt naming file and offset; NotFound; Unavailable.
  static base::Result<std::shared_ptr<const SegmentReader>> open(base::Files& files, const base::Path& path,
                                                                 base::PropertyNumber property,
                                                                 const crypto::SecretKey& property_key);

  std::span<const SegmentBlock> blocks() const { return blocks_; }
  /// The block's rows in the place of what `rows` held. Requires: a block of that table.
  base::Result<void> read(const SegmentBlock& block, std::vector<SealedSession>& rows) const;
  base::Result<void> read(const SegmentBlock& block, std::vector<SealedInterval>& rows) const;
  base::Result<void> read(const SegmentBlock& block, std::vector<SealedMark>& rows) const;
  std::uint64_t size() const { return file_->size(); }

 private:
  explicit SegmentReader(std::unique_ptr<BlockFileReader> file) : file_(std::move(file)) {}
  base::Result<void> load_index();

  std::unique_ptr<BlockFileReader> file_;
  std::vector<SegmentBlock> blocks_;
};

/// Reads every block of a segment. Errors: as those of SegmentReader.
base::Result<void> verify_segment(base::Files& files, const base::Path& path, base::PropertyNumber property,
                                  const crypto::SecretKey& property_key);

}  // namespace pulse
