#include "surfaces/events/seal_watch.h"

#include "surfaces/events/limits.h"

namespace surfaces::events {

bool SealWatch::look(const Event& event) {
  const base::Lock lock(mutex_);
  const auto now = moment();
  forget_if_set(now);
  const auto number = event.property.value;
  if (!event.opened) return false;
  const auto left = end_of(event) + kSealAfter - now.wall;
  if (left > std::chrono::nanoseconds{0}) {
    over_[number] = now.monotonic + left;
    return false;
  }
  const auto [noted, is_new] = over_.try_emplace(number, now.monotonic);
  // Moved to an earlier end, it is over sooner than was noted.
  if (noted->second > now.monotonic) noted->second = now.monotonic;
  return now.monotonic - noted->second >= kSealWatched;
}

SealWatch::Moment SealWatch::moment() const {
  // Both clocks at one moment, however late this thread is.
  while (true) {
    const auto before = clock_.monotonic();
    const auto wall = clock_.now();
    const auto after = clock_.monotonic();
    if (after - before < std::chrono::seconds{1}) return {wall, after};
  }
}

void SealWatch::forget_if_set(const Moment& now) {
  if (last_) {
    const auto by_wall = now.wall - last_->wall;
    const auto by_monotonic = now.monotonic - last_->monotonic;
    if (std::chrono::abs(by_wall - by_monotonic) > kSealClockStep) over_.clear();
  }
  last_ = now;
}

}  // namespace surfaces::events
