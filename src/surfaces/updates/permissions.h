// What members of staff may do with updates.
#pragma once

#include <array>

#include "access/permission.h"

namespace surfaces::updates {

/// Write updates, and send them to who subscribed.
inline constexpr staff::Permission kSendUpdates{
    "send_updates", {staff::Role::Owner, staff::Role::Organiser}, staff::Reach::House};

inline constexpr std::array kPermissions{kSendUpdates};

}  // namespace surfaces::updates
