// Proofs of consent out of thin air. Only policy's own test binary may include this: elsewhere
// consent::Ledger is the real one.
#pragma once

#include <string_view>

#include "policy/permit.h"
#include "policy/policy.h"

namespace consent {

/// Stands where the real ledger stands, which is on a higher floor.
class Ledger {
 public:
  static policy::ConsentProof prove(const policy::Policy& policy, std::string_view purpose,
                                    std::uint64_t session = 1, std::uint64_t viewer = 7) {
    base::SessionId id;
    id.bytes[15] = static_cast<std::uint8_t>(session);
    return {*policy.purpose(purpose),   policy.version(),           base::PropertyNumber{3}, id,
            base::ViewerNumber{viewer}, base::instant_from_ms(1000)};
  }
};

}  // namespace consent
