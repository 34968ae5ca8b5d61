// The rights desk as the house mounts it: pages for the public, an interface for the desk, jobs.
#pragma once

#include <memory>

#include "retention/surface.h"

namespace rights {

class Desk;
class IncidentDesk;

/// Both outlive the surface.
retention::Surface make_surface(Desk& desk, IncidentDesk& incidents);

}  // namespace rights
