#include "app/mail_carrier.h"

#include <fmt/format.h>

#include "base/loopback.h"
#include "policy/gate.h"

namespace app {

using base::Code;
using base::Result;

Result<std::string> carrier_at(const policy::Policy& policy, std::string_view host) {
  const auto runs = policy.runs(host);
  if (!runs && base::is_loopback(host)) return std::string{};
  if (!runs) {
    return base::fail(
        Code::Invalid,
        fmt::format("--smtp: the policy does not say whose machine '{0}' is; add 'hosts: [{0}]' to the "
                    "recipient or the system that it belongs to, and mail can go there",
                    host));
  }
  return policy.recipient(*runs) == nullptr ? std::string{} : *runs;
}

Result<void> may_carry(const policy::Policy& policy, std::string_view carrier,
                       const outbox::FieldNames& fields) {
  const policy::Gate gate(policy);
  const auto ask = [&](const std::string& name) -> Result<void> {
    const auto* field = policy.field(name);
    if (field == nullptr) return {};
    RETURN_IF_ERROR(gate.permit_recipient(carrier, field->data));
    return {};
  };
  RETURN_IF_ERROR(ask(fields.address));
  for (const auto& name : fields.name) RETURN_IF_ERROR(ask(name));
  return {};
}

}  // namespace app
