// What a member of staff may do. Handlers ask for a permission and never for a role, so that roles can be
// drawn differently without touching them.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace staff {

enum class Permission : std::uint8_t {
  ViewReport,       ///< counts, figures and curves: nobody's name
  SeeNames,         ///< who registered and who watched, on the page
  Export,           ///< files that leave the program
  ManageEvent,      ///< make, change, open and close events
  AnswerRequests,   ///< the officer's desk: what people ask about their data, with their names
  HandleIncidents,  ///< what went wrong with data: whom it affects, who is told
  SeeIdentity,      ///< proofs of identity, and what they prove
  SendUpdates,      ///< write updates, and send them to who subscribed
};
inline constexpr std::array kPermissions{Permission::ViewReport,     Permission::SeeNames,
                                         Permission::Export,         Permission::ManageEvent,
                                         Permission::AnswerRequests, Permission::HandleIncidents,
                                         Permission::SeeIdentity,    Permission::SendUpdates};

/// "view_report", "see_names", …: as stored and as in the API.
constexpr std::string_view to_text(Permission permission) {
  constexpr std::array<std::string_view, 8> kNames{"view_report",  "see_names",       "export",
                                                   "manage_event", "answer_requests", "handle_incidents",
                                                   "see_identity", "send_updates"};
  return kNames[static_cast<std::size_t>(permission)];
}
constexpr std::optional<Permission> parse_permission(std::string_view name) {
  for (auto permission : kPermissions) {
    if (to_text(permission) == name) return permission;
  }
  return std::nullopt;
}

/// A set of permissions.
class Permissions {
 public:
  constexpr Permissions() = default;
  constexpr Permissions(std::initializer_list<Permission> permissions) {
    for (auto permission : permissions) bits_ |= bit(permission);
  }
  static constexpr Permissions all() {
    Permissions every;
    for (auto permission : kPermissions) every.bits_ |= bit(permission);
    return every;
  }
  constexpr bool has(Permission permission) const { return (bits_ & bit(permission)) != 0; }
  constexpr void add(Permission permission) { bits_ |= bit(permission); }
  /// What both sets hold.
  constexpr Permissions operator&(Permissions other) const {
    Permissions both;
    both.bits_ = bits_ & other.bits_;
    return both;
  }
  constexpr bool operator==(const Permissions&) const = default;

 private:
  static constexpr std::uint32_t bit(Permission permission) {
    return 1U << static_cast<unsigned>(permission);
  }
  std::uint32_t bits_ = 0;
};

/// "view_report see_names", as the database holds them.
std::string to_text(Permissions permissions);
/// A name that this program does not know grants nothing.
Permissions parse_permissions(std::string_view names);

}  // namespace staff
