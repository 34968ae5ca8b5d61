#include "rights/incident_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "access/door.h"
#include "access/staff_policy.h"
#include "base/contains.h"
#include "http/negotiate.h"
#include "property/registry.h"
#include "rights/body.h"
#include "rights/incident_change.h"
#include "rights/incident_clock.h"
#include "rights/incident_desk.h"
#include "rights/limits.h"
#include "rights/notification.h"
#include "rights/permissions.h"
#include "vault/vault.h"

namespace rights {
namespace {

using base::Code;
using base::Language;
using base::Result;
using nlohmann::json;
using policy::Told;

Language language_of(const http::Request& request) { return http::negotiate_language(request, Language::Nl); }

Result<Told> whom_of(const http::Request& request) {
  for (const auto whom : {Told::Controller, Told::Authority, Told::People}) {
    if (policy::to_text(whom) == request.parameter("whom")) return whom;
  }
  return base::fail(Code::NotFound, "There is nothing at this address.");
}

// ---- writing --------------------------------------------------------------------------------------------

json duty_json(const IncidentDesk& desk, const Incident& incident, const Duty& duty) {
  const auto now = desk.needs().clock.now();
  const auto& tell = desk.needs().policy.breach().tell;
  const auto promised = std::ranges::find(tell, duty.whom, &policy::BreachDuty::whom);
  return {
      {"whom", policy::to_text(duty.whom)},
      {"due", base::to_rfc3339(duty.due)},
      {"stage", to_text(incident.is_open() && duty.is_open() ? breach_stage_at(incident.aware, duty.due, now)
                                                             : BreachStage::Calm)},
      {"open", duty.is_open()},
      {"by_law", promised != tell.end() && promised->by_law},
      {"tell", duty.tell ? json(*duty.tell) : json()},
      {"decided", time_json(duty.decided)},
      {"done", time_json(duty.done)},
      {"late", duty.done ? *duty.done > duty.due : duty.is_overdue(now)},
      {"reasons", duty.reasons},
      {"exception", duty.exception},
      {"how", duty.how},
      {"late_reasons", duty.late_reasons}};
}

json row_json(const IncidentDesk& desk, const Incident& incident) {
  auto duties = json::array();
  for (const auto& duty : incident.duties) duties.push_back(duty_json(desk, incident, duty));
  return {{"incident", base::to_text(incident.id)},
          {"state", to_text(incident.state)},
          {"found", to_text(incident.finder)},
          {"risk", to_text(incident.risk)},
          {"language", base::to_text(incident.language)},
          {"opened", base::to_rfc3339(incident.opened)},
          {"aware", base::to_rfc3339(incident.aware)},
          {"closed", time_json(incident.closed)},
          {"what", incident.account.what},
          {"duties", duties}};
}

void add_account(json& out, const Incident& incident) {
  const auto& account = incident.account;
  auto clients = json::array();
  for (const auto& one : account.clients)
    clients.push_back(
        {{"name", one.name}, {"email", one.address}, {"language", base::to_text(one.language)}});
  auto letters = json::object();
  for (const auto& [language, one] : account.letters)
    letters[std::string{base::to_text(language)}] = {
        {"happened", one.happened}, {"consequences", one.consequences}, {"measures", one.measures}};
  out["from"] = time_json(incident.from);
  out["until"] = time_json(incident.until);
  out["policy"] = incident.policy_version;
  out["found_by"] = account.found_by;
  out["losses"] = account.losses;
  out["properties"] = account.reach.properties;
  out["data"] = account.reach.data;
  out["acts"] = account.reach.acts;
  out["consequences"] = account.consequences;
  out["measures_before"] = account.measures_before;
  out["measures"] = account.measures;
  out["risk_reasons"] = account.risk_reasons;
  out["remedy"] = account.remedy;
  out["policy_decision"] = account.policy_decision;
  out["clients"] = clients;
  out["letters"] = letters;
  out["people"] = account.people;
  out["reopened"] = json::array();
  for (const auto& one : account.reopened)
    out["reopened"].push_back({{"at", base::to_rfc3339(one.at)}, {"reasons", one.reasons}});
  out["texts_ended"] = time_json(incident.texts_ended);
}

class Api {
 public:
  explicit Api(IncidentDesk& desk) : desk_(desk) {}

  Result<http::Response> list(const http::Request& request, const staff::Member& by);
  Result<http::Response> choices(const http::Request& request, const staff::Member& by);
  Result<http::Response> open(const http::Request& request, const staff::Member& by);
  Result<http::Response> read(const http::Request& request, const staff::Member& by);
  Result<http::Response> change(const http::Request& request, const staff::Member& by);
  Result<http::Response> assess(const http::Request& request, const staff::Member& by);
  Result<http::Response> decide(const http::Request& request, const staff::Member& by);
  Result<http::Response> done(const http::Request& request, const staff::Member& by);
  Result<http::Response> close(const http::Request& request, const staff::Member& by);
  Result<http::Response> reopen(const http::Request& request, const staff::Member& by);
  Result<http::Response> affected(const http::Request& request, const staff::Member& by);
  Result<http::Response> people(const http::Request& request, const staff::Member& by);
  Result<http::Response> notification(const http::Request& request, const staff::Member& by);

 private:
  Result<Incident> find(const http::Request& request) const {
    ASSIGN_OR_RETURN(const auto id, request.id<IncidentId>("incident"));
    return desk_.store().find(id);
  }
  Result<http::Response> show(const Incident& incident, int status = 200) const;
  Result<json> act_json(const journal::Entry& entry, Language language) const;
  Result<json> person_json(base::PropertyNumber property, base::PersonId id) const;
  Result<json> letter_json(const LetterRow& letter) const;

  IncidentDesk& desk_;
};

Result<http::Response> Api::list(const http::Request&, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto all, desk_.store().list());
  auto out = json::array();
  for (const auto& one : all) out.push_back(row_json(desk_, one));
  return http::Response::json(out.dump());
}

/// What an incident can name: data of the policy, properties, languages, and whom the policy promises to
/// tell.
Result<http::Response> Api::choices(const http::Request& request, const staff::Member&) {
  const auto& policy = desk_.needs().policy;
  json out{{"data", json::array()},
           {"properties", json::array()},
           {"languages", json::array()},
           {"duties", json::array()},
           {"closed_with", policy.breach().closed_with}};
  for (const auto& datum : policy.data())
    out["data"].push_back({{"datum", datum.name}, {"says", datum.says.in(language_of(request))}});
  ASSIGN_OR_RETURN(const auto properties, desk_.needs().properties.all());
  for (const auto& one : properties) {
    ASSIGN_OR_RETURN(const auto title, desk_.title_of(one.number, language_of(request)));
    out["properties"].push_back({{"property", one.slug}, {"title", title}});
  }
  for (const auto language : policy.languages()) out["languages"].push_back(base::to_text(language));
  for (const auto& duty : policy.breach().tell)
    out["duties"].push_back({{"whom", policy::to_text(duty.whom)},
                             {"within", policy::to_text(duty.within)},
                             {"by_law", duty.by_law}});
  return http::Response::json(out.dump());
}

Result<http::Response> Api::show(const Incident& incident, int status) const {
  auto out = row_json(desk_, incident);
  add_account(out, incident);
  ASSIGN_OR_RETURN(out["missing"], desk_.missing(incident));
  out["reporter"] = nullptr;
  if (incident.reporter) {
    ASSIGN_OR_RETURN(out["reporter"], person_json(desk_.desk().scope(), *incident.reporter));
  }
  ASSIGN_OR_RETURN(out["letter_states"], desk_.store().letter_counts(incident.id));
  ASSIGN_OR_RETURN(out["client_states"], desk_.client_mails(incident));
  ASSIGN_OR_RETURN(const auto notices, desk_.store().notices(incident));
  out["notices"] = json::array();
  for (const auto& one : notices)
    out["notices"].push_back(
        {{"phase", one.phase},
         {"at", base::to_rfc3339(one.at)},
         {"reference", one.reference},
         {"document",
          one.document.empty() ? json() : json::parse(one.document, nullptr, /*allow_exceptions=*/false)}});
  return http::Response::json(out.dump(), status);
}

Result<http::Response> Api::open(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto given, read_body(request));
  ASSIGN_OR_RETURN(const auto said, read_change(given));
  ASSIGN_OR_RETURN(const auto incident, desk_.open_incident(said, language_of(request), by.actor()));
  return show(incident, 201);
}

Result<http::Response> Api::read(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto incident, find(request));
  RETURN_IF_ERROR(desk_.record(incident, "incident.read", by.actor()));
  return show(incident);
}

Result<http::Response> Api::change(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<IncidentId>("incident"));
  ASSIGN_OR_RETURN(const auto given, read_body(request));
  ASSIGN_OR_RETURN(const auto said, read_change(given));
  ASSIGN_OR_RETURN(const auto incident, desk_.change(id, said, by.actor()));
  return show(incident);
}

Result<http::Response> Api::assess(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<IncidentId>("incident"));
  ASSIGN_OR_RETURN(const auto given, read_body(request));
  ASSIGN_OR_RETURN(const auto name, text_of(given, "risk"));
  ASSIGN_OR_RETURN(const auto reasons, text_of(given, "reasons"));
  ASSIGN_OR_RETURN(const auto incident,
                   desk_.assess(id, parse_risk(name).value_or(Risk::Unassessed), reasons, by.actor()));
  return show(incident);
}

Result<http::Response> Api::decide(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<IncidentId>("incident"));
  ASSIGN_OR_RETURN(const auto whom, whom_of(request));
  ASSIGN_OR_RETURN(const auto given, read_body(request));
  Choice choice;
  ASSIGN_OR_RETURN(choice.tell, truth_of(given, "tell"));
  ASSIGN_OR_RETURN(choice.reasons, text_of(given, "reasons"));
  ASSIGN_OR_RETURN(choice.exception, text_of(given, "exception"));
  ASSIGN_OR_RETURN(const auto incident, desk_.decide(id, whom, choice, by.actor()));
  return show(incident);
}

Result<http::Response> Api::done(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<IncidentId>("incident"));
  ASSIGN_OR_RETURN(const auto whom, whom_of(request));
  ASSIGN_OR_RETURN(const auto given, read_body(request));
  Done done;
  ASSIGN_OR_RETURN(const auto at, time_of(given, "at"));
  done.at = at.value_or(desk_.needs().clock.now());
  ASSIGN_OR_RETURN(done.how, text_of(given, "how"));
  ASSIGN_OR_RETURN(done.late_reasons, text_of(given, "late_reasons"));
  ASSIGN_OR_RETURN(const auto phase, text_of(given, "phase"));
  if (!phase.empty()) done.phase = phase;
  ASSIGN_OR_RETURN(const auto incident, desk_.tell_done(id, whom, done, by.actor()));
  return show(incident);
}

Result<http::Response> Api::close(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<IncidentId>("incident"));
  ASSIGN_OR_RETURN(const auto incident, desk_.close(id, by.actor()));
  return show(incident);
}

Result<http::Response> Api::reopen(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<IncidentId>("incident"));
  ASSIGN_OR_RETURN(const auto given, read_body(request));
  ASSIGN_OR_RETURN(const auto reasons, text_of(given, "reasons"));
  ASSIGN_OR_RETURN(const auto incident, desk_.reopen(id, reasons, by.actor()));
  return show(incident);
}

// ---- who is affected ------------------------------------------------------------------------------------

Result<json> Api::act_json(const journal::Entry& entry, Language language) const {
  std::string slug;
  std::string title;
  if (entry.act.property) {
    ASSIGN_OR_RETURN(const auto property, desk_.needs().properties.find(*entry.act.property));
    if (property) slug = property->slug;
    ASSIGN_OR_RETURN(title, desk_.title_of(*entry.act.property, language));
  }
  ASSIGN_OR_RETURN(const auto people, touched_by(desk_.desk(), entry.act));
  std::string member;
  if (entry.act.by.member) {
    ASSIGN_OR_RETURN(member, desk_.needs().member_name(*entry.act.by.member));
  }
  return json{
      {"act", entry.number}, {"at", base::to_rfc3339(entry.at)}, {"kind", entry.act.kind}, {"property", slug},
      {"title", title},      {"whole", !people.has_value()},     {"member", member}};
}

Result<http::Response> Api::affected(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto incident, find(request));
  ASSIGN_OR_RETURN(const auto affected, desk_.affected(incident));
  RETURN_IF_ERROR(desk_.record(incident, "incident.affected_counted", by.actor()));
  json out{
      {"people", affected.people.size()},    {"records", affected.records},   {"gone", affected.gone},
      {"unreachable", affected.unreachable}, {"acts_cut", affected.acts_cut}, {"properties", json::array()},
      {"languages", json::object()},         {"data", json::array()},         {"acts", json::array()}};
  const auto language = language_of(request);
  for (const auto& one : affected.properties) {
    ASSIGN_OR_RETURN(const auto title, desk_.title_of(one.property, language));
    out["properties"].push_back(
        {{"property", one.slug}, {"title", title}, {"people", one.people}, {"whole", one.is_whole}});
  }
  for (const auto& [tag, count] : affected.languages)
    out["languages"][std::string{base::to_text(tag)}] = count;
  for (const auto& [name, count] : affected.data) {
    const auto* own = desk_.needs().policy.datum(name);
    const auto* datum = own == nullptr ? staff::staff_policy().datum(name) : own;
    out["data"].push_back({{"datum", name},
                           {"says", datum == nullptr ? name : std::string{datum->says.in(language)}},
                           {"people", count}});
  }
  for (const auto& entry : affected.acts) {
    ASSIGN_OR_RETURN(auto one, act_json(entry, language));
    out["acts"].push_back(std::move(one));
  }
  return http::Response::json(out.dump());
}

/// Empty fields for who is no more.
Result<json> Api::person_json(base::PropertyNumber property, base::PersonId id) const {
  json out{{"name", ""}, {"email", ""}};
  const auto& needs = desk_.needs();
  const auto person = needs.vault.read_fields(id);
  if (!person && (person.error().code == Code::Gone || person.error().code == Code::NotFound)) return out;
  if (!person) return base::fail(person.error());
  out["language"] = base::to_text(person->person.language);
  const bool is_staff = property == staff::kStaffScope;
  std::string name;
  for (const auto& field : person->fields) {
    const auto* declared =
        is_staff ? staff::staff_policy().field(field.name) : needs.policy.field(field.name);
    if (declared == nullptr) continue;
    if (declared->type == policy::FieldType::Name) name += (name.empty() ? "" : " ") + field.value;
    if (declared->type == policy::FieldType::Email) out["email"] = field.value;
  }
  out["name"] = name;
  return out;
}

Result<json> Api::letter_json(const LetterRow& letter) const {
  ASSIGN_OR_RETURN(auto out, person_json(letter.property, letter.person));
  ASSIGN_OR_RETURN(const auto property, desk_.needs().properties.find(letter.property));
  out["property"] = property ? property->slug : std::string{};
  out["letter"] = letter.state;
  out["at"] = letter.state.empty() ? json() : json(base::to_rfc3339(letter.at));
  return out;
}

/// With their names: those whom letters go to once that is decided, until then those who would get one.
Result<http::Response> Api::people(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto incident, find(request));
  ASSIGN_OR_RETURN(auto letters, desk_.store().letters(incident.id));
  if (letters.empty()) {
    ASSIGN_OR_RETURN(const auto affected, desk_.affected(incident));
    for (const auto& one : affected.people) letters.push_back({one.property, one.person, "", {}});
  }
  RETURN_IF_ERROR(desk_.record(incident, "incident.affected_read", by.actor()));
  json out{{"all", letters.size()}, {"people", json::array()}};
  if (letters.size() > kAffectedListed) letters.resize(kAffectedListed);
  for (const auto& letter : letters) {
    ASSIGN_OR_RETURN(auto one, letter_json(letter));
    out["people"].push_back(std::move(one));
  }
  return http::Response::json(out.dump());
}

Result<http::Response> Api::notification(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto incident, find(request));
  const auto language = base::parse_language(request.query.text("lang")).value_or(language_of(request));
  const std::string phase{request.query.text("phase")};
  if (!phase.empty() && !base::contains(kNoticePhases, phase))
    return base::fail(Code::Invalid, "phase: preliminary, supplement, complete");
  ASSIGN_OR_RETURN(const auto document,
                   make_notification(desk_, incident, phase.empty() ? kNoticePhases[0] : phase, language));
  RETURN_IF_ERROR(desk_.record(incident, "incident.notification_read", by.actor()));
  const auto name = fmt::format("incident-{}", base::to_text(incident.id));
  const auto format = request.query.text("format");
  if (format == "json") return http::Response::json(to_json(document)).as_download(name + ".json");
  if (format == "markdown")
    return http::Response::bytes("text/markdown; charset=utf-8", to_markdown(document))
        .as_download(name + ".md");
  if (!format.empty() && format != "html") return base::fail(Code::Invalid, "format: html, markdown, json");
  return http::Response::html(to_page(document)).as_download(name + ".html");
}

}  // namespace

void add_incident_api(http::Router& router, IncidentDesk& desk) {
  const auto api = std::make_shared<Api>(desk);
  staff::Door door(router, desk.needs().access);
  using Handler = Result<http::Response> (Api::*)(const http::Request&, const staff::Member&);
  const auto with = [api](Handler handler) {
    return [api, handler](http::Request& request, const staff::Member& by) {
      return (*api.*handler)(request, by);
    };
  };
  door.get("/api/v1/incidents", kHandleIncidents, with(&Api::list));
  door.post("/api/v1/incidents", kHandleIncidents, with(&Api::open));
  door.get("/api/v1/incidents/choices", kHandleIncidents, with(&Api::choices));
  door.get("/api/v1/incidents/{incident:id}", kHandleIncidents, with(&Api::read));
  door.patch("/api/v1/incidents/{incident:id}", kHandleIncidents, with(&Api::change));
  door.post("/api/v1/incidents/{incident:id}/assess", kHandleIncidents, with(&Api::assess));
  door.post("/api/v1/incidents/{incident:id}/tell/{whom}", kHandleIncidents, with(&Api::decide));
  door.post("/api/v1/incidents/{incident:id}/told/{whom}", kHandleIncidents, with(&Api::done));
  door.post("/api/v1/incidents/{incident:id}/close", kHandleIncidents, with(&Api::close));
  door.post("/api/v1/incidents/{incident:id}/reopen", kHandleIncidents, with(&Api::reopen));
  door.get("/api/v1/incidents/{incident:id}/affected", kHandleIncidents, with(&Api::affected));
  door.get("/api/v1/incidents/{incident:id}/people", kHandleIncidents, with(&Api::people));
  door.get("/api/v1/incidents/{incident:id}/notification", kHandleIncidents, with(&Api::notification));
}

}  // namespace rights
