#include "pulse/receipt_clock.h"

#include <algorithm>

#include "pulse/limits.h"

namespace pulse {
namespace {

using std::chrono::nanoseconds;

/// The offset moves by at most this part of the time that passes.
constexpr std::int64_t kSlewDivisor = 100;
constexpr nanoseconds kStepMax = std::chrono::milliseconds{kClockStepMaxMs};

}  // namespace

ReceiptClock::ReceiptClock(const base::Clock& clock) : clock_(clock) {
  asked_ = clock_.monotonic();
  offset_ = nanoseconds{clock_.now().time_since_epoch()} - asked_;
}

Receipt ReceiptClock::now() {
  base::Lock lock{mutex_};
  // Asked under the lock, so that threads see these times in the order in which they are given out.
  const auto monotonic = clock_.monotonic();
  const auto wanted = nanoseconds{clock_.now().time_since_epoch()} - monotonic;
  const auto away = wanted - offset_;
  if (away > kStepMax || away < -kStepMax) {
    ++generation_;
    offset_ = wanted;
  } else {
    const auto most = (monotonic - asked_) / kSlewDivisor;
    offset_ += std::clamp(away, -most, most);
  }
  asked_ = monotonic;
  const auto at = std::chrono::floor<std::chrono::milliseconds>(monotonic + offset_);
  return {at.count(), generation_};
}

}  // namespace pulse
