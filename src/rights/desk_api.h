// The desk's interface for staff: the list of clocks, a request, and what an officer does with it.
#pragma once

#include "base/result.h"
#include "http/response.h"
#include "http/router.h"

namespace journal {
struct Actor;
}

namespace rights {

class Desk;
struct Request;

/// The desk outlives the router.
void add_desk_api(http::Router& router, Desk& desk);

/// A proof of identity as an answer, to be shown and not kept; that it was seen is on record.
base::Result<http::Response> proof_file(Desk& desk, const Request& request, const journal::Actor& by);

}  // namespace rights
