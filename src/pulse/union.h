// A viewer's time: the union over their sessions. An instant is active if it is active in any of them,
// else inactive if it is inactive in any. Two tabs or two devices never count double.
//
// A sweep over the intervals by start keeps two frontiers: how far time is covered at all, and how far it is
// active. Each interval is first cut at what it cannot change, so that the sweep is linear once
// the intervals are in order, as a single session's always are.
#pragma once

#include <span>
#include <vector>

#include "pulse/interval.h"

namespace pulse {

/// Unites intervals of any order and overlap into `out`, which is cleared first: disjoint, ordered by
/// start, touching ones of equal action joined. Sorts `intervals` in place. Allocates only while `out` grows.
void unite(std::span<Interval> intervals, std::vector<Presence>& out);

}  // namespace pulse
