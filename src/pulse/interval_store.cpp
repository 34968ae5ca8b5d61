#include "pulse/interval_store.h"

#include <algorithm>

namespace pulse {

std::uint32_t IntervalStore::push(const StoredInterval& interval) {
  const std::uint32_t place = end_ - first_;
  if (place == chunks_.size() * kIntervalsPerChunk)
    chunks_.push_back({std::make_shared<IntervalChunk>(), interval.start_ms});
  auto& held = chunks_.back();
  (*held.chunk)[place % kIntervalsPerChunk] = interval;
  held.latest_ms = std::max(held.latest_ms, interval.start_ms + interval.duration_ms);
  return end_++;
}

const StoredInterval* IntervalStore::find(std::uint32_t index) const {
  // Differences, since indices wrap.
  if (static_cast<std::uint32_t>(index - begin_) >= static_cast<std::uint32_t>(end_ - begin_)) return nullptr;
  const std::uint32_t place = index - first_;
  return &(*chunks_[place / kIntervalsPerChunk].chunk)[place % kIntervalsPerChunk];
}

UnsealedIntervals IntervalStore::view_unsealed() const {
  UnsealedIntervals view;
  const std::uint32_t place = sealed_ - first_;
  view.count = unsealed();
  if (view.count == 0) return view;
  view.skip = place % kIntervalsPerChunk;
  for (std::size_t i = place / kIntervalsPerChunk; i < chunks_.size(); ++i)
    view.chunks.push_back(chunks_[i].chunk);
  return view;
}

void IntervalStore::drop_before(std::int64_t ms) {
  while (!chunks_.empty() && static_cast<std::uint32_t>(sealed_ - first_) >= kIntervalsPerChunk &&
         chunks_.front().latest_ms < ms) {
    chunks_.pop_front();
    first_ += kIntervalsPerChunk;
    begin_ = first_;
  }
}

void IntervalStore::restart(std::uint32_t begin) {
  chunks_.clear();
  first_ = begin_ = sealed_ = end_ = begin;
}

}  // namespace pulse
