// Waiting for a database whose log somebody is reading.
#pragma once

#include <thread>

#include "base/result.h"
#include "retention/limits.h"

namespace retention {

/// Calls `act` again as long as it answers Unavailable, kScrubTriesMax times at most.
template <class Act>
auto patiently(Act&& act) {
  for (int tries = 1;; ++tries) {
    auto result = act();
    if (result || result.error().code != base::Code::Unavailable || tries == kScrubTriesMax) return result;
    // tidy: allow sleep, because what is waited for is another connection that reads.
    std::this_thread::sleep_for(kScrubWait);
  }
}

}  // namespace retention
