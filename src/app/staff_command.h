// `hartslag staff`: what only the operator can do for a member of staff.
#pragma once

#include <cstdio>
#include <span>
#include <string_view>

namespace app {

/// `reset-factor ADDRESS`, `confirm-device ADDRESS NUMBER`. Returns the exit status: 0; 1 when it cannot be
/// done; 2 for words that are none.
int staff_command(std::span<const std::string_view> arguments, std::FILE* out, std::FILE* errors);

}  // namespace app
