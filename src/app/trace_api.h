// The journal as people read it: who did what, on whose behalf, from where; by member, event, person and
// time.
#pragma once

#include "app/house.h"
#include "http/router.h"

namespace app {

/// The house outlives the router.
void add_trace_api(http::Router& router, House& house);

}  // namespace app
