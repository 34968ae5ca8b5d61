// Members of staff, their roles, and organisations: who manages them does it here.
#pragma once

#include "app/house.h"
#include "http/router.h"

namespace app {

/// The house outlives the router.
void add_member_api(http::Router& router, House& house);

}  // namespace app
