// Which passwords are taken. By OWASP ASVS 5.0 §6.2: length alone, no rules of composition, no forced
// change; but not one of the most common ones, and not the person's own address.
#pragma once

#include <string_view>

#include "base/result.h"

namespace staff {

/// Errors: Invalid, with one of the messages "too short", "too long", "too common" or "is the address".
base::Result<void> check_password(std::string_view password, std::string_view address);

}  // namespace staff
