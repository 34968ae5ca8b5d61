// The program's description of its own interface: docs/openapi.json, embedded whole and served as it is.
#pragma once

#include "http/router.h"

namespace app {

/// GET /api/openapi.json.
void add_openapi(http::Router& router);

}  // namespace app
