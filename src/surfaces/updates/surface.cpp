#include "surfaces/updates/surface.h"

#include "consent/ledger.h"
#include "surfaces/updates/limits.h"
#include "surfaces/updates/public_pages.h"
#include "surfaces/updates/staff_api.h"
#include "texts/texts.h"

namespace surfaces::updates {
namespace {

using base::Result;

/// Nobody's subscription ends on a day that is known beforehand.
Result<std::vector<retention::End>> ends_of(const Updates& updates) {
  const auto title = texts::get(updates.needs.policy.languages().front(), texts::Key::UpdatesTitle);
  return std::vector<retention::End>{{.property = updates.subscribers.scopes().subscribers,
                                      .of = std::string{kSubscriptionEnd},
                                      .at = {},
                                      .title = std::string{title},
                                      .page = "/staff/updates"}};
}

Result<std::vector<retention::HeldItem>> held_of(Updates& updates, base::PersonId person) {
  const auto& policy = updates.needs.policy;
  const auto& datum = policy.subscriber_address()->data;
  std::vector<retention::HeldItem> held;
  const auto hold = [&](const std::string& name, base::Instant at, const std::string& version) {
    const auto* update = policy.update(name);
    held.push_back({.datum = datum,
                    .name = "subscription",
                    .value = update == nullptr ? name : update->title.in(policy.languages().front()),
                    .stored_at = at,
                    .policy_version = version});
  };
  ASSIGN_OR_RETURN(const auto subscriptions, updates.subscribers.store().of(person));
  for (const auto& one : subscriptions) hold(one.name, one.since, one.policy_version);
  ASSIGN_OR_RETURN(const auto waiting, updates.subscribers.store().waiting_of(person));
  if (!waiting) return held;
  for (const auto& name : waiting->names) hold(name, waiting->expires - kConfirmWithin, policy.version());
  return held;
}

Result<void> forget_property(Updates& updates, base::PropertyNumber property) {
  const auto& scopes = updates.subscribers.scopes();
  if (property == scopes.subscribers) return updates.subscribers.store().forget_everybody();
  return {};
}

}  // namespace

Result<retention::Surface> make_surface(std::shared_ptr<Updates> updates) {
  RETURN_IF_ERROR(updates->subscribers.recover());
  RETURN_IF_ERROR(updates->needs.consents.lapse_changed(updates->needs.policy,
                                                        updates->subscribers.scopes().subscribers));
  retention::Surface surface;
  surface.name = "updates";
  add_public_pages(surface.routes, updates);
  add_staff_api(surface.routes, updates);
  surface.jobs.push_back({"updates.queue", kQueueRound, [updates] { return updates->issues.queue(); }});
  surface.jobs.push_back({"updates.tidy", kTidyRound, [updates] { return updates->subscribers.tidy(); }});
  surface.admit = [](const property::Property&, std::string_view) -> Result<retention::Visit> {
    return base::fail(base::Code::NotFound, "Updates are not viewed.");
  };
  surface.origins = [](std::optional<base::PropertyNumber>) {
    static const auto none = std::make_shared<const std::vector<std::string>>();
    return none;
  };
  surface.keeps.ends = {std::string{kSubscriptionEnd}};
  surface.keeps.sources = {std::string{policy::kSubscription}};
  surface.ends = [updates] { return ends_of(*updates); };
  surface.held = [updates](base::PersonId person) { return held_of(*updates, person); };
  surface.forget_person = [updates](base::PersonId person) {
    return updates->subscribers.store().forget(person);
  };
  surface.forget_property = [updates](base::PropertyNumber property) {
    return forget_property(*updates, property);
  };
  surface.stop = [] {};
  return surface;
}

}  // namespace surfaces::updates
