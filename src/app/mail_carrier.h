// Who carries the mails out of the house, and whether the policy lets them have the addresses.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "outbox/outbox.h"
#include "policy/policy.h"

namespace app {

/// The recipient of the policy whose machine `host` is; empty when the machine is the organisation's own:
/// this one, unless the policy says that it is another's, or a system's whose place a party runs. Errors:
/// Invalid, with what to write in the policy, for a machine that it does not name.
base::Result<std::string> carrier_at(const policy::Policy& policy, std::string_view host);

/// Errors: Denied when one of these fields may not go to that recipient, with the reason.
base::Result<void> may_carry(const policy::Policy& policy, std::string_view carrier,
                             const outbox::FieldNames& fields);

}  // namespace app
