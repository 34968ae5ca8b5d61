// What is done every so often by the house's own clock, which a test moves, and which the threads of jobs do
// not know.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "app/house.h"

namespace app {

/// How often a job looks at that clock.
inline constexpr std::chrono::milliseconds kLookEvery{500};

/// Of a job: calls `work` at once, and then when so much has passed since. The house outlives it.
inline std::function<base::Result<void>()> by_house_clock(House& house, std::chrono::nanoseconds every,
                                                          std::function<base::Result<void>()> work) {
  return [&house, every, work = std::move(work),
          last = std::optional<std::chrono::nanoseconds>{}]() mutable -> base::Result<void> {
    const auto now = house.clock->monotonic();
    if (last && now - *last < every) return {};
    last = now;
    return work();
  };
}

}  // namespace app
