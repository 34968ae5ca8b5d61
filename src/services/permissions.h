// What members of staff may do with the credentials of outside services. They are those of the organisation
// that operates the installation, as its other passwords are.
#pragma once

#include <array>

#include "access/permission.h"

namespace services {

/// Which services there are, who uses them, their secrets; never what a secret is.
inline constexpr staff::Permission kManageCredentials{
    "manage_credentials", {staff::Role::Owner, staff::Role::Operator}, staff::Reach::House};
/// Asks a service through the program, where a manager gave leave for that service.
inline constexpr staff::Permission kUseCredentials{
    "use_credentials",
    {staff::Role::Owner, staff::Role::Organiser, staff::Role::Moderator, staff::Role::Support,
     staff::Role::Operator},
    staff::Reach::House};

inline constexpr std::array kPermissions{kManageCredentials, kUseCredentials};

}  // namespace services
