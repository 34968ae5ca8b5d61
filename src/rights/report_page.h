// The public page that takes reports, without a script: misuse, a weakness, data about somebody that should
// not be there. Misuse and weaknesses open an incident, whose clocks run from then on; data that are wrongly
// held open a request, since whoever they are about gets an answer within its time. How to reach us stands at
// /.well-known/security.txt as well, where programs and researchers look (RFC 9116).
#pragma once

#include <memory>

#include "http/router.h"

namespace rights {

class IncidentDesk;
class OpenThrottle;

/// The desk outlives the router; `throttle` is that of the page of requests, which counts addresses with it.
void add_report_page(http::Router& router, IncidentDesk& desk, std::shared_ptr<OpenThrottle> throttle);

}  // namespace rights
