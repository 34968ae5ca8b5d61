// From which pages heartbeats may come: our own, and those of each event's domains.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/names.h"

namespace surfaces::events {

using OriginList = std::shared_ptr<const std::vector<std::string>>;

/// Any thread; never blocks for long.
class Origins {
 public:
  explicit Origins(std::string own);

  void set(base::PropertyNumber property, const std::vector<std::string>& domains);
  /// Our own and the property's.
  OriginList of(base::PropertyNumber property) const;
  /// Of all properties together: a beat says by its token alone whose it is.
  OriginList all() const;

 private:
  const std::string own_;
  mutable base::Mutex mutex_;
  std::map<base::PropertyNumber, OriginList> by_property_ GUARDED_BY(mutex_);
  OriginList all_ GUARDED_BY(mutex_);
};

}  // namespace surfaces::events
