// A consent receipt: what somebody agreed to or refused, in a form that any program reads. The fields are
// those that ISO/IEC TS 27560:2023 makes mandatory for a consent record, and what the GDPR asks beside them:
// legal basis, rights, authority, sources and transfers. Names follow the standard's, in snake case:
//
//   schema_version, record_id, pii_principal_id                                   header
//   privacy_notice, language, purposes[…], jurisdiction, withdrawal_method        what was shown
//     purpose: purpose, basis, needs, pii [{pii_type, items, class, source, retention, afterwards}],
//              storage_locations, recipients
//   parties: controller, processor, officer, authority                            who
//   events [{time, state, method}]                                                what was answered, in order
//   shown                                                                         the exact words
//
// The principal is named by the session alone, so that a lost receipt tells nobody who it was.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "consent/ledger.h"
#include "consent/notices.h"
#include "policy/policy.h"

namespace consent {

struct ReceiptContext {
  std::string controller;  ///< who decides, where the policy leaves it to each property
  std::string notice;      ///< address of the notice that was in force
  std::string withdrawal;  ///< address of the page on which the answer is changed
};

/// JSON, UTF-8. `entries` are all rows of one session and one purpose, oldest first, at least one; `policy`
/// is the version under which the last of them was written. Errors: Invalid for no entry, for entries of
/// several sessions or purposes, and for a purpose that the policy does not know.
base::Result<std::string> receipt(std::span<const Entry> entries, const policy::Policy& policy,
                                  const ReceiptContext& context);

/// The receipt of one answer out of somebody's history, by the policy as it was then. Errors: NotFound for an
/// id that is none of theirs; Corrupt when that policy was not kept, or reads no more.
base::Result<std::string> receipt_of(std::span<const Entry> history, std::string_view id,
                                     const policy::Policy& in_force, Notices& notices,
                                     const ReceiptContext& context);

}  // namespace consent
