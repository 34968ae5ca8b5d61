// A property's closed intervals in the order in which they closed: those that no segment holds yet, and
// those so young that a viewer's other session may still deliver beats of the same time. Each knows the one
// before it of its session. Chunks are written once, front to back, so that a snapshot shares them.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "pulse/interval.h"
#include "pulse/segment.h"

namespace pulse {

struct StoredInterval {
  std::int64_t start_ms = 0;
  std::uint32_t duration_ms = 0;  ///< 0: of an erased viewer, forgotten
  Ordinal ordinal = 0;
  std::uint32_t before = UINT32_MAX;  ///< of the same session
  Facts facts = 0;

  Interval interval() const { return {start_ms, start_ms + duration_ms, facts}; }
};

inline constexpr std::size_t kIntervalsPerChunk = 1024;
using IntervalChunk = std::array<StoredInterval, kIntervalsPerChunk>;

/// The unsealed intervals at one moment; readable by any thread while the store goes on.
struct UnsealedIntervals {
  std::vector<std::shared_ptr<const IntervalChunk>> chunks;
  std::size_t skip = 0;   ///< of the first chunk
  std::size_t count = 0;  ///< after those

  template <class Visit>
  void each(const Visit& visit) const {
    for (std::size_t i = skip; i < skip + count; ++i)
      visit((*chunks[i / kIntervalsPerChunk])[i % kIntervalsPerChunk]);
  }
};

/// Indices count all intervals that were ever stored, modulo 2^32.
class IntervalStore {
 public:
  std::uint32_t push(const StoredInterval& interval);
  /// Null for one that was dropped.
  const StoredInterval* find(std::uint32_t index) const;

  std::uint32_t begin() const { return begin_; }
  std::uint32_t end() const { return end_; }
  std::uint32_t sealed_end() const { return sealed_; }
  std::size_t unsealed() const { return end_ - sealed_; }
  UnsealedIntervals view_unsealed() const;

  /// Everything before `index` is in segments.
  void set_sealed(std::uint32_t index) { sealed_ = index; }
  /// Drops chunks that are sealed and hold nothing that ended at or after `ms`.
  void drop_before(std::int64_t ms);
  /// Empty, with the next index `begin`; for reading a checkpoint.
  void restart(std::uint32_t begin);
  std::size_t memory_bytes() const { return chunks_.size() * (sizeof(IntervalChunk) + 32); }

 private:
  struct Held {
    std::shared_ptr<IntervalChunk> chunk;
    std::int64_t latest_ms = 0;
  };
  std::deque<Held> chunks_;
  std::uint32_t first_ = 0;  // index of the first chunk's first place
  std::uint32_t begin_ = 0;
  std::uint32_t sealed_ = 0;
  std::uint32_t end_ = 0;
};

}  // namespace pulse
