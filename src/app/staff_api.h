// Staff: first account, signing in and out, who one is, API tokens; and what the staff application needs to
// know of the policy.
#pragma once

#include "app/house.h"
#include "http/router.h"

namespace app {

/// The house outlives the router.
void add_staff_api(http::Router& router, House& house);

}  // namespace app
