#include "pulse/fold.h"

namespace pulse {

std::vector<Interval> fold(std::span<const Beat> beats, std::int64_t gap_ms) {
  std::vector<Interval> intervals;
  FoldState state;
  Folder folder{state, gap_ms};
  for (const auto& beat : beats)
    if (auto closed = folder.add(beat.at_ms, beat.facts)) intervals.push_back(*closed);
  if (auto closed = folder.finish()) intervals.push_back(*closed);
  return intervals;
}

}  // namespace pulse
