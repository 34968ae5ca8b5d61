#include "rights/incident_clock.h"

#include <array>

#include "policy/deadline.h"
#include "rights/clock.h"
#include "rights/desk.h"
#include "rights/limits.h"

namespace rights {

base::Result<base::Instant> due_of(const policy::Policy& policy, const policy::BreachDuty& duty,
                                   base::Instant aware) {
  constexpr policy::Span kWithoutDelay{24, policy::Unit::Hours};
  const auto& within = duty.within.count == 0 ? kWithoutDelay : duty.within;
  return policy::deadline(aware, within, zone_of(policy.law()), policy.law());
}

base::Instant texts_end(const policy::Policy& policy, base::Instant closed) {
  const auto* datum = request_fields(policy).datum;
  if (datum == nullptr || !datum->keep.counts_from_storing()) return closed + kTextsKept;
  return policy::after(closed, datum->keep.span);
}

std::string_view to_text(BreachStage stage) {
  constexpr std::array<std::string_view, 6> kNames{"calm", "sixth", "third", "two_thirds", "last", "overdue"};
  return kNames[static_cast<std::size_t>(stage)];
}

BreachStage breach_stage_at(base::Instant aware, base::Instant due, base::Instant now) {
  if (now > due) return BreachStage::Overdue;
  const auto passed = (now - aware).count() * 12;
  const auto whole = (due - aware).count();
  if (passed >= whole * 11) return BreachStage::Last;
  if (passed >= whole * 8) return BreachStage::TwoThirds;
  if (passed >= whole * 4) return BreachStage::Third;
  if (passed >= whole * 2) return BreachStage::Sixth;
  return BreachStage::Calm;
}

}  // namespace rights
