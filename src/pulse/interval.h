// Spans of time, half open: [start_ms, end_ms), in milliseconds since the epoch.
#pragma once

#include <cstdint>

#include "pulse/facts.h"

namespace pulse {

/// A span of one session's time and the facts that held throughout. Never empty.
struct Interval {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  Facts facts = 0;

  bool operator==(const Interval&) const = default;
};

/// A span of one viewer's time, their sessions united. Never empty.
struct Presence {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  bool active = false;

  bool operator==(const Presence&) const = default;
};

}  // namespace pulse
