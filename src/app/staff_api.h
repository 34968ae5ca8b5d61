// Staff: first account, signing in and out, who one is; and what the staff application needs to know of the
// policy.
#pragma once

#include "app/house.h"
#include "http/router.h"

namespace app {

/// Who is signed in, or whose token this is, whatever they may do. Errors: as surfaces::events::member_of.
base::Result<staff::Member> member_of(House& house, const http::Request& request);

/// The house outlives the router.
void add_staff_api(http::Router& router, House& house);

}  // namespace app
