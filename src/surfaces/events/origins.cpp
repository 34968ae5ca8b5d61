#include "surfaces/events/origins.h"

#include <set>

namespace surfaces::events {

Origins::Origins(std::string own)
    : own_(std::move(own)), all_(std::make_shared<std::vector<std::string>>(1, own_)) {}

void Origins::set(base::PropertyNumber property, const std::vector<std::string>& domains) {
  auto list = std::make_shared<std::vector<std::string>>(domains);
  list->push_back(own_);
  base::Lock lock(mutex_);
  by_property_[property] = std::move(list);
  std::set<std::string> together;
  for (const auto& [number, known] : by_property_) together.insert(known->begin(), known->end());
  all_ = std::make_shared<std::vector<std::string>>(together.begin(), together.end());
}

OriginList Origins::of(base::PropertyNumber property) const {
  base::Lock lock(mutex_);
  const auto found = by_property_.find(property);
  return found == by_property_.end() ? std::make_shared<std::vector<std::string>>(1, own_) : found->second;
}

OriginList Origins::all() const {
  base::Lock lock(mutex_);
  return all_;
}

}  // namespace surfaces::events
