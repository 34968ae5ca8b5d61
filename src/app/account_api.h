// A member's own account: password, sessions, API tokens.
#pragma once

#include "app/house.h"
#include "http/router.h"

namespace app {

/// The house outlives the router.
void add_account_api(http::Router& router, House& house);

}  // namespace app
