// When a request has to be answered, by the policy and the law of its country (policy/deadline.h). The day of
// receipt does not count; the clock runs from receipt whatever the requester still has to show, and stands
// still only while an officer who doubts waits for a proof of identity (GDPR 12(6)). It can be extended once,
// with reasons, within the first month (12(3)).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "policy/policy.h"

namespace rights {

/// The zone whose days count in a country ("BE" is Europe/Brussels); UTC for one that is not known.
std::string_view zone_of(std::string_view country);

/// The right that a request names, or the one that has to be answered soonest when it names none. Null for a
/// policy without rights.
const policy::Right* right_of(const policy::Policy& policy, std::string_view name);

/// Errors: NotFound when the policy has no such right.
base::Result<base::Instant> due_of(const policy::Policy& policy, std::string_view right,
                                   base::Instant received);
/// Until when an extension can be told, and when an extended request is due.
base::Result<base::Instant> extension_told_by(const policy::Policy& policy, base::Instant received);
base::Result<base::Instant> extended_due(const policy::Policy& policy, base::Instant received);

/// What a reminder says: how far the clock is.
enum class Stage { Calm, Half, Late, LastDay, Overdue };
std::string_view to_text(Stage stage);  ///< "calm", "half", "late", "last_day", "overdue"

/// Requires: received < due.
Stage stage_at(base::Instant received, base::Instant due, base::Instant now);

}  // namespace rights
