// `hartslag serve`: builds the house, opens its doors, and waits until it is told to stop.
#pragma once

#include "app/options.h"
#include "base/result.h"
#include "http/router.h"

namespace app {

/// Blocks until SIGTERM or SIGINT; SIGHUP reads the certificates anew. Prints the addresses, and the setup
/// address as long as there is no account, on standard output.
base::Result<void> serve(const Options& options);

/// What the public side answers to, with a house built for nothing else. Errors: Invalid for a data
/// folder that is there: two houses in one would write into each other's files.
base::Result<std::vector<http::RouteInfo>> routes(const Options& options);

}  // namespace app
