// What the handlers of staff have in common.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "access/door.h"
#include "base/result.h"
#include "http/problem.h"
#include "http/request.h"
#include "http/response.h"
#include "http/router.h"
#include "journal/journal.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

using StaffHandler = base::Result<http::Response> (*)(Parts&, const http::Request&, const staff::Member&);

/// For the routes of staff: an event belongs to the organisation of its property.
staff::Door staff_door(http::Router& router, const std::shared_ptr<Parts>& parts);
/// The handler, with the parts that it works on.
staff::Door::Handler with_parts(const std::shared_ptr<Parts>& parts, StaffHandler handler);

/// The answer to what cannot be kept, with a line for each thing that is wrong.
http::Response refuse(std::vector<http::FieldError> wrong);

/// Records an act of a member on an event's personal data, before it is done.
base::Result<void> record_act(Parts& parts, std::string_view kind, const Event& event,
                              const staff::Member& member, std::string detail = {});

}  // namespace surfaces::events
