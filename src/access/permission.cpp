#include "access/permission.h"

#include <algorithm>

namespace staff {

std::string to_text(Permissions permissions) {
  std::string names;
  for (const auto permission : kPermissions) {
    if (!permissions.has(permission)) continue;
    if (!names.empty()) names += ' ';
    names += to_text(permission);
  }
  return names;
}

Permissions parse_permissions(std::string_view names) {
  Permissions permissions;
  while (!names.empty()) {
    const auto end = std::min(names.find(' '), names.size());
    if (const auto permission = parse_permission(names.substr(0, end))) permissions.add(*permission);
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return permissions;
}

}  // namespace staff
