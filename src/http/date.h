// HTTP dates: "Sun, 22 Nov 2026 14:00:00 GMT" (IMF-fixdate, RFC 9110 §5.6.7).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace http {

/// Cut to whole seconds.
std::string write_date(base::Instant at);
/// IMF-fixdate alone: the two obsolete forms are taken as no date, as a recipient of conditions may.
std::optional<base::Instant> parse_date(std::string_view text);

}  // namespace http
