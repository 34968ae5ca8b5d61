#include "access/throttle.h"

#include "access/limits.h"

namespace staff {

bool Throttle::try_once(const std::string& key) {
  const auto now = clock_.monotonic();
  base::Lock lock(mutex_);
  if (const auto found = index_.find(key); found != index_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
  } else {
    entries_.push_front({key, {}});
    index_.emplace(key, entries_.begin());
    if (entries_.size() > kThrottled) {
      index_.erase(entries_.back().key);
      entries_.pop_back();
    }
  }
  auto& tries = entries_.front().tries;
  while (!tries.empty() && now - tries.front() >= kThrottleWindow) tries.pop_front();
  if (tries.size() >= tries_max_) return false;
  tries.push_back(now);
  return true;
}

void Throttle::forgive(const std::string& key) {
  base::Lock lock(mutex_);
  const auto found = index_.find(key);
  if (found == index_.end()) return;
  entries_.erase(found->second);
  index_.erase(found);
}

}  // namespace staff
