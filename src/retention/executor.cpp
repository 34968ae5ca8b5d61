#include "retention/executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/log.h"
#include "consent/ledger.h"
#include "journal/journal.h"
#include "outbox/outbox.h"
#include "pulse/engine.h"
#include "retention/limits.h"
#include "retention/patience.h"
#include "retention/queries.h"
#include "retention/warning.h"
#include "sql/database.h"
#include "vault/key_store.h"
#include "vault/vault.h"

namespace retention {

using base::Code;
using base::fail;
using base::PropertyNumber;
using base::Result;

namespace {

constexpr std::string_view kKind = "retention.term_ended";

bool is_gone(const base::Error& error) { return error.code == Code::Gone || error.code == Code::NotFound; }

Result<void> unless_gone(Result<void> result) {
  if (!result && is_gone(result.error())) return {};
  return result;
}

bool is_of_store(const Due& due) {
  return due.kind == policy::Kind::Facts || due.kind == policy::Kind::Records ||
         due.kind == policy::Kind::Attributes || due.kind == policy::Kind::Marks;
}

}  // namespace

/// What one run does for one property.
struct Executor::Work {
  ExecutorNeeds& needs;
  PropertyNumber property;
  journal::ActNumber intent = 0;

  Result<void> pass(std::string_view point) { return needs.between ? needs.between(point) : Result<void>{}; }
  Result<void> write_down(const std::string& datum, base::Instant due, std::string_view did,
                          std::int64_t removed);
  Result<std::vector<base::PersonId>> people();
  Result<std::int64_t> remove_fields(const std::vector<std::string>& names);
  Result<void> begin(const std::vector<Due>& due);
  Result<void> forget_watched();
  Result<bool> anonymise_or_drop(const std::vector<Due>& all);
  Result<void> execute(const Due& due, const std::vector<Due>& all);
  Result<bool> has_fields();
  Result<bool> is_over(const std::vector<Due>& all);
  Result<void> end();
  Result<void> scrub();
  Result<void> run(const std::vector<Due>& due);
};

Result<void> Executor::Work::write_down(const std::string& datum, base::Instant due, std::string_view did,
                                        std::int64_t removed) {
  RETURN_IF_ERROR(needs.control.run(queries::add_run, {{"property", property.value},
                                                       {"datum", datum},
                                                       {"due", due},
                                                       {"now", needs.clock.now()},
                                                       {"did", did},
                                                       {"removed", removed},
                                                       {"act", intent}}));
  return {};
}

/// Nobody where the keys are destroyed already.
Result<std::vector<base::PersonId>> Executor::Work::people() {
  std::vector<base::PersonId> people;
  const auto all = needs.vault.people_of(property);
  if (!all && is_gone(all.error())) return people;
  if (!all) return fail(all.error());
  for (const auto& person : *all) people.push_back(person.id);
  return people;
}

Result<std::int64_t> Executor::Work::remove_fields(const std::vector<std::string>& names) {
  ASSIGN_OR_RETURN(const auto everybody, people());
  for (const auto person : everybody) {
    for (const auto& name : names) RETURN_IF_ERROR(unless_gone(needs.vault.remove_field(person, name)));
  }
  return static_cast<std::int64_t>(everybody.size());
}

Result<void> Executor::Work::begin(const std::vector<Due>& due) {
  ASSIGN_OR_RETURN(const auto unfinished, needs.journal.unfinished());
  for (const auto& entry : unfinished) {
    if (entry.act.kind == kKind && entry.act.property == property) intent = entry.number;
  }
  if (intent != 0) return {};
  std::string names;
  for (const auto& each : due) names += (names.empty() ? "" : " ") + each.datum;
  ASSIGN_OR_RETURN(intent,
                   needs.journal.begin({.kind = std::string{kKind}, .property = property, .detail = names}));
  return {};
}

Result<void> Executor::Work::forget_watched() {
  for (const auto& surface : needs.surfaces) {
    if (surface.forget_watched) RETURN_IF_ERROR(surface.forget_watched(property));
  }
  return {};
}

/// True when it is anonymous now, false when it is gone.
Result<bool> Executor::Work::anonymise_or_drop(const std::vector<Due>& all) {
  const bool anonymise = std::ranges::any_of(all, [](const Due& each) {
    return is_of_store(each) && each.kept && each.then == policy::Afterwards::Anonymise;
  });
  if (!anonymise) {
    RETURN_IF_ERROR(unless_gone(needs.engine.drop_property(property)));
    RETURN_IF_ERROR(forget_watched());
    return false;
  }
  pulse::ReportCounts counts;
  const auto registered = needs.vault.count(property);
  if (registered) counts.registered = *registered;
  if (!registered && !is_gone(registered.error())) return fail(registered.error());
  for (const auto& surface : needs.surfaces) {
    if (!surface.accredited) continue;
    ASSIGN_OR_RETURN(const auto accredited, surface.accredited(property));
    counts.accredited += accredited;
  }
  const auto done = needs.engine.anonymise(property, counts);
  // Never declared: nobody could open it. Gone: dropped, as what an old backup brought back is.
  if (!done && !is_gone(done.error())) return fail(done.error());
  // Only now: until the record is there, a crash would make it count nobody.
  RETURN_IF_ERROR(forget_watched());
  return done.has_value();
}

Result<void> Executor::Work::execute(const Due& due, const std::vector<Due>& all) {
  if (due.kind == policy::Kind::Fields) {
    const auto* datum = needs.policy.datum(due.datum);
    ASSIGN_OR_RETURN(const auto people, remove_fields(datum->items));
    RETURN_IF_ERROR(pass("retention.fields"));
    return write_down(due.datum, *due.due, "erased", people);
  }
  if (is_of_store(due)) {
    ASSIGN_OR_RETURN(const bool anonymous, anonymise_or_drop(all));
    RETURN_IF_ERROR(pass("retention.store"));
    return write_down(due.datum, *due.due, anonymous ? "anonymised" : "erased", 0);
  }
  // Log lines: no surface writes any, so that there is nothing to remove.
  return write_down(due.datum, *due.due, "erased", 0);
}

Result<bool> Executor::Work::has_fields() {
  bool found = false;
  const auto read = needs.vault.each_person(property, [&](const vault::PersonFields& person) -> Result<void> {
    found = found || !person.fields.empty();
    return {};
  });
  if (!read && !is_gone(read.error())) return fail(read.error());
  return found;
}

/// Nothing of the property is left to end.
Result<bool> Executor::Work::is_over(const std::vector<Due>& all) {
  bool by_itself = false;
  for (const auto& each : all) {
    if (!each.kept) continue;
    by_itself = by_itself || each.each_by_itself;
    if (!each.each_by_itself && !each.executed) return false;
  }
  if (!by_itself) return true;
  ASSIGN_OR_RETURN(const bool fields, has_fields());
  return !fields;
}

/// Everybody goes, and the keys last: until then it can all be done again.
Result<void> Executor::Work::end() {
  const auto record = needs.engine.anonymous_record(property);
  if (!record) {
    const auto dropped = unless_gone(needs.engine.drop_property(property));
    RETURN_IF_ERROR(dropped);
  }
  RETURN_IF_ERROR(pass("retention.dropped"));
  RETURN_IF_ERROR(needs.consents.forget(property));
  RETURN_IF_ERROR(pass("retention.consent"));
  RETURN_IF_ERROR(needs.outbox.forget(property));
  RETURN_IF_ERROR(pass("retention.outbox"));
  for (const auto& surface : needs.surfaces) {
    if (surface.forget_property) RETURN_IF_ERROR(surface.forget_property(property));
  }
  RETURN_IF_ERROR(pass("retention.surfaces"));
  RETURN_IF_ERROR(patiently([&] { return needs.vault.erase_property(property); }));
  return pass("retention.vault");
}

Result<void> Executor::Work::scrub() {
  for (auto* database : {&needs.control, &needs.vault_database, &needs.key_database})
    RETURN_IF_ERROR(patiently([&] { return database->scrub(); }));
  return {};
}

Result<void> Executor::Work::run(const std::vector<Due>& due) {
  RETURN_IF_ERROR(begin(due));
  RETURN_IF_ERROR(pass("retention.intent"));
  ASSIGN_OR_RETURN(const auto all, needs.schedule.of(property));
  for (const auto& each : due) RETURN_IF_ERROR(execute(each, all));
  ASSIGN_OR_RETURN(const auto now_done, needs.schedule.of(property));
  ASSIGN_OR_RETURN(const bool over, is_over(now_done));
  if (over) RETURN_IF_ERROR(end());
  RETURN_IF_ERROR(scrub());
  RETURN_IF_ERROR(pass("retention.scrubbed"));
  if (over) RETURN_IF_ERROR(write_down("", needs.clock.now(), "ended", 0));
  RETURN_IF_ERROR(pass("retention.written"));
  RETURN_IF_ERROR(needs.journal.finish(intent, over ? "nothing is left" : ""));
  base::log(base::Level::Info, "retention.executed",
            {{"property", property.value}, {"data", due.size()}, {"over", over}});
  return {};
}

Result<void> Executor::run_due() {
  base::Lock lock(mutex_);
  RETURN_IF_ERROR(remove_old_values());
  ASSIGN_OR_RETURN(const auto due, needs_.schedule.due(needs_.clock.now()));
  std::map<PropertyNumber, std::vector<Due>> by_property;
  for (const auto& each : due) by_property[each.end.property].push_back(each);
  ASSIGN_OR_RETURN(const auto unended, unended_properties());
  for (const auto property : unended) by_property.try_emplace(property);
  Result<void> first;
  for (const auto& [property, data] : by_property) {
    Work work{needs_, property};
    const auto done = work.run(data);
    if (done) continue;
    base::log(base::Level::Error, "retention.not_executed",
              {{"property", property.value}, {"error", done.error()}});
    if (first) first = done;
  }
  RETURN_IF_ERROR(finish_intents(by_property));
  return first;
}

/// All was done and written down, and then a stop came before the journal took the result.
Result<void> Executor::finish_intents(const std::map<PropertyNumber, std::vector<Due>>& tried) {
  ASSIGN_OR_RETURN(const auto unfinished, needs_.journal.unfinished());
  for (const auto& entry : unfinished) {
    if (entry.act.kind != kKind || !entry.act.property || tried.contains(*entry.act.property)) continue;
    RETURN_IF_ERROR(needs_.journal.finish(entry.number, "finished after a stop"));
  }
  return {};
}

/// Those whose last datum has ended, and which a stop kept from ending themselves.
Result<std::vector<PropertyNumber>> Executor::unended_properties() {
  std::vector<PropertyNumber> unended;
  ASSIGN_OR_RETURN(const auto all, needs_.schedule.all());
  std::map<PropertyNumber, std::vector<Due>> by_property;
  for (const auto& each : all) by_property[each.end.property].push_back(each);
  for (const auto& [property, data] : by_property) {
    if (std::ranges::none_of(data, [](const Due& each) { return each.executed.has_value(); })) continue;
    ASSIGN_OR_RETURN(const auto fate, needs_.schedule.fate(property));
    if (fate.ended) continue;
    Work work{needs_, property};
    ASSIGN_OR_RETURN(const bool over, work.is_over(data));
    if (over) unended.push_back(property);
  }
  return unended;
}

/// Fields whose term counts from the moment at which they were stored.
Result<void> Executor::remove_old_values() {
  const auto now = needs_.clock.now();
  if (looked_at_ && now >= *looked_at_ && now < *looked_at_ + kEachByItselfEvery) return {};
  ASSIGN_OR_RETURN(const auto all, needs_.schedule.all());
  for (const auto& due : all) {
    if (!due.each_by_itself || !due.kept) continue;
    std::vector<std::pair<base::PersonId, std::string>> old;
    const auto read =
        needs_.vault.each_person(due.end.property, [&](const vault::PersonFields& person) -> Result<void> {
          for (const auto& field : person.fields) {
            if (field.data == due.datum && policy::after(field.stored_at, due.term.span) <= now)
              old.emplace_back(person.person.id, field.name);
          }
          return {};
        });
    if (!read && !is_gone(read.error())) return fail(read.error());
    if (old.empty()) continue;
    for (const auto& [person, name] : old)
      RETURN_IF_ERROR(unless_gone(needs_.vault.remove_field(person, name)));
    RETURN_IF_ERROR(patiently([&] { return needs_.vault_database.scrub(); }));
    RETURN_IF_ERROR(needs_.journal.record({.kind = "retention.values_removed",
                                           .property = due.end.property,
                                           .detail = fmt::format("{} of {}", old.size(), due.datum)}));
  }
  for (const auto& surface : needs_.surfaces) {
    if (!surface.remove_old) continue;
    ASSIGN_OR_RETURN(const auto removed, surface.remove_old(now));
    if (removed == 0) continue;
    for (auto* database : {&needs_.control, &needs_.vault_database, &needs_.key_database})
      RETURN_IF_ERROR(patiently([&] { return database->scrub(); }));
    RETURN_IF_ERROR(needs_.journal.record(
        {.kind = "retention.values_removed", .detail = fmt::format("{} of {}", removed, surface.name)}));
  }
  looked_at_ = now;
  return {};
}

Result<void> Executor::warn() {
  base::Lock lock(mutex_);
  const auto now = needs_.clock.now();
  ASSIGN_OR_RETURN(const auto all, needs_.schedule.all());
  std::map<PropertyNumber, Due> next;
  for (const auto& each : all) {
    if (each.due && !each.executed && *each.due > now) next.try_emplace(each.end.property, each);
  }
  for (const auto& [property, due] : next) {
    if (now < *due.due - kWarnFirst) continue;
    const auto people = needs_.vault.count(property);
    if (!people && is_gone(people.error())) continue;
    if (!people) return fail(people.error());
    // Nobody registered: there is no list to take along.
    if (*people == 0) continue;
    const bool last = now >= *due.due - kWarnLast;
    RETURN_IF_ERROR(queue_warnings(needs_.access, needs_.outbox, due, last));
  }
  return {};
}

Result<void> Executor::replay() {
  base::Lock lock(mutex_);
  ASSIGN_OR_RETURN(const auto all, needs_.schedule.all());
  std::map<PropertyNumber, bool> seen;
  for (const auto& each : all) {
    const auto property = each.end.property;
    if (!seen.try_emplace(property, true).second) continue;
    ASSIGN_OR_RETURN(const auto state, needs_.keys.state(vault::KeyName::property(property)));
    if (state != vault::KeyState::Destroyed) continue;
    // Only a property that is neither anonymous nor dropped has sessions to end.
    const auto alive = needs_.engine.end_sessions(property);
    const bool has_time = alive.has_value();
    if (!alive && !is_gone(alive.error())) return fail(alive.error());
    ASSIGN_OR_RETURN(const auto answers, needs_.consents.forget(property));
    ASSIGN_OR_RETURN(const auto mails, needs_.outbox.forget(property));
    if (!has_time && answers == 0 && mails == 0) continue;
    base::log(base::Level::Info, "retention.property_came_back", {{"property", property.value}});
    Work work{needs_, property};
    RETURN_IF_ERROR(work.end());
    RETURN_IF_ERROR(work.scrub());
  }
  return {};
}

}  // namespace retention
