#include "surfaces/events/measurement.h"

#include "consent/ledger.h"
#include "policy/policy.h"
#include "pulse/engine.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Result;

}  // namespace

Result<void> declare(Parts& parts, const Event& event) {
  if (!event.opened) return {};
  auto& needs = parts.needs;
  parts.origins.set(event.property, event.domains);
  parts.seal_watch.look(event);
  const auto& measurement = needs.policy.measurement();
  pulse::PropertyRules rules;
  rules.window_from_ms = base::to_ms(event.starts);
  rules.window_to_ms = base::to_ms(end_of(event));
  rules.report_from_ms = base::to_ms(event.starts);
  rules.report_to_ms = base::to_ms(event.ends);
  rules.facts = event.measured ? static_cast<pulse::Facts>(measurement.facts) : pulse::Facts{0};
  if (event.measured) rules.mark_kinds = measurement.marks;
  auto declared = needs.engine.declare_property(event.property, std::move(rules));
  // Its term has ended: it is anonymous or gone, and nothing is measured any more.
  if (!declared && declared.error().code == Code::Gone) return {};
  return declared;
}

/// A policy that asks something else than before has no consent yet: its pages end, and ask again. They end
/// first, so that a stop in between leaves nobody measured on a consent that no longer counts.
Result<void> lapse_changed(Parts& parts, const Event& event) {
  auto& needs = parts.needs;
  ASSIGN_OR_RETURN(const auto changed, needs.consents.any_changed(needs.policy, event.property));
  if (!changed) return {};
  // An event whose term has ended has no sessions any more.
  if (const auto ended = needs.engine.end_sessions(event.property);
      !ended && ended.error().code != base::Code::Gone)
    return base::fail(ended.error());
  RETURN_IF_ERROR(needs.consents.lapse_changed(needs.policy, event.property));
  return {};
}

Result<void> declare_all(Parts& parts) {
  ASSIGN_OR_RETURN(const auto events, parts.store.all());
  for (const auto& event : events) {
    RETURN_IF_ERROR(declare(parts, event));
    RETURN_IF_ERROR(lapse_changed(parts, event));
  }
  return {};
}

Result<void> seal_ended(Parts& parts) {
  ASSIGN_OR_RETURN(const auto events, parts.store.all());
  for (const auto& event : events) {
    if (!parts.seal_watch.look(event)) continue;
    const auto sealed = parts.needs.engine.seal(event.property);
    if (!sealed && sealed.error().code != Code::Gone) return sealed;
  }
  return {};
}

Result<void> queue_missing_confirmations(Parts& parts) {
  ASSIGN_OR_RETURN(const auto events, parts.store.all());
  const auto now = parts.needs.clock.now();
  for (const auto& event : events) {
    const auto state = state_at(event, now);
    if (state != State::Open && state != State::Live) continue;
    ASSIGN_OR_RETURN(const auto people, parts.needs.vault.people_of(event.property));
    for (const auto& person : people) RETURN_IF_ERROR(parts.registration.confirm(event, person.id));
  }
  return {};
}

Result<retention::Visit> admit(Parts& parts, const property::Property& property, std::string_view link) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_property(property.number));
  ASSIGN_OR_RETURN(const auto holder, parts.links.holder(property.number, link));
  if (!holder || !opens_broadcast(event, *holder))
    return base::fail(Code::NotFound, "This link opens nothing here.");
  if (state_at(event, parts.needs.clock.now()) != State::Live)
    return base::fail(Code::Conflict, "This event is not running now.");
  ASSIGN_OR_RETURN(const auto viewer, parts.needs.vault.viewer_number(holder->person, property.number));
  return retention::Visit{.property = property.number, .viewer = viewer, .measured = event.measured};
}

}  // namespace surfaces::events
