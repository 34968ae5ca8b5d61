#include "app/permissions.h"

#include "rights/permissions.h"
#include "services/permissions.h"
#include "surfaces/events/permissions.h"
#include "surfaces/updates/permissions.h"

namespace app {

staff::PermissionList all_permissions() {
  staff::PermissionList all;
  const auto add = [&](const auto& some) { all.insert(all.end(), some.begin(), some.end()); };
  add(surfaces::events::kPermissions);
  add(surfaces::updates::kPermissions);
  add(rights::kPermissions);
  add(services::kPermissions);
  add(staff::kStaffPermissions);
  return all;
}

}  // namespace app
