// The file in which a person takes their raw records along: RFC 4180 CSV, UTF-8, CRLF,
//
//   session,start,end,duration,action
//   0000000000000000000000000g,2026-11-22T14:00:00.000Z,2026-11-22T14:00:05.250Z,5.250,active
//
// a row per interval, ordered by session and start. Touching intervals that differ only in facts other
// than *focused* are one row: the file tells attention, and not what the page looked like.
#pragma once

#include <span>
#include <string>

#include "base/names.h"
#include "pulse/interval.h"

namespace pulse {

struct SessionIntervals {
  base::SessionId session;
  std::span<const Interval> intervals;  ///< disjoint, ordered by start
};

/// Sessions in any order, each at most once; without intervals, the header alone.
/// Requires: times of the years 0 … 9999.
std::string portability_csv(std::span<const SessionIntervals> sessions);

}  // namespace pulse
