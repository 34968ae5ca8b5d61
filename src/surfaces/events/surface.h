// Online events: the surface as a value.
#pragma once

#include <memory>

#include "base/result.h"
#include "retention/surface.h"
#include "surfaces/events/needs.h"

namespace surfaces::events {

/// Declares the events that there are, takes up what a stop interrupted, and returns routes and jobs. The
/// migrations of queries.h must have run.
base::Result<retention::Surface> make_surface(Needs needs);

}  // namespace surfaces::events
