#include "access/permission.h"

#include <algorithm>

namespace staff {

Permissions Permissions::operator&(const Permissions& other) const {
  Permissions both;
  for (const auto& name : names_) {
    if (other.has(name)) both.add(name);
  }
  return both;
}

bool Permissions::is_within(const Permissions& other) const {
  return std::ranges::includes(other.names_, names_);
}

const Permission* find_permission(const PermissionList& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Permission::name);
  return found == all.end() ? nullptr : &*found;
}

Permissions permissions_of(const PermissionList& all, Role role) {
  Permissions permissions;
  for (const auto& permission : all) {
    if (permission.roles.has(role)) permissions.add(permission);
  }
  return permissions;
}

Permissions outside_house(const PermissionList& all, Permissions permissions) {
  for (const auto& permission : all) {
    if (permission.reach == Reach::House) permissions.remove(permission);
  }
  return permissions;
}

std::string to_text(const Permissions& permissions) {
  std::string text;
  for (const auto& name : permissions.names()) {
    if (!text.empty()) text += ' ';
    text += name;
  }
  return text;
}

Permissions parse_permissions(std::string_view names) {
  Permissions permissions;
  while (!names.empty()) {
    const auto end = std::min(names.find(' '), names.size());
    if (end > 0) permissions.add(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return permissions;
}

}  // namespace staff
