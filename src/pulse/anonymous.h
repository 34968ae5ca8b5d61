// The anonymous record of an event: what is kept of it when everything that identifies is gone.
//
// k is the fewest viewers that anything told may rest on. Time is that of the planned range, from its start
// in whole minutes; viewers' time is united over their sessions and cut to the range. A *visit* is time
// without an absence of more than kGapMs; it begins with an arrival and ends with a departure. "Few" is 1 …
// k-1.
//
// Nothing is told but what the tables below say; the curve, the report and every other figure are computed
// from them. That is what keeps one figure from giving away what another hides.
//
// 1 Counts. Viewers are of three classes: watched (time in the range), idle (consented, no time), refused. A
//   class of few is counted with its neighbour: few who watched with the idle, the idle and those who refused
//   with the larger of the two. Few who are left beside those who watched are not counted at all: added
//   to them, the tables' sums would give them back. Registered and accredited are moved onto a count
//   from which they differ by few, and are 0 where they are few. An event that few opened keeps one number,
//   how many opened it, and nothing of 2 … 5; one that few watched keeps nothing of 2 … 5.
//
// 2 Histograms of active and of open time. Minutes of time, from 0 on, are gathered until their cell has k
//   viewers; the rest, when few, joins the last cell. There are no empty cells, so that the cell of an
//   outlier begins where the cell before it ends.
//
// 3 Flows: arrivals and departures by time, and thereby how many were present. A cut between two minutes is
//   possible where present and absent viewers are each none or at least k; a cell ends at the first possible
//   cut by which its arrivals are none or of at least k different viewers, and its departures likewise. Quiet
//   time is a cell of its own. What is left at the end joins the cells before it until the same holds. A
//   cell of one minute is told in parts of 1, 5, 15 or 30 s, the shortest with which all parts of
//   that minute, each by itself, satisfy the rule: so where a cut lies within a minute tells nothing. A cell
//   longer than a minute, in which somebody came or went, also has the average number present, to a multiple
//   of k (or all).
//
// 4 Inactivity: how many of those present were inactive. Cuts are some of those of 3 (or lie in its quiet
//   time). A cut is possible where inactive and active viewers are each none or at least k; a cell ends at
//   the first possible cut by which none or at least k different viewers became inactive or ceased to be, and
//   a cell in which nobody did has no impossible cut of 3 inside. Parts and averages as in 3. Where few were
//   ever inactive, all time counts as active; where few were ever active, all as inactive.
//
// 5 Figures: averages of active and open time, and for the median the average of the middle tenth, at least k
//   viewers. Each is rounded to a unit so coarse that unit times viewers is at least ten minutes, or a tenth
//   of the range if that is less: who knows all viewers but one knows that one's time no better than that.
//
// What follows (proved in docs/anonymity.md, attacked in anonymous_attack_test.cpp):
//   - The record is a function of counts. Names, numbers, order of viewers and sessions do not enter.
//   - In each of 2, 3 and 4 every viewer shares each cell that they are in with at least k-1 others, and
//     exchanging the values that two viewers have there gives the same table.
//   - No count of 1 … k-1 viewers is told, nor follows from what is told by adding and subtracting.
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
#include "pulse/report.h"

namespace pulse {

/// Viewers whose time lies in [the cell before's end, until_min) minutes.
struct TimeCell {
  std::uint32_t until_min = 0;  ///< the last cell's may lie past the range's end by part of a minute
  std::int64_t viewers = 0;

  bool operator==(const TimeCell&) const = default;
};

/// What happened in [the cell before's end, until_s) seconds from the range's start.
struct FlowCell {
  std::uint32_t until_s = 0;
  std::int64_t arrivals = 0;
  std::int64_t departures = 0;
  std::int64_t present = 0;  ///< on average; 0 in cells that are quiet or at most a minute long

  bool operator==(const FlowCell&) const = default;
};

/// How many were inactive at until_s, seconds from the range's start.
struct InactivityCell {
  std::uint32_t until_s = 0;
  std::int64_t inactive = 0;
  /// Some became inactive or ceased to be. False: as many as at the cell's start, throughout.
  bool changed = false;
  std::int64_t average = 0;  ///< over the cell; 0 in cells that are unchanged or at most a minute long

  bool operator==(const InactivityCell&) const = default;
};

/// What is told of attention in the curve.
enum class Attention : std::uint8_t {
  Told = 0,
  AllActive = 1,    ///< few were ever inactive
  AllInactive = 2,  ///< few were ever active
};

struct AnonymousRecord {
  std::uint32_t fewest = kAnonymousFewest;  ///< k
  std::int64_t from_ms = 0;                 ///< the planned range
  std::int64_t to_ms = 0;
  ReportCounts counts;
  std::int64_t watched = 0;  ///< 0: nothing of the following is there
  Thousandths average_active_s;
  Thousandths median_active_s;
  Thousandths average_open_s;
  std::vector<TimeCell> active_time;
  std::vector<TimeCell> open_time;
  std::vector<FlowCell> flows;  ///< the last one ends with the range
  Attention attention = Attention::AllActive;
  std::vector<InactivityCell> inactivity;  ///< likewise; empty unless Attention::Told

  bool operator==(const AnonymousRecord&) const = default;
};

/// Gathers an event's viewers and makes its record. One thread at a time.
class AnonymousBuilder {
 public:
  /// `fewest` is k. Errors: Invalid unless kAnonymousFewestMin ≤ fewest ≤ kAnonymousFewestMax, the
  /// range does not end before it begins and is at most kAnonymousRangeMaxS long.
  static base::Result<AnonymousBuilder> make(std::int64_t from_ms, std::int64_t to_ms,
                                             std::uint32_t fewest = kAnonymousFewest);

  /// A viewer with a session: their united time, as unite() gives it, and whether any of their sessions was
  /// consented. Requires: at most kAnonymousViewersMax viewers.
  void add_viewer(std::span<const Presence> presences, bool consented);

  /// Of `counts` only registered and accredited are read. Leaves the builder empty.
  AnonymousRecord record(const ReportCounts& counts);

 private:
  AnonymousBuilder() = default;

  std::uint32_t fewest_ = kAnonymousFewest;
  std::int64_t from_ms_ = 0;
  std::int64_t to_ms_ = 0;
  std::int64_t opened_ = 0;
  std::int64_t consented_ = 0;
  std::uint32_t watched_ = 0;
  std::int64_t ever_active_ = 0;
  std::int64_t ever_inactive_ = 0;
  std::vector<std::int64_t> active_ms_;  // of each viewer who watched
  std::vector<std::int64_t> open_ms_;
  std::vector<std::uint64_t> presence_changes_;  // anonymous_cells.h
  std::vector<std::uint64_t> inactivity_changes_;
};

/// The curve by the second, run by run: the numbers of viewers from the run before's end until until_s. They
/// are computed from the tables, along a straight line within cells of at most a minute; a number of
/// few is told as none or k, whichever is nearer.
struct CurveRun {
  std::uint32_t until_s = 0;
  Thousandths active;
  Thousandths inactive;

  bool operator==(const CurveRun&) const = default;
};
std::vector<CurveRun> curve_of(const AnonymousRecord& record);

/// The report as report.h has it. Its figures are those of the whole planned range whatever `range` is; its
/// curve is the range's, empty outside the planned one. Again no number of few is told.
Report report_of(const AnonymousRecord& record, const ReportRange& range);

/// Arrivals and departures per bucket, as MovementsBuilder has them: a cell's are spread evenly over its
/// time, whole ones, so that their sum stays what it is.
struct Movements {
  std::vector<std::uint32_t> arrivals;
  std::vector<std::uint32_t> departures;
};
Movements movements_of(const AnonymousRecord& record, const ReportRange& range);

/// All of it as JSON, for whoever takes the record along; times in RFC 3339, spans in seconds.
std::string to_json(const AnonymousRecord& record, std::string_view slug);

/// The record as bytes: "HSANON1" and a zero byte | in the spelling of codec.h: fewest | from_ms zigzag |
/// to_ms zigzag | registered | opened | consented | refused | accredited | watched | and only when somebody
/// watched: three figures in ms | active and open time, each: number of cells, each: length in minutes,
/// viewers | flows: number, each: length in s, arrivals, departures, present | attention, a byte |
/// inactivity: number, each: length in s, inactive, changed (byte), average || XXH3-64 of all before, 8
/// bytes.
base::Bytes encode(const AnonymousRecord& record);
/// Accepts only what `encode` writes of a record that keeps every rule above that can be seen in it.
/// Errors: Corrupt.
base::Result<AnonymousRecord> decode_anonymous(base::ByteView bytes);

/// What of a record tells of few, or does not fit together; empty when all is well.
std::string fault_of(const AnonymousRecord& record);

}  // namespace pulse
