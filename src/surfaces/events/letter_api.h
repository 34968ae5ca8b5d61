// Where members write to viewers.
#pragma once

#include <memory>

#include "http/router.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

/// GET /api/v1/events/{event}/letters, …/letters/people; POST …/letters/look; PUT …/letters/{letter}.
void add_letter_api(http::Router& router, std::shared_ptr<Parts> parts);

}  // namespace surfaces::events
