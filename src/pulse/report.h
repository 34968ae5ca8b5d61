// What an organiser learns of an event: how many watched, how long, and the curve of attention.
//
// A ReportBuilder takes viewers one at a time, their sessions already united, and keeps only one number
// per viewer and four per bucket; so twenty million intervals stream through it in whatever
// portions and threads suit the store, and the parts merge. All arithmetic is in integer milliseconds
// and exact; figures are rounded once, half up to three decimals, when the report is made.
//
// A curve bucket's viewer-milliseconds are those of what begins or ends inside it, added up as they come,
// plus its length times the number of presences that span it whole, kept as differences: a presence costs
// the same whatever its length.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "pulse/interval.h"
#include "pulse/limits.h"

namespace pulse {

/// A figure times 1000: seconds are held as milliseconds, persons as thousandths.
struct Thousandths {
  std::int64_t value = 0;

  bool operator==(const Thousandths&) const = default;
};

/// "12.5", "0.0", "-0.001": at least one decimal, at most three.
std::string to_text(Thousandths figure);

/// numerator / denominator, rounded half up. Requires: numerator ≥ 0, denominator > 0.
Thousandths thousandths(std::int64_t numerator, std::int64_t denominator);

/// [from_ms, to_ms) in buckets of step_ms, the last one perhaps shorter.
class ReportRange {
 public:
  /// Errors: Invalid when from ≥ to, a time is not of the years 0 … 9999, step_s < 1, or there would be
  /// over kReportBucketsMax buckets.
  static base::Result<ReportRange> make(std::int64_t from_ms, std::int64_t to_ms, std::int64_t step_s);

  std::int64_t from_ms() const { return from_ms_; }
  std::int64_t to_ms() const { return to_ms_; }
  std::int64_t step_ms() const { return step_ms_; }
  std::size_t buckets() const { return buckets_; }
  std::int64_t bucket_start_ms(std::size_t k) const {
    return from_ms_ + static_cast<std::int64_t>(k) * step_ms_;
  }
  std::int64_t bucket_length_ms(std::size_t k) const {
    return k + 1 < buckets_ ? step_ms_ : to_ms_ - bucket_start_ms(k);
  }
  /// floor((at - from) / step), by multiplication: a division would cost more than all else per presence.
  /// Requires: from_ms ≤ at_ms ≤ to_ms; to_ms itself may be in the bucket after the last.
  std::size_t bucket_of(std::int64_t at_ms) const {
    const auto since_ms = at_ms - from_ms_;
    auto k = static_cast<std::int64_t>(static_cast<double>(since_ms) * steps_per_ms_);
    // The product may fall short of a whole number by its rounding. It cannot reach one too early: that
    // would take a range of 2^52 ms, and ten millennia have less.
    k += since_ms - k * step_ms_ >= step_ms_ ? 1 : 0;
    return static_cast<std::size_t>(k);
  }
  bool operator==(const ReportRange&) const = default;

 private:
  ReportRange() = default;
  std::int64_t from_ms_ = 0;
  std::int64_t to_ms_ = 0;
  std::int64_t step_ms_ = 0;
  std::size_t buckets_ = 0;
  double steps_per_ms_ = 0;
};

/// The counts of the whole event that other modules keep.
struct ReportCounts {
  std::int64_t registered = 0;
  std::int64_t opened = 0;
  std::int64_t consented = 0;
  std::int64_t refused = 0;
  std::int64_t accredited = 0;

  bool operator==(const ReportCounts&) const = default;
};

struct CurvePoint {
  std::int64_t at_ms = 0;
  Thousandths active;  ///< the average number of viewers present and active
  Thousandths inactive;

  bool operator==(const CurvePoint&) const = default;
};

struct Report {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  std::int64_t step_s = 0;
  ReportCounts counts;
  std::int64_t watched = 0;
  Thousandths average_active_s;
  Thousandths median_active_s;
  Thousandths average_open_s;
  std::vector<CurvePoint> curve;

  bool operator==(const Report&) const = default;
};

/// One thread at a time; several builders of equal range may work side by side and be merged.
class ReportBuilder {
 public:
  explicit ReportBuilder(const ReportRange& range);

  /// One viewer's united time, as unite() gives it; what lies outside the range is cut away.
  void add_viewer(std::span<const Presence> presences);
  /// Takes what `other` gathered. Requires: equal ranges, disjoint viewers.
  void merge(ReportBuilder&& other);
  /// The report so far; more may be added afterwards.
  Report report(const ReportCounts& counts) const;

 private:
  // The moment t inside bucket k stands for: present from t to the end of k, and throughout every later
  // bucket. A presence is its start less its end. Unsigned, since with buckets of millennia the terms may
  // wrap around on the way to a total that does not.
  struct Bucket {
    std::uint64_t part_ms = 0;
    std::uint64_t spanning = 0;  // by how many those present throughout differ from the bucket before
  };
  struct Curve {
    std::vector<Bucket> buckets;
    void add(const ReportRange& range, std::int64_t start_ms, std::int64_t end_ms);
  };

  ReportRange range_;
  Curve active_;
  Curve inactive_;
  std::vector<std::int64_t> active_ms_;  ///< of each viewer who watched
  std::int64_t open_ms_ = 0;             ///< of all of them together
};

/// The report as the contract spells it. `slug` is the event's; it needs no escaping.
std::string to_json(const Report& report, std::string_view slug);

/// When viewers came and went, per bucket. An arrival is the start of a viewer's first presence or of one
/// after an absence of more than gap_ms; a departure is the end of the last presence or of one before such
/// an absence, counted in the bucket of the last moment present. Both are of the viewer's whole time, so a
/// range that begins in the middle shows only who arrived after it began.
class MovementsBuilder {
 public:
  /// `known_until_ms`: now, while the event runs; whoever was present gap_ms ago or later has not left.
  MovementsBuilder(const ReportRange& range, std::int64_t gap_ms, std::int64_t known_until_ms);

  void add_viewer(std::span<const Presence> presences);

  const std::vector<std::uint32_t>& arrivals() const { return arrivals_; }
  const std::vector<std::uint32_t>& departures() const { return departures_; }

 private:
  void count(std::vector<std::uint32_t>& per_bucket, std::int64_t at_ms) const;

  ReportRange range_;
  std::int64_t gap_ms_;
  std::int64_t known_until_ms_;
  std::vector<std::uint32_t> arrivals_;
  std::vector<std::uint32_t> departures_;
};

/// A viewer's row. All of it is clipped to [from_ms, to_ms).
struct ViewerFigures {
  bool seen = false;  ///< false: absent, the times mean nothing
  std::int64_t first_seen_ms = 0;
  std::int64_t last_seen_ms = 0;  ///< the end of the last presence
  Thousandths active_s;
  Thousandths open_s;
  Thousandths share;  ///< active time by planned duration, 0 … 1

  bool operator==(const ViewerFigures&) const = default;
};

/// Requires: from_ms < to_ms, planned_ms > 0.
ViewerFigures viewer_figures(std::span<const Presence> presences, std::int64_t from_ms, std::int64_t to_ms,
                             std::int64_t planned_ms);

/// A viewer's row as a line of `cells` equal cells of two bits, cell 0 in the lowest bits of byte 0:
/// 0 absent, 1 open but never active, 2 active at some moment of the cell. Cell k covers
/// [from + k·length/cells, from + (k+1)·length/cells), rounded down to milliseconds.
/// Errors: Invalid unless from_ms < to_ms, 1 ≤ cells ≤ kRasterCellsMax and no cell is shorter than 1 ms.
/// Requires: times of the years 0 … 9999.
base::Result<base::Bytes> raster(std::span<const Presence> presences, std::int64_t from_ms,
                                 std::int64_t to_ms, std::int64_t cells);

}  // namespace pulse
