// The time at which messages are received.
//
// It is monotonic time plus an offset. The offset is taken from the wall clock at the start and then
// follows it by at most one hundredth of the time that passes, so that receipt time never goes back,
// never runs off, and a clock that is set by seconds costs no viewer more than one per cent of a figure.
// When the wall clock is more than 10 s away, somebody has set it: receipt time then takes the wall clock
// as it is, backwards too, and the generation number goes up, upon which open sessions end.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.h"
#include "base/mutex.h"

namespace pulse {

struct Receipt {
  std::int64_t at_ms = 0;
  std::uint32_t generation = 0;  ///< how often the wall clock has stepped by more than 10 s since the start
};

/// Any thread.
class ReceiptClock {
 public:
  /// `clock` outlives it.
  explicit ReceiptClock(const base::Clock& clock);

  /// Within one generation never earlier than any receipt before. Ask once per message, and regularly
  /// while there are none (a step is noticed only when somebody asks).
  Receipt now();

 private:
  const base::Clock& clock_;
  base::Mutex mutex_;
  std::chrono::nanoseconds offset_ GUARDED_BY(mutex_);
  std::chrono::nanoseconds asked_ GUARDED_BY(mutex_);
  std::uint32_t generation_ GUARDED_BY(mutex_) = 0;
};

}  // namespace pulse
