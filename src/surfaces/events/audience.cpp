#include "surfaces/events/audience.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/contains.h"
#include "base/number.h"
#include "policy/policy.h"
#include "pulse/engine.h"
#include "surfaces/events/accreditation.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Result;

struct Watched {
  ConsentShown consent = ConsentShown::None;
  pulse::ViewerFigures figures;
  std::vector<pulse::Presence> presences;
};

using WatchedByViewer = std::unordered_map<base::ViewerNumber, Watched>;

Result<WatchedByViewer> watched_of(Needs& needs, const Event& event) {
  WatchedByViewer watched;
  auto snapshot = needs.engine.snapshot(event.property);
  // An event that nobody could open yet has no record in the store; one whose term has ended has none either.
  if (!snapshot && (snapshot.error().code == Code::NotFound || snapshot.error().code == Code::Gone))
    return watched;
  if (!snapshot) return base::fail(snapshot.error());
  const auto sessions = snapshot->sessions();
  const auto from_ms = base::to_ms(event.starts);
  const auto to_ms = base::to_ms(end_of(event));
  const auto planned_ms = base::to_ms(event.ends) - from_ms;
  RETURN_IF_ERROR(snapshot->visit_viewers([&](const pulse::ViewerRow& row) {
    if (!row.viewer) return;
    auto& one = watched[row.viewer];
    const bool consented =
        std::ranges::any_of(row.sessions, [&](std::uint32_t session) { return sessions[session].consented; });
    one.consent = consented ? ConsentShown::Given : ConsentShown::Refused;
    one.figures = pulse::viewer_figures(row.presences, from_ms, to_ms, planned_ms);
    one.presences.assign(row.presences.begin(), row.presences.end());
  }));
  return watched;
}

/// To whom a person granted what the policy's rule is for; nobody for another use.
Result<std::set<base::PersonId>> accredited_of(Needs& needs, const Event& event,
                                               const policy::UsePermit& use) {
  std::set<base::PersonId> granted;
  const auto* rule = needs.policy.attendance_rule();
  if (rule == nullptr || !base::contains(use.purposes(), rule->purpose)) return granted;
  ASSIGN_OR_RETURN(const auto all, Accreditations(needs).of(event.property));
  for (const auto& [person, one] : all) {
    if (one.granted) granted.insert(person);
  }
  return granted;
}

}  // namespace

std::string_view to_text(ConsentShown consent) {
  switch (consent) {
    case ConsentShown::None: return "none";
    case ConsentShown::Given: return "given";
    case ConsentShown::Refused: return "refused";
  }
  return "none";
}

Called called(const policy::Policy& policy, const vault::PersonFields& person, const policy::UsePermit& use,
              bool agreed) {
  const auto value_of = [&](std::string_view name) -> std::string {
    const auto field = std::ranges::find(person.fields, name, &vault::Field::name);
    const bool covered = field != person.fields.end() && use.covers(field->data, field->purposes, agreed);
    return covered ? field->value : std::string{};
  };
  Called out;
  for (const auto& name : policy.name_fields()) {
    if (const auto value = value_of(name); !value.empty()) out.name += out.name.empty() ? value : ' ' + value;
  }
  if (const auto* address = policy.email_field()) out.email = value_of(address->name);
  return out;
}

bool shows_time(const policy::Policy& policy, const policy::UsePermit& use) {
  return std::ranges::any_of(policy.data(), [&](const policy::Data& datum) {
    return datum.kind == policy::Kind::Facts && use.covers(datum.name);
  });
}

Result<std::vector<PersonRow>> audience_of(Needs& needs, const Event& event, const policy::UsePermit& use) {
  ASSIGN_OR_RETURN(auto watched, watched_of(needs, event));
  ASSIGN_OR_RETURN(const auto accredited, accredited_of(needs, event, use));
  const bool times = shows_time(needs.policy, use);
  std::vector<PersonRow> rows;
  const auto read =
      needs.vault.each_person(event.property, [&](const vault::PersonFields& person) -> Result<void> {
        ASSIGN_OR_RETURN(const bool restricted, needs.is_restricted(person.person.id));
        if (restricted) return {};
        const auto found = watched.find(person.person.viewer);
        const bool agreed = found != watched.end() && found->second.consent == ConsentShown::Given;
        auto names = called(needs.policy, person, use, agreed);
        if (!times && names.name.empty() && names.email.empty()) return {};
        auto& row = rows.emplace_back();
        row.person = person.person.id;
        row.viewer = person.person.viewer;
        row.name = std::move(names.name);
        row.email = std::move(names.email);
        row.registered = person.person.registered_at;
        if (found == watched.end() || !times) return {};
        row.consent = found->second.consent;
        row.figures = found->second.figures;
        row.presences = std::move(found->second.presences);
        row.accredited = accredited.contains(row.person);
        return {};
      });
  if (!read && read.error().code != Code::Gone) return base::fail(read.error());
  return rows;
}

std::string handle_of(base::ViewerNumber viewer) { return fmt::format("{:016x}", viewer.value); }

Result<base::ViewerNumber> viewer_of(std::string_view handle) {
  const auto viewer = base::parse_number<std::uint64_t>(handle, 16);
  if (handle.size() != 16 || viewer.value_or(0) == 0)
    return base::fail(Code::NotFound, "There is nobody at this address.");
  return base::ViewerNumber{*viewer};
}

}  // namespace surfaces::events
