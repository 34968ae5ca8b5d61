// What somebody corrects, ends and takes back; and what goes by itself.
#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "base/log.h"
#include "consent/ledger.h"
#include "policy/gate.h"
#include "surfaces/updates/subscribers.h"

namespace surfaces::updates {
namespace {

using base::Code;
using base::Language;
using base::Result;

/// When a field goes, of who unsubscribed at `ended`: at once, unless its term counts from there.
base::Instant end_of(const policy::Policy& policy, const vault::Field& field, base::Instant ended) {
  const auto* datum = policy.datum(field.data);
  const bool waits = datum != nullptr && datum->keep.after == kSubscriptionEnd;
  return waits ? policy::after(ended, datum->keep.span) : ended;
}

}  // namespace

Result<bool> Subscribers::correct(base::PersonId person, const fields::Filled& filled, Language language) {
  const base::Lock lock(mutex_);
  ASSIGN_OR_RETURN(const auto before, needs_.vault.read_fields(person));
  ASSIGN_OR_RETURN(const auto updates, updates_of(person));
  ASSIGN_OR_RETURN(const auto subscriptions, store_.of(person));
  std::vector<Proofs> answers;
  for (const auto& one : subscriptions) {
    const auto* update = needs_.policy.update(one.name);
    if (update == nullptr) continue;
    ASSIGN_OR_RETURN(auto proof, needs_.consents.proof(needs_.policy, one.session, update->purpose));
    if (!proof) continue;
    const auto of_session = std::ranges::find_if(
        answers, [&](const Proofs& proofs) { return proofs.front().session() == one.session; });
    auto& proofs = of_session == answers.end() ? answers.emplace_back() : *of_session;
    proofs.push_back(*std::move(proof));
  }
  const auto* address = needs_.policy.subscriber_address();
  ASSIGN_OR_RETURN(const auto old_address, vault::normalise_mail(address_of(before)));
  ASSIGN_OR_RETURN(const auto new_address, vault::normalise_mail(filled.value_of(policy::FieldType::Email)));
  std::vector<fields::FilledField> changed;
  for (const auto& one : filled.fields) {
    const auto* value = before.find(one.field->name);
    if (one.field != address && (value == nullptr || *value != one.value)) changed.push_back(one);
  }
  RETURN_IF_ERROR(keep(person, changed, answers));
  for (const auto& [field, required] : asked_fields(needs_.policy, updates)) {
    if (!required && !base::contains(filled.fields, field, &fields::FilledField::field))
      RETURN_IF_ERROR(needs_.vault.remove_field(person, field->name));
  }
  RETURN_IF_ERROR(needs_.vault.set_language(person, language));
  RETURN_IF_ERROR(record("updates.corrected", {}));
  if (new_address == old_address) return false;
  // Nobody gets mail at an address that was not shown to be theirs.
  RETURN_IF_ERROR(
      wait({.updates = updates, .filled = filled, .language = language, .notice = needs_.policy.version()},
           person));
  return true;
}

/// A purpose that no other subscription of the same session serves is taken back in the ledger.
Result<void> Subscribers::withdraw(const std::vector<Subscription>& before,
                                   const std::vector<std::string>& names, consent::Method method) {
  const auto purpose_of = [&](const Subscription& one) -> std::string {
    const auto* update = needs_.policy.update(one.name);
    return update == nullptr ? std::string{} : update->purpose;
  };
  for (const auto& one : before) {
    const auto purpose = purpose_of(one);
    if (!base::contains(names, one.name) || needs_.policy.consent(purpose) == nullptr) continue;
    const bool still = std::ranges::any_of(before, [&](const Subscription& other) {
      return !base::contains(names, other.name) && other.session == one.session &&
             purpose_of(other) == purpose;
    });
    if (still) continue;
    ASSIGN_OR_RETURN(const auto who, needs_.vault.find(one.person));
    const auto taken_back = needs_.consents.record(needs_.policy, {.property = who.property,
                                                                   .session = one.session,
                                                                   .viewer = who.viewer,
                                                                   .purpose = purpose,
                                                                   .state = consent::State::Refused,
                                                                   .method = method,
                                                                   .language = who.language,
                                                                   .notice = needs_.policy.version()});
    if (!taken_back) return base::fail(taken_back.error());
  }
  return {};
}

/// What served only an update that ended goes with it.
Result<void> Subscribers::remove_unserved(base::PersonId person) {
  ASSIGN_OR_RETURN(const auto kept, needs_.vault.read_fields(person));
  ASSIGN_OR_RETURN(const auto updates, updates_of(person));
  const auto asked = asked_fields(needs_.policy, updates);
  for (const auto& field : kept.fields) {
    const bool serves = std::ranges::any_of(
        asked, [&](const fields::AskedField& one) { return one.field->name == field.name; });
    if (!serves) RETURN_IF_ERROR(needs_.vault.remove_field(person, field.name));
  }
  return {};
}

Result<Left> Subscribers::end(base::PersonId person, std::vector<std::string> names, consent::Method method) {
  const auto now = needs_.clock.now();
  {
    const base::Lock lock(mutex_);
    ASSIGN_OR_RETURN(const auto who, needs_.vault.read_fields(person));
    ASSIGN_OR_RETURN(const auto before, store_.of(person));
    // An update that there is not, and never was for them, leaves no mark.
    std::erase_if(names, [&](const std::string& name) {
      return needs_.policy.update(name) == nullptr && !base::contains(before, name, &Subscription::name);
    });
    ASSIGN_OR_RETURN(const auto marks, marks_of(who, names));
    // From here on nothing is mailed, whatever comes between.
    ASSIGN_OR_RETURN(const bool subscribed, store_.end(person, names, marks, now));
    RETURN_IF_ERROR(withdraw(before, names, method));
    RETURN_IF_ERROR(record("updates.unsubscribed", names));
    if (subscribed) {
      RETURN_IF_ERROR(remove_unserved(person));
      return Left{.subscribed = true};
    }
  }
  ASSIGN_OR_RETURN(const auto ended, store_.ended_of(person));
  return finish(person, ended.value_or(now));
}

Result<Left> Subscribers::erase(base::PersonId person) {
  std::vector<std::string> names;
  for (const auto& update : needs_.policy.updates()) names.push_back(update.name);
  {
    const base::Lock lock(mutex_);
    ASSIGN_OR_RETURN(const auto who, needs_.vault.read_fields(person));
    ASSIGN_OR_RETURN(const auto subscriptions, store_.of(person));
    for (const auto& one : subscriptions) {
      if (!base::contains(names, one.name)) names.push_back(one.name);
    }
    ASSIGN_OR_RETURN(const auto marks, marks_of(who, names));
    RETURN_IF_ERROR(store_.end(person, names, marks, needs_.clock.now()));
    RETURN_IF_ERROR(record("updates.unsubscribed", names));
  }
  return erase_now(person);
}

Result<Left> Subscribers::erase_now(base::PersonId person) {
  auto erased = needs_.eraser.erase(person);
  // It is in the ledger and goes on by itself; the person is unreadable from here on.
  if (!erased && erased.error().code == Code::Unavailable) erased = needs_.eraser.find_of(person);
  if (!erased) return base::fail(erased.error());
  return Left{.erasure = *std::move(erased)};
}

/// Everything of who gets nothing any more goes, each field when its term is over.
Result<Left> Subscribers::finish(base::PersonId person, base::Instant ended) {
  ASSIGN_OR_RETURN(const auto kept, needs_.vault.read_fields(person));
  const auto now = needs_.clock.now();
  auto last = ended;
  for (const auto& field : kept.fields) last = std::max(last, end_of(needs_.policy, field, ended));
  if (last <= now) return erase_now(person);
  for (const auto& field : kept.fields) {
    if (end_of(needs_.policy, field, ended) <= now)
      RETURN_IF_ERROR(needs_.vault.remove_field(person, field.name));
  }
  return Left{.kept_until = last};
}

Result<void> Subscribers::recover() {
  // A stop between a person and the row that says what they are.
  ASSIGN_OR_RETURN(const auto waiting, needs_.vault.people_of(scopes_.waiting));
  for (const auto& person : waiting) {
    ASSIGN_OR_RETURN(const auto row, store_.waiting_of(person.id));
    if (!row) RETURN_IF_ERROR(drop_waiting(person.id));
  }
  ASSIGN_OR_RETURN(const auto people, needs_.vault.people_of(scopes_.subscribers));
  for (const auto& person : people) {
    ASSIGN_OR_RETURN(const auto subscriptions, store_.of(person.id));
    ASSIGN_OR_RETURN(const auto ended, store_.ended_of(person.id));
    if (!subscriptions.empty() || ended) continue;
    RETURN_IF_ERROR(needs_.consents.forget(scopes_.subscribers, person.viewer));
    RETURN_IF_ERROR(needs_.vault.erase(person.id));
  }
  return {};
}

Result<void> Subscribers::tidy() {
  ASSIGN_OR_RETURN(const auto expired, store_.expired(needs_.clock.now()));
  for (const auto person : expired) {
    const base::Lock lock(mutex_);
    RETURN_IF_ERROR(drop_waiting(person));
  }
  ASSIGN_OR_RETURN(const auto ended, store_.ended());
  for (const auto& one : ended) {
    const auto left = finish(one.person, one.at);
    if (left) continue;
    // Erased already, in part or whole: the erasure's own ledger finishes it, and takes this row along.
    if (left.error().code == Code::Gone || left.error().code == Code::NotFound) continue;
    base::log(base::Level::Error, "updates.not_finished", {{"error", left.error()}});
  }
  return {};
}

}  // namespace surfaces::updates
