// On which assignment an organiser gets reports of an event, and what a report may hold: names and times are
// read for the purposes that the assignment names, and for no other.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "access/access.h"
#include "base/result.h"
#include "disclosure/book.h"
#include "http/router.h"
#include "policy/permit.h"
#include "surfaces/events/event.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

/// What reports are made for: an assignment that is on record, and a use that it allows.
struct Commission {
  disclosure::Assignment assignment;
  policy::UsePermit use;
};

/// Of those purposes; of all that the assignment names when there are none. Errors: Denied without an
/// assignment in force, and for a purpose that it does not name; as Gate::permit_use.
base::Result<Commission> commission_of(Parts& parts, const Event& event,
                                       const std::vector<std::string>& purposes = {});

/// The data that a report of names and times holds.
std::vector<std::string> report_data(const policy::Policy& policy);

/// Whoever makes an event records by it who assigned it: this organisation, or the controller that the policy
/// names, for every purpose that the data of reports are for, until somebody writes down better.
base::Result<void> assign_new(Parts& parts, const Event& event, const staff::Member& member);

/// GET, PUT and DELETE /api/v1/events/{event}/assignment.
void add_assignment_api(http::Router& router, std::shared_ptr<Parts> parts);

}  // namespace surfaces::events
