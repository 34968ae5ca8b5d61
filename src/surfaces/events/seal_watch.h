// When an event may be sealed, which cannot be undone. The wall clock alone does not say: a machine that
// starts with its clock a year ahead would end every event that runs. So the process must itself have seen
// the event over for a while, by the clock that nobody can set.
//
// At each look it is noted when the event will be over, or, if it is over already, that it is so now; both by
// the monotonic clock. It may be sealed kSealWatched after that moment, if the wall clock agrees that it is
// over. When the wall clock was set between two looks, all that was noted is forgotten and begins anew.
#pragma once

#include <chrono>
#include <map>
#include <optional>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/names.h"
#include "surfaces/events/event.h"

namespace surfaces::events {

/// Any thread.
class SealWatch {
 public:
  /// The clock outlives the watch.
  explicit SealWatch(const base::Clock& clock) : clock_(clock) {}

  /// Looks at the event as it is now; true when it may be sealed.
  bool look(const Event& event);

 private:
  struct Moment {
    base::Instant wall;
    std::chrono::nanoseconds monotonic{};
  };
  Moment moment() const;
  void forget_if_set(const Moment& now) REQUIRES(mutex_);

  const base::Clock& clock_;
  base::Mutex mutex_;
  std::optional<Moment> last_ GUARDED_BY(mutex_);
  std::map<std::uint32_t, std::chrono::nanoseconds> over_ GUARDED_BY(mutex_);
};

}  // namespace surfaces::events
