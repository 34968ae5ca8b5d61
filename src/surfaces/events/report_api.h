// What an organiser sees of an event: report, viewers, comings and goings, each person's time.
#pragma once

#include <memory>

#include "http/router.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

void add_report_api(http::Router& router, std::shared_ptr<Parts> parts);

}  // namespace surfaces::events
