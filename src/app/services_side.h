// Credentials of outside services, as the house has them: a surface like the others.
#pragma once

#include "app/house.h"
#include "retention/surface.h"

namespace app {

/// Makes `house.services`, after credentials and approvals.
base::Result<void> open_services(House& house);

/// The house outlives it.
retention::Surface services_surface(House& house);

}  // namespace app
