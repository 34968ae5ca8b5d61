// The anonymous record of an event: what is kept of it when everything that identifies is gone.
//
// k is the fewest viewers that anything told may rest on; "few" is 1 … k-1 of them. Viewers' time is united
// over their sessions and cut to the planned range. What is kept rests on *groups*: viewers are gathered
// with those most like them until every group has k, and of a group only its size and averages are kept. So
// all that can be counted from a record is a sum of whole groups, however one adds and subtracts.
//
// 1 Counts. Viewers are of three classes: watched (time in the range), idle (consented, no time), refused. A
//   class of few is counted with its neighbour: few who watched with the idle; the idle and those who
//   refused with the larger of the two. Few who are left beside those who watched are not counted at all:
//   the groups' sizes would give them back. Registered and accredited are moved onto a count from which they
//   differ by few, and are 0 where they are few. An event that few opened keeps one number, how many opened
//   it; one that few watched keeps 1 alone.
//
// 2 Groups. A viewer is four numbers: first moment present, last, active time, open time. All viewers are one
//   group at first. A group is cut in two as long as either part has k viewers, between two different values
//   of one of the first three numbers: while it is large (20 k), nearest to its middle in the number that is
//   spread widest; afterwards at the widest gap of all, of equal gaps that nearest to the middle, then in
//   the number named first. Equal viewers are never told apart.
//
// 3 Lapses show in the curve what changed between first and last. A viewer lapses while inactive, and while
//   away for more than kGapMs (a shorter absence continues what was before). Each kind is gathered likewise,
//   by beginning and end, as long as either part is of k different viewers. In a part nobody counts with more
//   lapses than the k-th most frequent does, the earliest ones. A kind of lapse that few have is not
//   kept: it counts as present, or active, in 2 as well. Where few were ever active, all time is inactive.
//   Events that fewer than 4 k watched keep no lapses: with so few the lapses, and who had none, would
//   explain the groups' averages.
//
// 4 Averages are taken of first, last, absence and inactivity and rounded to ten seconds; a group's open and
//   active time are what these leave. Equal groups are told as one.
//
// Curve, arrivals, departures, histograms, averages and the median are computed from 2 and 3 alone.
//
// What follows (docs/anonymity.md says why; anonymous_attack_test.cpp attacks it):
//   - Names, numbers and order of viewers and sessions do not enter.
//   - Each viewer is in a group with k-1 others at least, and nothing is told of one and not of the others.
//     Every change that leaves the groups and their averages' ten seconds the same leaves the record the
//     same.
//   - No count of few is told, nor follows by adding and subtracting what is told.
#pragma once

#include <array>
#include <compare>
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

/// Times in a record are multiples of kAnonymousGrainMs, since the range's start; so are lengths.
using Grains = std::uint32_t;

/// Viewers who are alike, and what they are on average.
struct AnonymousGroup {
  std::int64_t viewers = 0;
  Grains first = 0;  ///< present from here …
  Grains last = 0;   ///< … to here, lapses apart
  Grains active = 0;
  Grains open = 0;

  auto operator<=>(const AnonymousGroup&) const = default;
};

/// Lapses that are alike, of at least k viewers.
struct AnonymousLapses {
  std::int64_t count = 0;
  Grains from = 0;
  Grains until = 0;

  auto operator<=>(const AnonymousLapses&) const = default;
};

struct AnonymousRecord {
  std::uint32_t fewest = kAnonymousFewest;  ///< k
  std::int64_t from_ms = 0;                 ///< the planned range
  std::int64_t to_ms = 0;
  ReportCounts counts;
  std::int64_t watched = 0;               ///< 0: nothing of the following is there
  std::vector<AnonymousGroup> groups;     ///< ordered by first, last, active, open; none equal in these
  std::vector<AnonymousLapses> inactive;  ///< likewise by from, until
  std::vector<AnonymousLapses> away;

  bool operator==(const AnonymousRecord&) const = default;
};

/// What is gathered: up to four numbers, in milliseconds, of one viewer.
struct AnonymousTrace {
  std::uint32_t viewer = 0;
  std::array<std::int64_t, 4> values{};
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
  void forget_few();

  std::uint32_t fewest_ = kAnonymousFewest;
  std::int64_t from_ms_ = 0;
  std::int64_t to_ms_ = 0;
  std::int64_t opened_ = 0;
  std::int64_t consented_ = 0;
  std::vector<AnonymousTrace> viewers_;   // who watched: first, last, active, open
  std::vector<AnonymousTrace> inactive_;  // from, until
  std::vector<AnonymousTrace> away_;
};

/// The curve by the second, run by run: the numbers of viewers from the run before's end until until_s.
/// Without lapses, a group is present and active throughout in proportion to its times. Where few would be
/// left, none or k are told, whichever is nearer.
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

/// First arrivals and last departures per bucket; never of few.
struct Movements {
  std::vector<std::uint32_t> arrivals;
  std::vector<std::uint32_t> departures;
};
Movements movements_of(const AnonymousRecord& record, const ReportRange& range);

/// All of it as JSON, for whoever takes the record along; times in RFC 3339, spans in seconds.
std::string to_json(const AnonymousRecord& record, std::string_view slug);

/// The record as bytes: "HSANON1" and a zero byte | in the spelling of codec.h: fewest | from_ms zigzag |
/// to_ms zigzag | registered | opened | consented | refused | accredited | watched | groups: number, each:
/// first since that of the group before, last since first, active, open, viewers | inactive: number, each:
/// from since that before, until since from, count | away: the same || XXH3-64 of all before, 8 bytes.
base::Bytes encode(const AnonymousRecord& record);
/// Accepts only what `encode` writes of a record that keeps every rule above that can be seen in it.
/// Errors: Corrupt.
base::Result<AnonymousRecord> decode_anonymous(base::ByteView bytes);

/// What of a record tells of few, or does not fit together; empty when all is well.
std::string fault_of(const AnonymousRecord& record);

}  // namespace pulse
