// What the program itself collects of staff: a small policy of its own, so that staff's data pass the same
// gate as anybody's and stand in the register of processing like theirs.
#pragma once

#include "policy/policy.h"

namespace staff {

inline constexpr std::string_view kNameField = "name";
inline constexpr std::string_view kAddressField = "email";
/// What somebody typed below a text that they signed (duties.h).
inline constexpr std::string_view kSignatureField = "signature";
/// How they come in.
inline constexpr std::string_view kStaffForm = "staff form";

/// Lives as long as the program.
const policy::Policy& staff_policy();

}  // namespace staff
