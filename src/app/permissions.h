// Everything that a member of staff can be allowed, as the modules declare it.
#pragma once

#include "access/permission.h"

namespace app {

/// In the order in which people read them.
staff::PermissionList all_permissions();

}  // namespace app
