// Updates by mail: the surface as a value.
#pragma once

#include <memory>

#include "base/result.h"
#include "retention/surface.h"
#include "surfaces/updates/updates.h"

namespace surfaces::updates {

/// Takes up what a stop interrupted, lets consents lapse whose purpose has changed, and returns routes and
/// jobs. The migrations of queries.h must have run. Requires: a policy with updates.
base::Result<retention::Surface> make_surface(std::shared_ptr<Updates> updates);

}  // namespace surfaces::updates
