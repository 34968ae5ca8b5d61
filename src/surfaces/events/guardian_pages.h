// The pages by which a parent or guardian answers, and what a minor is told meanwhile.
#pragma once

#include <memory>

#include "http/router.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

void add_guardian_pages(http::Router& router, std::shared_ptr<Parts> parts);

}  // namespace surfaces::events
