// A person deletes everything of theirs, at once, on their own page: a step that asks, a step that does it,
// and the certificate.
#pragma once

#include <memory>

#include "http/router.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

void add_erase_pages(http::Router& router, std::shared_ptr<Parts> parts);

}  // namespace surfaces::events
