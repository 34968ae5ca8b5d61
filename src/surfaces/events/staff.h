// Who asks, on the routes of staff: a signed-in browser or an API token.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/result.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/response.h"
#include "http/router.h"
#include "journal/journal.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

/// The name of the session's cookie: with the `__Host-` prefix wherever the connection is encrypted.
std::string_view session_cookie(const http::Request& request);

/// The member behind the request, who may do this. A change asked for by a browser must come from our own
/// pages. Errors: Unauthenticated; Denied, naming the permission or the foreign page.
base::Result<staff::Member> member_of(staff::Access& access, const http::Request& request,
                                      staff::Permission permission);

/// The answer to what cannot be kept, with a line for each thing that is wrong.
http::Response refuse(std::vector<http::FieldError> wrong);

/// Records an act of a member on an event's personal data, before it is done.
base::Result<void> record_act(Parts& parts, std::string_view kind, const Event& event,
                              const staff::Member& member, std::string detail = {});

}  // namespace surfaces::events
