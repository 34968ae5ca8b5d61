// What a member of staff may do. Each module declares in its own value what can be done in it, with the roles
// that may do it unless an organisation draws its roles otherwise; handlers ask for a permission and never
// for a role. The list of all of them is made where the program is put together, and everything that shows or
// checks roles reads that list.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace staff {

/// The roles that every organisation begins with. None of them exports: that is granted to a member by itself
/// (kExport).
enum class Role : std::uint8_t {
  Owner,      ///< everything in the organisation
  Organiser,  ///< makes events, sees who came, writes to them, invites colleagues
  Moderator,  ///< runs an event on its day
  Analyst,    ///< figures, nobody's name
  Officer,    ///< the data protection officer
  Support,    ///< helps viewers
  Operator,   ///< keeps the installation going, sees nobody's data
};
inline constexpr std::array kRoles{Role::Owner,   Role::Organiser, Role::Moderator, Role::Analyst,
                                   Role::Officer, Role::Support,   Role::Operator};

/// "owner", …: as stored and as in the API.
constexpr std::string_view to_text(Role role) {
  constexpr std::array<std::string_view, 7> kNames{"owner",   "organiser", "moderator", "analyst",
                                                   "officer", "support",   "operator"};
  return kNames[static_cast<std::size_t>(role)];
}
constexpr std::optional<Role> parse_role(std::string_view name) {
  for (auto role : kRoles) {
    if (to_text(role) == name) return role;
  }
  return std::nullopt;
}

class Roles {
 public:
  constexpr Roles(std::initializer_list<Role> roles) {
    for (auto role : roles) bits_ |= bit(role);
  }
  constexpr bool has(Role role) const { return (bits_ & bit(role)) != 0; }

 private:
  static constexpr std::uint32_t bit(Role role) { return 1U << static_cast<unsigned>(role); }
  std::uint32_t bits_ = 0;
};

/// Whose members may have a permission at all.
enum class Reach {
  Anybody,  ///< members of every organisation, for what is their organisation's
  House,    ///< members of the organisation that operates the installation
};

struct Permission {
  std::string_view name;  ///< "see_names": `[a-z_]`, as stored and as in the API
  Roles roles;
  Reach reach = Reach::Anybody;
  constexpr bool operator==(const Permission& other) const { return name == other.name; }
};
using PermissionList = std::vector<Permission>;

/// Files that leave the program. In no role: it is granted to a member by itself.
inline constexpr Permission kExport{"export", {}};
/// Invites members, gives them roles, draws roles, ends accounts; within what one may do oneself.
inline constexpr Permission kManageMembers{"manage_members", {Role::Owner, Role::Organiser}};
/// Decides on what waits for a second person.
inline constexpr Permission kApprove{"approve", {Role::Owner, Role::Organiser, Role::Officer}};
/// Who did what, and when.
inline constexpr Permission kReadJournal{"read_journal", {Role::Owner, Role::Officer, Role::Operator}};
/// Organisations, passwords of services, how the installation does.
inline constexpr Permission kOperate{"operate", {Role::Owner, Role::Operator}, Reach::House};

inline constexpr std::array kStaffPermissions{kExport, kManageMembers, kApprove, kReadJournal, kOperate};

/// A set of permissions, by name.
class Permissions {
 public:
  Permissions() = default;
  Permissions(std::initializer_list<Permission> permissions) {
    for (const auto& permission : permissions) add(permission);
  }
  explicit Permissions(const PermissionList& permissions) {
    for (const auto& permission : permissions) add(permission);
  }
  bool has(const Permission& permission) const { return has(permission.name); }
  bool has(std::string_view name) const { return names_.contains(name); }
  void add(const Permission& permission) { add(permission.name); }
  void add(std::string_view name) { names_.emplace(name); }
  void remove(const Permission& permission) {
    if (const auto found = names_.find(permission.name); found != names_.end()) names_.erase(found);
  }
  /// What both sets hold.
  Permissions operator&(const Permissions& other) const;
  /// All that this one holds, the other holds too.
  bool is_within(const Permissions& other) const;
  const std::set<std::string, std::less<>>& names() const { return names_; }
  bool operator==(const Permissions&) const = default;

 private:
  std::set<std::string, std::less<>> names_;
};

const Permission* find_permission(const PermissionList& all, std::string_view name);

/// What a role may do that no organisation has drawn otherwise.
Permissions permissions_of(const PermissionList& all, Role role);
/// Without what only members of the operating organisation may have.
Permissions outside_house(const PermissionList& all, Permissions permissions);

/// "see_names view_report", as the database holds them.
std::string to_text(const Permissions& permissions);
/// A name that this program does not know grants nothing, since nothing asks for it.
Permissions parse_permissions(std::string_view names);

}  // namespace staff
