// A request that was answered, for whoever keeps the server's own log.
#pragma once

#include "http/request.h"
#include "http/router.h"

namespace http {

/// Lives as long as the call that it is handed to.
struct Exchange {
  const Request& request;
  const RouteInfo* route = nullptr;  ///< null where no route answered
  int status = 0;
};

}  // namespace http
