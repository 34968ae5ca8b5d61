// What all threads and connections of one server share.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "http/address.h"
#include "http/limits.h"
#include "http/workers.h"

namespace http {

/// Counts connections, all and by address, and refuses those past the limits. Any thread.
class Admission {
 public:
  explicit Admission(const Limits& limits)
      : all_max_(limits.connections), by_address_max_(limits.connections_per_address) {}

  enum class Rule { ByAddress, Exempt };
  bool enter(const Address& address, Rule rule) EXCLUDES(mutex_);
  void leave(const Address& address, Rule rule) EXCLUDES(mutex_);
  /// Waits until nobody is inside, of real time at most; how many still are.
  std::size_t wait_until_empty(std::chrono::milliseconds at_most) EXCLUDES(mutex_);
  std::size_t inside() const EXCLUDES(mutex_);

 private:
  const std::size_t all_max_;
  const std::size_t by_address_max_;
  mutable base::Mutex mutex_;
  base::Condition left_;
  std::size_t inside_ GUARDED_BY(mutex_) = 0;
  std::map<Address, std::size_t> by_address_ GUARDED_BY(mutex_);
};

struct Core {
  Core(Limits limits_, Networks trusted, const base::Clock& clock_, base::Random& random_, unsigned threads,
       std::size_t queue_max)
      : limits(limits_),
        trusted_proxies(std::move(trusted)),
        clock(clock_),
        random(random_),
        admission(limits),
        workers(threads, queue_max) {}

  const Limits limits;
  const Networks trusted_proxies;
  const base::Clock& clock;
  base::Random& random;
  Admission admission;
  Workers workers;
  std::atomic<bool> stopping = false;
};

/// A place inside, given back at the end of whatever holds it.
class Slot {
 public:
  Slot(std::shared_ptr<Core> core, const Address& address, Admission::Rule rule)
      : core_(std::move(core)), address_(address), rule_(rule) {}
  Slot(Slot&&) noexcept = default;
  Slot& operator=(Slot&&) = delete;
  ~Slot() {
    if (core_) core_->admission.leave(address_, rule_);
  }

 private:
  std::shared_ptr<Core> core_;
  Address address_;
  Admission::Rule rule_;
};

}  // namespace http
