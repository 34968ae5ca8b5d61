// The desk's interface for staff: the list of clocks, a request, and what an officer does with it.
#pragma once

#include "http/router.h"

namespace rights {

class Desk;

/// The desk outlives the router.
void add_desk_api(http::Router& router, Desk& desk);

}  // namespace rights
