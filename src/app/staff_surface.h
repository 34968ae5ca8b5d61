// Staff's accounts, as retention and erasure walk them beside the surfaces: staff are people too.
#pragma once

#include "retention/surface.h"

namespace app {

struct House;

/// The house outlives it.
retention::Surface staff_surface(House& house);

}  // namespace app
