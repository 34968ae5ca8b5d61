// Making, changing, opening and closing events; their video.
#pragma once

#include <memory>

#include "http/router.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

void add_event_api(http::Router& router, std::shared_ptr<Parts> parts);

}  // namespace surfaces::events
