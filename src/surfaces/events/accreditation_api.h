// Where members confirm or refuse what the policy's rule proposes of an event's viewers.
#pragma once

#include <memory>

#include "http/router.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

/// GET and POST /api/v1/events/{event}/accreditation, POST …/accreditation/{viewer}.
void add_accreditation_api(http::Router& router, std::shared_ptr<Parts> parts);

}  // namespace surfaces::events
