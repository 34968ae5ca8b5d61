// Four eyes, as the house has them: who may decide is access's to say, and what waits is a surface like the
// others.
#pragma once

#include "app/house.h"
#include "retention/surface.h"

namespace app {

/// Makes `house.approvals`, after access and outbox and before whoever hands in an act.
base::Result<void> open_approvals(House& house, approvals::Between between);

/// The house outlives it.
retention::Surface approvals_surface(House& house);

}  // namespace app
