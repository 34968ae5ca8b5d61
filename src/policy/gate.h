// The gate: hands out permits as the policy says, and nothing else does.
//
// A purpose is *grounded* when its basis is not consent, or a proof of consent for it (as it reads now) is
// shown; and, when it needs another purpose, that one is grounded too. A datum may be stored when at least
// one of its purposes is grounded; the permit names those that are. Facts and marks are stricter: one of
// the grounded purposes must rest on consent, whatever else the policy claims, because measuring somebody
// rests on consent here. A field that asks for a special category is as strict, and none is permitted whose
// category the policy refuses. A proof for one purpose opens no datum of another.
//
// A datum may go to a recipient when the policy declares that one, lets it get the datum, and it is active
// (Recipient::is_active); outside the European Economic Area only on a declared ground. To anybody else it
// goes on one of the grounds that the policy declares for that, and limited to what is named.
//
// What is stored may be used for a purpose when its datum is declared for it, and for no other. Once the
// moment that a datum's term counts from has come, it serves only the purposes that the policy leaves it
// meanwhile, and nothing is added to it or changed.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "policy/permit.h"
#include "policy/policy.h"

namespace policy {

/// What is shown to the gate; the proofs of one session.
using Proofs = std::span<const ConsentProof>;
/// Which of the moments that terms count from have come, where the data are asked about: of Vocabulary::ends.
using Ended = std::span<const std::string>;

/// Cheap to make; looks at a policy that must outlive it. Any thread.
class Gate {
 public:
  explicit Gate(const Policy& policy) : policy_(policy) {}

  /// Errors: NotFound when the policy does not declare it; Denied when none of its purposes is grounded, and
  /// when it is only kept by now.
  base::Result<FieldPermit> permit_field(std::string_view name, Proofs proofs = {}, Ended ended = {}) const;
  base::Result<RecordPermit> permit_record(std::string_view name, Proofs proofs = {}) const;
  base::Result<AttributePermit> permit_attribute(std::string_view name, Proofs proofs = {}) const;
  base::Result<LogPermit> permit_log(std::string_view name, Proofs proofs = {}) const;

  /// Errors: Denied when the datum may not go to this recipient, with the reason.
  base::Result<RecipientPermit> permit_recipient(std::string_view name, std::string_view datum) const;

  /// What the data may be used for. Errors: Invalid without a purpose, NotFound for one that the policy does
  /// not declare, Denied when no datum serves any of them, or none serves it any longer.
  base::Result<UsePermit> permit_use(std::span<const std::string> purposes, Ended ended = {}) const;

  /// Errors: Denied for a ground that the policy does not declare; Invalid without a datum, NotFound for one
  /// that it does not declare.
  base::Result<DisclosurePermit> permit_disclosure(std::string_view ground,
                                                   std::span<const std::string> data) const;

  /// The facts and marks that this session may report. Errors: NotFound when the policy declares no facts;
  /// Denied when the proofs open none of them, or are not all of one session.
  base::Result<FactsPermit> permit_facts(Proofs proofs) const;
  base::Result<FactsPermit> permit_facts(const ConsentProof& proof) const {
    return permit_facts(Proofs{&proof, 1});
  }

 private:
  template <class PermitType>
  base::Result<PermitType> permit_item(Kind kind, std::string_view name, Proofs proofs,
                                       Ended ended = {}) const;
  const Policy& policy_;
};

}  // namespace policy
