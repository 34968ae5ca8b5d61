// The desk of incidents for its page in the staff's application, under /api/v1/incidents.
#pragma once

#include "http/router.h"

namespace rights {

class IncidentDesk;

/// The desk outlives the router.
void add_incident_api(http::Router& router, IncidentDesk& desk);

}  // namespace rights
