#include "rights/affected.h"

#include <algorithm>
#include <limits>
#include <set>
#include <unordered_map>

#include "access/access.h"
#include "access/staff_policy.h"
#include "base/contains.h"
#include "base/trim.h"
#include "mail/message.h"
#include "policy/policy.h"
#include "property/registry.h"
#include "pulse/engine.h"
#include "retention/erasure.h"
#include "rights/desk.h"
#include "rights/limits.h"
#include "vault/vault.h"

namespace rights {
namespace {

using base::Code;
using base::Instant;
using base::Result;

/// A property that was reached, and until when what was stored there was reached with it.
struct Reached {
  base::PropertyNumber number;
  std::string slug;
  Instant until;
  /// These alone; none: everybody.
  std::optional<std::set<base::PersonId>> only = {};
};

bool is_gone(const base::Error& error) { return error.code == Code::Gone || error.code == Code::NotFound; }

class Computation {
 public:
  Computation(Desk& desk, const Incident& incident)
      : desk_(desk), needs_(desk.needs()), incident_(incident), reach_(incident.account.reach) {}

  Result<Affected> run() {
    for (const auto& name : reach_.data) {
      if (needs_.policy.datum(name) == nullptr)
        return base::fail(Code::Invalid, "data: the policy has no such datum");
    }
    RETURN_IF_ERROR(reach_.acts.empty() ? choose_stores() : choose_by_acts());
    for (const auto& one : reached_) RETURN_IF_ERROR(look_at(one));
    RETURN_IF_ERROR(look_at_acts());
    return std::move(affected_);
  }

 private:
  Instant end() const { return incident_.until.value_or(needs_.clock.now()); }
  bool counts(std::string_view datum) const {
    return reach_.data.empty() || base::contains(reach_.data, datum);
  }

  Result<void> choose_stores() {
    ASSIGN_OR_RETURN(const auto all, needs_.properties.all());
    for (const auto& slug : reach_.properties) {
      if (!base::contains(all, slug, &property::Property::slug))
        return base::fail(Code::Invalid, "properties: there is no such property");
    }
    for (const auto& one : all) {
      const bool named = base::contains(reach_.properties, one.slug);
      if (named || reach_.properties.empty()) reached_.push_back({one.number, one.slug, end()});
    }
    // Whoever has the whole store has the staff's accounts too.
    if (reach_.properties.empty() && reach_.data.empty()) reached_.push_back({staff::kStaffScope, "", end()});
    return {};
  }

  Result<void> choose_by_acts() {
    for (const auto number : reach_.acts) {
      if (number < 1) return base::fail(Code::Invalid, "acts: there is no such act");
      ASSIGN_OR_RETURN(const auto found, needs_.journal.list({.after = number - 1, .count_max = 1}));
      if (found.empty()) return base::fail(Code::Invalid, "acts: there is no such act");
      const auto& entry = found.front();
      if (!entry.act.property) return base::fail(Code::Invalid, "acts: this act concerns no property");
      ASSIGN_OR_RETURN(const auto people, touched_by(desk_, entry.act));
      if (!people) RETURN_IF_ERROR(reach(*entry.act.property, entry.at, {}));
      for (const auto& one : people.value_or(std::vector<Subject>{}))
        RETURN_IF_ERROR(reach(one.property, entry.at, one.person));
    }
    return {};
  }

  Result<void> reach(base::PropertyNumber number, Instant at, std::optional<base::PersonId> person) {
    auto known = std::ranges::find(reached_, number, &Reached::number);
    if (known == reached_.end()) {
      ASSIGN_OR_RETURN(const auto property, needs_.properties.find(number));
      if (!property) return {};
      reached_.push_back({number, property->slug, at});
      known = reached_.end() - 1;
      if (person) known->only.emplace();
    }
    known->until = std::max(known->until, at);
    if (!person) known->only.reset();
    if (known->only) known->only->insert(*person);
    return {};
  }

  /// Where the address of whoever is in a property lies.
  const policy::Field* mailed_field(base::PropertyNumber number) const {
    if (number == desk_.scope()) return address_field(needs_.policy);
    return (number == staff::kStaffScope ? staff::staff_policy() : needs_.policy).email_field();
  }

  /// Sessions per viewer that were opened by then: all of them, and those that were measured.
  struct Sessions {
    std::int64_t opened = 0;
    std::int64_t measured = 0;
  };
  Result<std::unordered_map<base::ViewerNumber, Sessions>> sessions_of(const Reached& one) {
    std::unordered_map<base::ViewerNumber, Sessions> sessions;
    const auto snapshot = needs_.engine.snapshot(one.number);
    if (!snapshot && is_gone(snapshot.error())) return sessions;
    if (!snapshot) return base::fail(snapshot.error());
    for (const auto& row : snapshot->sessions()) {
      if (!row.viewer || base::instant_from_ms(row.opened_ms) > one.until) continue;
      ++sessions[row.viewer].opened;
      if (row.consented) ++sessions[row.viewer].measured;
    }
    return sessions;
  }

  /// Somebody who may be among them, the data that they have values of, and how many values.
  struct Candidate {
    AffectedPerson person;
    std::set<std::string> data;
    std::int64_t records = 0;
  };

  void count_sessions(const Sessions& sessions, Candidate& candidate) {
    for (const auto& datum : needs_.policy.data()) {
      if (!counts(datum.name)) continue;
      const bool measured = datum.kind == policy::Kind::Facts || datum.kind == policy::Kind::Marks;
      const bool recorded = datum.kind == policy::Kind::Records || datum.kind == policy::Kind::Attributes;
      const auto count = measured ? sessions.measured : recorded ? sessions.opened : 0;
      candidate.records += count;
      if (count > 0) candidate.data.insert(datum.name);
    }
  }

  Result<void> look_at(const Reached& one) {
    ASSIGN_OR_RETURN(const auto sessions, sessions_of(one));
    AffectedProperty property{
        .property = one.number, .slug = one.slug, .people = 0, .is_whole = !one.only.has_value()};
    const auto* mailed = mailed_field(one.number);
    std::size_t found = 0;
    const auto take = [&](const vault::PersonFields& person) -> Result<void> {
      if (one.only && !one.only->contains(person.person.id)) return {};
      ++found;
      const auto* address = mailed == nullptr ? nullptr : person.find(mailed->name);
      Candidate candidate;
      candidate.person = {one.number, person.person.id, person.person.language,
                          address != nullptr && mail::is_address(base::trimmed(*address))};
      for (const auto& field : person.fields) {
        if (field.stored_at > one.until || !counts(field.data)) continue;
        ++candidate.records;
        candidate.data.insert(field.data);
      }
      if (const auto seen = sessions.find(person.person.viewer); seen != sessions.end())
        count_sessions(seen->second, candidate);
      if (!candidate.data.empty()) candidates_.push_back(std::move(candidate));
      return {};
    };
    const auto looked = needs_.vault.each_person(one.number, take);
    if (!looked && !is_gone(looked.error())) return base::fail(looked.error());
    if (one.only) affected_.gone += static_cast<std::int64_t>(one.only->size() - found);
    RETURN_IF_ERROR(keep_candidates(one.number, property));
    if (property.people > 0) affected_.properties.push_back(std::move(property));
    return {};
  }

  /// Asked once the vault is read to its end: the request's table lies in another database, and the vault
  /// lends its connection until then.
  Result<void> keep_candidates(base::PropertyNumber number, AffectedProperty& property) {
    for (const auto& one : candidates_) {
      if (number == desk_.scope()) {
        // The mailboxes of officers and authorities lie there too, and are nobody's data.
        ASSIGN_OR_RETURN(const bool has_written, desk_.store().has_written(one.person.person));
        if (!has_written) continue;
      }
      ++property.people;
      if (!one.person.has_address) ++affected_.unreachable;
      ++affected_.languages[one.person.language];
      affected_.people.push_back(one.person);
      affected_.records += one.records;
      for (const auto& name : one.data) ++affected_.data[name];
    }
    candidates_.clear();
    return {};
  }

  /// The first act that is not before `at`: numbers have no gaps, and time goes forward with them.
  Result<journal::ActNumber> first_act(Instant at) {
    ASSIGN_OR_RETURN(journal::ActNumber high, needs_.journal.count());
    journal::ActNumber low = 0;
    while (low < high) {
      const auto middle = low + (high - low) / 2;
      ASSIGN_OR_RETURN(const auto entry, needs_.journal.list({.after = middle, .count_max = 1}));
      if (!entry.empty() && entry.front().at < at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  Result<void> look_at_acts() {
    const auto from = incident_.from.value_or(incident_.aware - std::chrono::days{7});
    ASSIGN_OR_RETURN(auto after, first_act(from));
    while (true) {
      constexpr int kPage = 1'000;
      ASSIGN_OR_RETURN(auto page, needs_.journal.list({.after = after, .count_max = kPage}));
      for (auto& entry : page) {
        after = entry.number;
        look_at_act(std::move(entry));
      }
      if (static_cast<int>(page.size()) < kPage) return {};
    }
  }

  void look_at_act(journal::Entry entry) {
    if (!entry.act.property || entry.state == journal::State::Result) return;
    const auto one = std::ranges::find(reached_, *entry.act.property, &Reached::number);
    if (one == reached_.end() || entry.act.kind.starts_with("incident.")) return;
    // Whoever was erased since it began was affected, and cannot be told any more.
    if (entry.act.kind == retention::kErasedKind && incident_.from && !one->only) ++affected_.gone;
    if (entry.at > end()) return;
    if (affected_.acts.size() == kActsListed) {
      affected_.acts.erase(affected_.acts.begin());
      affected_.acts_cut = true;
    }
    affected_.acts.push_back(std::move(entry));
  }

  Desk& desk_;
  const Needs& needs_;
  const Incident& incident_;
  const Reach& reach_;
  std::vector<Reached> reached_;
  std::vector<Candidate> candidates_;
  Affected affected_;
};

}  // namespace

Result<std::optional<std::vector<Subject>>> touched_by(Desk& desk, const journal::Act& act) {
  const auto id = act.property == desk.scope() ? request_of(act) : std::nullopt;
  if (!id) return std::nullopt;
  const auto request = desk.store().find(*id);
  if (!request && request.error().code == Code::NotFound) return std::nullopt;
  if (!request) return base::fail(request.error());
  auto people = request->details.subjects;
  people.push_back({desk.scope(), request->person});
  return people;
}

Result<Affected> compute_affected(Desk& desk, const Incident& incident) {
  return Computation(desk, incident).run();
}

}  // namespace rights
