// One viewer's time as a drawing (SVG): active solid, open elsewhere hatched, absent an empty outline.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "pulse/interval.h"

namespace surfaces::events {

/// `presences` as pulse::unite gives them, within [from_ms, until_ms). Requires: from_ms < until_ms. The
/// drawing is decoration: the table beside it says the same.
std::string draw_timeline(std::span<const pulse::Presence> presences, std::int64_t from_ms,
                          std::int64_t until_ms);

}  // namespace surfaces::events
