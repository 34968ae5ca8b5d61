#include "surfaces/events/people_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/contains.h"
#include "policy/policy.h"
#include "pulse/engine.h"
#include "pulse/facts.h"
#include "pulse/union.h"
#include "surfaces/events/viewings.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Result;
using nlohmann::json;

double seconds(pulse::Thousandths figure) { return static_cast<double>(figure.value) / 1000.0; }

std::string time_of(std::int64_t at_ms) { return base::to_rfc3339(base::instant_from_ms(at_ms)); }

json row_json(const PersonRow& row) {
  const auto& figures = row.figures;
  return {{"viewer", handle_of(row.viewer)},
          {"name", row.name},
          {"email", row.email},
          {"registered", base::to_rfc3339(row.registered)},
          {"first_seen", figures.seen ? json(time_of(figures.first_seen_ms)) : json()},
          {"last_seen", figures.seen ? json(time_of(figures.last_seen_ms)) : json()},
          {"active_s", seconds(figures.active_s)},
          {"open_s", seconds(figures.open_s)},
          {"share", seconds(figures.share)},
          {"consent", to_text(row.consent)}};
}

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

json sessions_json(const pulse::Snapshot& snapshot, const std::vector<pulse::IntervalRow>& intervals) {
  const auto viewings = viewings_of(snapshot.sessions());
  auto sessions = json::array();
  for (const auto& session : viewings.all) {
    sessions.push_back({{"session", base::to_text(session.session)},
                        {"opened", time_of(session.opened_ms)},
                        {"consented", session.consented},
                        {"withdrawn", session.stopped_ms == 0 ? json() : json(time_of(session.stopped_ms))},
                        {"intervals", json::array()}});
  }
  for (const auto& [session, interval] : intervals) {
    sessions[viewings.of_row[session]]["intervals"].push_back(
        {{"start", time_of(interval.start_ms)},
         {"end", time_of(interval.end_ms)},
         {"facts", interval.facts},
         {"action", (interval.facts & pulse::kFocused) != 0 ? "active" : "inactive"}});
  }
  return sessions;
}

/// Each way in which something of a person came in, once: whence, when, and on which basis it is kept.
json origins_json(const policy::Policy& policy, const vault::PersonFields& person) {
  std::vector<json> origins;
  for (const auto& field : person.fields) {
    std::vector<std::string> basis;
    for (const auto& name : field.purposes) {
      const auto* purpose = policy.purpose(name);
      if (purpose == nullptr) continue;
      std::string word{policy::to_text(purpose->basis)};
      if (!base::contains(basis, word)) basis.push_back(std::move(word));
    }
    json one = {{"source", field.source},
                {"given_on", field.given_on.empty() ? json() : json(field.given_on)},
                {"basis", basis}};
    if (std::ranges::find(origins, one) == origins.end()) origins.push_back(std::move(one));
  }
  return origins;
}

}  // namespace

Result<std::string> people_json(const std::vector<PersonRow>& rows, const Event& event, std::int64_t cells) {
  const auto from_ms = base::to_ms(event.starts);
  const auto to_ms = base::to_ms(end_of(event));
  auto people = json::array();
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto line, pulse::raster(row.presences, from_ms, to_ms, cells));
    auto one = row_json(row);
    one["line"] = base::to_base64(line);
    people.push_back(std::move(one));
  }
  return dumped(
      {{"from", time_of(from_ms)}, {"to", time_of(to_ms)}, {"cells", cells}, {"people", std::move(people)}});
}

Result<std::string> person_json(Needs& needs, const Event& event, base::PersonId person,
                                base::ViewerNumber viewer, const policy::UsePermit& use) {
  ASSIGN_OR_RETURN(auto fields, needs.vault.read_fields(person));
  PersonRow row;
  row.viewer = viewer;
  row.registered = fields.person.registered_at;

  auto sessions = json::array();
  const bool times = shows_time(needs.policy, use);
  auto snapshot = needs.engine.snapshot_of_viewer(event.property, viewer);
  if (snapshot && times) {
    ASSIGN_OR_RETURN(const auto intervals, snapshot->intervals());
    std::vector<pulse::Interval> all;
    for (const auto& one : intervals) all.push_back(one.interval);
    pulse::unite(all, row.presences);
    const auto from_ms = base::to_ms(event.starts);
    row.figures = pulse::viewer_figures(row.presences, from_ms, base::to_ms(end_of(event)),
                                        base::to_ms(event.ends) - from_ms);
    for (const auto& session : snapshot->sessions()) {
      if (session.consented || row.consent == ConsentShown::None)
        row.consent = session.consented ? ConsentShown::Given : ConsentShown::Refused;
    }
    sessions = sessions_json(*snapshot, intervals);
  } else if (!snapshot && snapshot.error().code != base::Code::NotFound &&
             snapshot.error().code != base::Code::Gone) {
    return base::fail(snapshot.error());
  }
  const bool agreed = row.consent == ConsentShown::Given;
  std::erase_if(fields.fields,
                [&](const vault::Field& field) { return !use.covers(field.data, field.purposes, agreed); });
  auto names = called(needs.policy, fields, use, agreed);
  row.name = std::move(names.name);
  row.email = std::move(names.email);
  auto out = row_json(row);
  out["fields"] = json::object();
  for (const auto& field : fields.fields) out["fields"][field.name] = field.value;
  out["origins"] = origins_json(needs.policy, fields);
  out["sessions"] = std::move(sessions);
  return dumped(out);
}

}  // namespace surfaces::events
