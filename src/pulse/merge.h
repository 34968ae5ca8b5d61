// Rows of several sources as one sequence, ordered by ordinal and time. A session's rows in an earlier source
// come before those in a later one, since a segment is sealed whole before the next begins.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "pulse/segment.h"

namespace pulse {

/// One thread at a time.
class IntervalMerge {
 public:
  /// Only sessions of `only` (sorted) when it is not null; it outlives this.
  explicit IntervalMerge(const std::vector<Ordinal>* only = nullptr) : only_(only) {}

  /// Sources in order of age.
  void add(std::shared_ptr<const SegmentReader> segment);
  /// Requires: ordered by ordinal and start.
  void add(std::span<const SealedInterval> rows);

  /// The next portion; empty at the end. Valid until the next call. Errors: Corrupt, Unavailable.
  base::Result<std::span<const SealedInterval>> next();

 private:
  struct Source {
    std::shared_ptr<const SegmentReader> segment;  // null: rows in memory
    std::size_t block = 0;                         // the next to read
    std::vector<SealedInterval> read;
    std::span<const SealedInterval> rows;  // what is left of it
  };
  base::Result<void> fill(Source& source);
  bool wanted(const SegmentBlock& block) const;

  const std::vector<Ordinal>* only_;
  std::vector<Source> sources_;
  std::vector<SealedInterval> out_;
};

}  // namespace pulse
