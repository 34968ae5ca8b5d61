// A viewer's own page: what is stored about them, and the file in which they take it along.
#pragma once

#include <memory>

#include "http/router.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

void add_own_pages(http::Router& router, std::shared_ptr<Parts> parts);

}  // namespace surfaces::events
