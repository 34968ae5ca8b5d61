// An event as a calendar file (RFC 5545), for a mail and for a button.
#pragma once

#include <string>
#include <string_view>

#include "surfaces/events/event.h"

namespace surfaces::events {

/// `address` is where the event is watched; lines are folded at 75 bytes, ends are CRLF.
std::string calendar_file(const Event& event, std::string_view address);

}  // namespace surfaces::events
