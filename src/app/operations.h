// For the operator: health and metrics, on the local listener alone.
#pragma once

#include <functional>

#include "app/house.h"
#include "http/metrics.h"
#include "http/router.h"

namespace app {

/// `public_side` gives the public server's metrics. GET /health, GET /metrics (Prometheus text format 0.0.4).
void add_operations(http::Router& router, House& house, std::function<http::Metrics()> public_side);

}  // namespace app
