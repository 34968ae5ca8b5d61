// The people of an event as the staff application wants them: each row with a small timeline.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "surfaces/events/audience.h"

namespace surfaces::events {

/// {"from", "to", "cells", "people": [{"viewer", "name", "email", "registered", "first_seen", "last_seen",
/// "active_s", "open_s", "share", "consent", "line"}]}; `line` is pulse::raster in base64.
/// Errors: Invalid for a number of cells outside the raster's limits.
base::Result<std::string> people_json(const std::vector<PersonRow>& rows, const Event& event,
                                      std::int64_t cells);

/// The same of one, with `fields` and `sessions`, each with its intervals.
base::Result<std::string> person_json(Needs& needs, const Event& event, base::PersonId person,
                                      base::ViewerNumber viewer, const policy::UsePermit& use);

}  // namespace surfaces::events
