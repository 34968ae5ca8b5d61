// Members of staff, their roles, and organisations: who manages them does it here.
#pragma once

#include "app/house.h"
#include "http/router.h"

namespace app {

/// Erases the members of organisations that are closed, and forgets who was invited and did not come. Called
/// now and then, and when one is closed.
base::Result<void> erase_left_behind(House& house);

/// The house outlives the router.
void add_member_api(http::Router& router, House& house);

}  // namespace app
