// What became of an event's data when their term ended, as pages and the API tell it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "http/request.h"
#include "http/response.h"
#include "retention/schedule.h"
#include "surfaces/events/event.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

/// What terms of an event's data count from, as policies write it.
inline constexpr std::string_view kEventEnd = "event end";

/// Which moments that terms count from have come for an event: of Vocabulary::ends.
std::vector<std::string> ended_of(const Event& event, base::Instant now);

/// How many registered; of an event that is anonymous what its record tells.
base::Result<std::int64_t> registered_of(Parts& parts, const Event& event);

/// The moments that terms of events count from, for the surface. Drafts have none yet.
base::Result<std::vector<retention::End>> ends_of_events(Parts& parts);

/// The answer to a link that opens nothing: a page that says what was deleted and when, with status 410,
/// where the event's term has ended. Errors: Gone where it has not.
base::Result<http::Response> gone_page(Parts& parts, const http::Request& request, const Event& event);

}  // namespace surfaces::events
