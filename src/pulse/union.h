// A viewer's time: the union over their sessions. An instant is active if it is active in any of them,
// else inactive if it is inactive in any. Two tabs or two devices never count double.
//
// One session's intervals are disjoint and in order, so they need only be joined. Those of several are put
// in order of start and swept: the sweep knows until when the time seen so far is covered at all and until
// when it is active, and writes what lies before each next start.
#pragma once

#include <span>
#include <vector>

#include "pulse/interval.h"

namespace pulse {

/// Unites intervals of any order and overlap into `out`, which is cleared first: disjoint, ordered by
/// start, touching ones of equal action joined. Sorts `intervals` in place. Allocates only while `out` grows.
void unite(std::span<Interval> intervals, std::vector<Presence>& out);

}  // namespace pulse
