// Counts failed tries per key within a sliding window, in memory: a restart forgets them, and an attacker
// cannot restart us. A try is counted before it is made and taken back when it succeeds, so that tries at the
// same time do not slip through together.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/mutex.h"

namespace staff {

/// Any thread. Time is the clock's monotonic one.
class Throttle {
 public:
  /// `tries` are allowed within kThrottleWindow.
  Throttle(const base::Clock& clock, std::size_t tries) : clock_(clock), tries_max_(tries) {}

  /// True if another try is allowed; counts it then.
  bool try_once(const std::string& key);
  /// The last try succeeded: forgets all of them.
  void forgive(const std::string& key);

 private:
  struct Entry {
    std::string key;
    std::deque<std::chrono::nanoseconds> tries;
  };

  const base::Clock& clock_;
  const std::size_t tries_max_;
  base::Mutex mutex_;
  /// The key that was used last is in front.
  std::list<Entry> entries_ GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::list<Entry>::iterator> index_ GUARDED_BY(mutex_);
};

}  // namespace staff
