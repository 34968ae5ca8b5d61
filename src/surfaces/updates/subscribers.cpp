#include "surfaces/updates/subscribers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/contains.h"
#include "consent/ledger.h"
#include "journal/journal.h"
#include "outbox/outbox.h"
#include "policy/gate.h"
#include "property/registry.h"
#include "surfaces/updates/limits.h"
#include "surfaces/updates/mails.h"

namespace surfaces::updates {
namespace {

using base::Code;
using base::Language;
using base::Result;
using policy::Update;

constexpr std::string_view kSlug = "updates";
constexpr std::string_view kWaitingSlug = "updates-waiting";

std::vector<std::string> names_of(std::span<const Update* const> updates) {
  std::vector<std::string> names;
  for (const auto* update : updates) names.push_back(update->name);
  return names;
}

bool serves(const policy::Data& datum, std::span<const Update* const> updates) {
  return std::ranges::any_of(
      updates, [&](const Update* update) { return base::contains(datum.purposes, update->purpose); });
}

bool comes_by_subscribing(const policy::Data& datum) {
  return datum.kind == policy::Kind::Fields && base::contains(datum.from, policy::kSubscription);
}

/// The gate takes the proofs of one session: the answers that open most purposes count.
Result<policy::FieldPermit> widest_permit(const policy::Policy& policy, std::string_view field,
                                          std::span<const Proofs> answers) {
  const policy::Gate gate(policy);
  auto widest = gate.permit_field(field);
  for (const auto& proofs : answers) {
    auto permit = gate.permit_field(field, proofs);
    if (permit && (!widest || permit->purposes().size() > widest->purposes().size()))
      widest = std::move(permit);
  }
  return widest;
}

template <class T>
bool is_gone(const Result<T>& result) {
  return !result && (result.error().code == Code::Gone || result.error().code == Code::NotFound);
}

}  // namespace

Result<Scopes> reserve_scopes(property::Registry& properties) {
  Scopes scopes;
  ASSIGN_OR_RETURN(scopes.subscribers, properties.reserve(kSlug, "updates"));
  ASSIGN_OR_RETURN(scopes.waiting, properties.reserve(kWaitingSlug, "updates.waiting"));
  return scopes;
}

std::vector<const Update*> all_updates(const policy::Policy& policy) {
  std::vector<const Update*> all;
  for (const auto& update : policy.updates()) all.push_back(&update);
  return all;
}

std::vector<fields::AskedField> asked_fields(const policy::Policy& policy,
                                             std::span<const Update* const> updates) {
  std::vector<fields::AskedField> asked;
  for (const auto& field : policy.fields()) {
    const auto* datum = policy.datum(field.data);
    if (datum != nullptr && comes_by_subscribing(*datum) && serves(*datum, updates))
      asked.push_back({&field, field.required});
  }
  return asked;
}

Subscribers::Subscribers(Needs& needs, Scopes scopes)
    : needs_(needs), scopes_(scopes), store_(needs.control), marks_(needs.control, needs.keys) {}

std::string Subscribers::address_of(const vault::PersonFields& person) const {
  const auto* field = needs_.policy.subscriber_address();
  const auto* address = field == nullptr ? nullptr : person.find(field->name);
  return address == nullptr ? std::string{} : *address;
}

Result<void> Subscribers::record(std::string_view kind, const std::vector<std::string>& names) {
  RETURN_IF_ERROR(needs_.journal.record({.kind = std::string{kind},
                                         .property = scopes_.subscribers,
                                         .by = {},
                                         .subject = needs_.journal.draw_subject(),
                                         .detail = fmt::format("{}", fmt::join(names, " "))}));
  return {};
}

Result<vault::Person> Subscribers::new_person(base::PropertyNumber scope, Language language) {
  ASSIGN_OR_RETURN(
      const auto person,
      needs_.vault.create({.property = scope, .language = language, .fields = {}, .capacity = {}}));
  return needs_.vault.find(person);
}

/// Records the answers in one session, or in a new one where that one has taken something back.
Result<Subscribers::Agreed> Subscribers::agree(const vault::Person& who,
                                               const std::vector<const Update*>& updates,
                                               base::SessionId session, consent::Method method,
                                               Language language, std::string_view notice) {
  for (int round = 0;; ++round) {
    Agreed agreed{.session = session, .proofs = {}};
    bool anew = false;
    std::vector<std::string> purposes;
    for (const auto* update : updates) {
      const auto& purpose = update->purpose;
      if (needs_.policy.consent(purpose) == nullptr || base::contains(purposes, purpose)) continue;
      purposes.push_back(purpose);
      auto proof = needs_.consents.record(needs_.policy, {.property = who.property,
                                                          .session = session,
                                                          .viewer = who.viewer,
                                                          .purpose = purpose,
                                                          .state = consent::State::Given,
                                                          .method = method,
                                                          .language = language,
                                                          .notice = std::string{notice}});
      const bool is_over =
          !proof && (proof.error().code == Code::Gone || proof.error().code == Code::TooMany);
      anew = is_over && round == 0;
      if (anew) break;
      if (!proof) return base::fail(proof.error());
      agreed.proofs.push_back(*std::move(*proof));
    }
    if (!anew) return agreed;
    session = base::SessionId::draw(needs_.random);
  }
}

/// The session that most of somebody's subscriptions rest on, or a new one.
Result<base::SessionId> Subscribers::session_of(base::PersonId person) {
  ASSIGN_OR_RETURN(const auto subscriptions, store_.of(person));
  if (subscriptions.empty()) return base::SessionId::draw(needs_.random);
  return std::ranges::max(subscriptions, {}, [](const Subscription& one) { return one.since; }).session;
}

Result<void> Subscribers::keep(base::PersonId person, const std::vector<fields::FilledField>& filled,
                               std::span<const Proofs> answers) {
  const auto* address = needs_.policy.subscriber_address();
  for (const auto& [field, value] : filled) {
    ASSIGN_OR_RETURN(const auto permit, widest_permit(needs_.policy, field->name, answers));
    RETURN_IF_ERROR(needs_.vault.update_field(
        person, {.permit = permit,
                 .value = value,
                 .findable = field == address ? vault::Findable::ByMail : vault::Findable::No,
                 .source = policy::kSubscription}));
  }
  return {};
}

Result<void> Subscribers::ask(const Wanted& wanted) {
  if (wanted.notice != needs_.policy.version())
    return base::fail(Code::Conflict, "Another version of the policy is in force than was shown.");
  const base::Lock lock(mutex_);
  return wait(wanted, {});
}

Result<void> Subscribers::wait(const Wanted& wanted, std::optional<base::PersonId> instead) {
  const auto address = wanted.filled.value_of(policy::FieldType::Email);
  ASSIGN_OR_RETURN(const auto earlier, needs_.vault.find_by_mail(scopes_.waiting, address));
  // What was filled in last counts; the earlier link opens nothing any more.
  if (earlier) RETURN_IF_ERROR(drop_waiting(*earlier));
  ASSIGN_OR_RETURN(const auto who, new_person(scopes_.waiting, wanted.language));
  // Before anything is kept of them, so that it goes again whatever comes between.
  Waiting waiting{.person = who.id,
                  .names = names_of(wanted.updates),
                  .session = base::SessionId::draw(needs_.random),
                  .instead = instead,
                  .expires = needs_.clock.now() + kConfirmWithin};
  RETURN_IF_ERROR(store_.add_waiting(waiting));
  ASSIGN_OR_RETURN(const auto agreed, agree(who, wanted.updates, waiting.session, consent::Method::Button,
                                            wanted.language, wanted.notice));
  RETURN_IF_ERROR(keep(who.id, wanted.filled.fields, {&agreed.proofs, 1}));
  RETURN_IF_ERROR(needs_.outbox.queue({.person = who.id,
                                       .property = scopes_.waiting,
                                       .template_name = std::string{kConfirmMail},
                                       .parameters = {},
                                       .due = std::nullopt,
                                       .once = "confirm"}));
  return {};
}

Result<void> Subscribers::drop_waiting(base::PersonId person) {
  const auto who = needs_.vault.find(person);
  if (!who && !is_gone(who)) return base::fail(who.error());
  if (who) RETURN_IF_ERROR(needs_.consents.forget(scopes_.waiting, who->viewer));
  RETURN_IF_ERROR(needs_.outbox.forget(person));
  auto erased = needs_.vault.erase(person);
  if (!erased && !is_gone(erased)) return erased;
  return store_.remove_waiting(person);
}

Result<Confirmation> Subscribers::waiting(std::string_view link) {
  const auto nothing = [] { return base::fail(Code::NotFound, "Nothing waits to be confirmed here."); };
  ASSIGN_OR_RETURN(const auto person, needs_.vault.person_of_link(scopes_.waiting, link));
  if (!person) return nothing();
  ASSIGN_OR_RETURN(const auto waiting, store_.waiting_of(*person));
  if (!waiting || waiting->expires <= needs_.clock.now()) return nothing();
  Confirmation found{.waiting = *waiting, .updates = {}, .person = {}};
  for (const auto& name : waiting->names) {
    if (const auto* update = needs_.policy.update(name)) found.updates.push_back(update);
  }
  if (found.updates.empty()) return nothing();
  ASSIGN_OR_RETURN(found.person, needs_.vault.read_fields(*person));
  return found;
}

Result<std::vector<std::string>> Subscribers::marks_of(const vault::PersonFields& person,
                                                       const std::vector<std::string>& names) {
  std::vector<std::string> marks;
  const auto address = address_of(person);
  if (address.empty()) return marks;
  for (const auto& name : names) {
    ASSIGN_OR_RETURN(auto mark, marks_.of(name, address));
    marks.push_back(std::move(mark));
  }
  return marks;
}

Result<void> Subscribers::subscribe(const vault::Person& who, const std::vector<const Update*>& updates,
                                    const std::vector<fields::FilledField>& filled, consent::Method method,
                                    Language language, std::string_view notice) {
  ASSIGN_OR_RETURN(const auto session, session_of(who.id));
  ASSIGN_OR_RETURN(const auto agreed, agree(who, updates, session, method, language, notice));
  RETURN_IF_ERROR(keep(who.id, filled, {&agreed.proofs, 1}));
  ASSIGN_OR_RETURN(const auto person, needs_.vault.read_fields(who.id));
  std::vector<Subscription> begun;
  for (const auto* update : updates) {
    begun.push_back({.person = who.id,
                     .name = update->name,
                     .session = agreed.session,
                     .policy_version = needs_.policy.version(),
                     .since = needs_.clock.now()});
  }
  // Whoever presses this came by a mail to the address: that lifts a mark, and nothing else does.
  ASSIGN_OR_RETURN(const auto marks, marks_of(person, names_of(updates)));
  RETURN_IF_ERROR(store_.begin(begun, marks));
  return record("updates.subscribed", names_of(updates));
}

Result<std::string> Subscribers::confirm(const Confirmation& confirmation, std::string_view notice) {
  if (notice != needs_.policy.version())
    return base::fail(Code::Conflict, "Another version of the policy is in force than was shown.");
  const base::Lock lock(mutex_);
  const auto& [waiting, updates, given] = confirmation;
  const auto language = given.person.language;
  std::vector<fields::FilledField> filled;
  for (const auto& one : given.fields) {
    if (const auto* field = needs_.policy.field(one.name)) filled.push_back({field, one.value});
  }
  ASSIGN_OR_RETURN(auto known, needs_.vault.find_by_mail(scopes_.subscribers, address_of(given)));
  if (waiting.instead && known && *known != *waiting.instead)
    return base::fail(Code::Conflict, "This address is another subscriber's.");
  if (!known) known = waiting.instead;
  std::optional<vault::Person> who;
  if (known) {
    auto found = needs_.vault.find(*known);
    if (!found && !is_gone(found)) return base::fail(found.error());
    if (found) who = *found;
  }
  if (!who) {
    ASSIGN_OR_RETURN(who, new_person(scopes_.subscribers, language));
  }
  RETURN_IF_ERROR(needs_.vault.set_language(who->id, language));
  RETURN_IF_ERROR(subscribe(*who, updates, filled, consent::Method::Mail, language, notice));
  // The last, so that after a stop the same button does all of it again.
  RETURN_IF_ERROR(drop_waiting(waiting.person));
  return needs_.vault.link(who->id);
}

Result<void> Subscribers::decline(const Confirmation& confirmation) {
  const base::Lock lock(mutex_);
  return drop_waiting(confirmation.waiting.person);
}

Result<std::optional<base::PersonId>> Subscribers::of_link(std::string_view link) {
  return needs_.vault.person_of_link(scopes_.subscribers, link);
}

Result<std::vector<const Update*>> Subscribers::updates_of(base::PersonId person) {
  ASSIGN_OR_RETURN(const auto subscriptions, store_.of(person));
  std::vector<const Update*> updates;
  for (const auto& one : subscriptions) {
    if (const auto* update = needs_.policy.update(one.name)) updates.push_back(update);
  }
  return updates;
}

Result<void> Subscribers::begin(base::PersonId person, const Update& update, Language language,
                                std::string_view notice) {
  const base::Lock lock(mutex_);
  ASSIGN_OR_RETURN(const auto who, needs_.vault.find(person));
  return subscribe(who, {&update}, {}, consent::Method::Switch, language, notice);
}

Result<bool> Subscribers::may_get(const Subscription& subscription, std::string_view address) {
  const auto* update = needs_.policy.update(subscription.name);
  if (update == nullptr || address.empty()) return false;
  if (needs_.policy.consent(update->purpose) != nullptr) {
    ASSIGN_OR_RETURN(const auto proof,
                     needs_.consents.proof(needs_.policy, subscription.session, update->purpose));
    if (!proof) return false;
  }
  ASSIGN_OR_RETURN(const bool restricted, needs_.is_restricted(subscription.person));
  if (restricted) return false;
  ASSIGN_OR_RETURN(const bool marked, marks_.stands(subscription.name, address));
  return !marked;
}

}  // namespace surfaces::updates
