#include "http/core.h"

#include <algorithm>

namespace http {

namespace {

/// Whoever has an IPv6 address has 2^64 of them.
Address counted(Address address) {
  if (!address.is_v4()) std::fill(address.bytes.begin() + 8, address.bytes.end(), std::uint8_t{0});
  return address;
}

}  // namespace

bool Admission::enter(const Address& address, Rule rule) {
  const base::Lock lock{mutex_};
  if (inside_ >= all_max_) return false;
  if (rule == Rule::ByAddress) {
    auto& count = by_address_[counted(address)];
    if (count >= by_address_max_) return false;
    ++count;
  }
  ++inside_;
  return true;
}

void Admission::leave(const Address& address, Rule rule) {
  const base::Lock lock{mutex_};
  --inside_;
  if (rule == Rule::ByAddress) {
    const auto at = by_address_.find(counted(address));
    if (--at->second == 0) by_address_.erase(at);
  }
  if (inside_ == 0) left_.notify_all();
}

std::size_t Admission::wait_until_empty(std::chrono::milliseconds at_most) {
  // Slices of a fixed length, so that waking up early does not begin the wait anew.
  constexpr std::chrono::milliseconds kSlice{10};
  const base::Lock lock{mutex_};
  for (auto left = at_most; inside_ > 0 && left.count() > 0; left -= kSlice)
    left_.wait_for(mutex_, std::min(kSlice, left));
  return inside_;
}

std::size_t Admission::inside() const {
  const base::Lock lock{mutex_};
  return inside_;
}

}  // namespace http
