// When somebody has to be told of an incident (policy `breach: tell`). Hours run from the moment at which one
// was aware of it, through nights and weekends: 72 hours are 72 hours (GDPR 33(1)). What is promised without
// delay is late after a day (EDPB 9/2022, §43: prompt, and within the authority's own 72 hours).
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "policy/policy.h"

namespace rights {

base::Result<base::Instant> due_of(const policy::Policy& policy, const policy::BreachDuty& duty,
                                   base::Instant aware);

/// When what was written about an incident goes: closed for as long as the policy keeps what people write,
/// where that counts from when it was stored; else for kTextsKept.
base::Instant texts_end(const policy::Policy& policy, base::Instant closed);

/// How far a duty's clock is: a sixth, a third, two thirds and eleven twelfths of its time, which is 12, 24,
/// 48 and 66 of 72 hours; then it is late. A reminder goes out at each.
enum class BreachStage { Calm, Sixth, Third, TwoThirds, Last, Overdue };
std::string_view to_text(BreachStage stage);  ///< "calm", "sixth", "third", "two_thirds", "last", "overdue"

BreachStage breach_stage_at(base::Instant aware, base::Instant due, base::Instant now);

}  // namespace rights
