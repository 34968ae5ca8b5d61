// What an organiser sees of an event: report, viewers, comings and goings, each person's time.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "http/router.h"
#include "surfaces/events/assignment.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

/// Of those that a report holds, what the use covers.
std::vector<std::string> exported_data(const policy::Policy& policy, const policy::UsePermit& use);

/// The viewers' table as a file, "csv" or "xlsx", on record as read and as disclosed before it is there.
base::Result<http::Response> viewers_file(Parts& parts, const Event& event, const Commission& commission,
                                          std::string_view format, const staff::Member& member);

void add_report_api(http::Router& router, std::shared_ptr<Parts> parts);

}  // namespace surfaces::events
