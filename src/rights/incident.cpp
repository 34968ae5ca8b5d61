#include "rights/incident.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "crypto/seal.h"
#include "rights/limits.h"
#include "rights/queries.h"
#include "sql/database.h"
#include "vault/key_store.h"

namespace rights {
namespace {

using base::Code;
using base::Result;
using nlohmann::json;

constexpr std::array<std::string_view, 5> kStates{"suspected", "detected", "ongoing", "halted", "concluded"};
constexpr std::array<std::string_view, 5> kRisks{"unassessed", "none", "unlikely", "some", "high"};
constexpr std::array<std::string_view, 3> kFinders{"staff", "page", "mail"};

template <class Enum, std::size_t n>
std::optional<Enum> parse(const std::array<std::string_view, n>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

std::optional<policy::Told> parse_told(std::string_view name) {
  for (const auto whom : {policy::Told::Controller, policy::Told::Authority, policy::Told::People}) {
    if (policy::to_text(whom) == name) return whom;
  }
  return std::nullopt;
}

json to_json(const Account& account) {
  auto clients = json::array();
  for (const auto& one : account.clients)
    clients.push_back({one.name, one.address, base::to_text(one.language)});
  auto letters = json::object();
  for (const auto& [language, letter] : account.letters)
    letters[std::string{base::to_text(language)}] = {letter.happened, letter.consequences, letter.measures};
  auto reopened = json::array();
  for (const auto& one : account.reopened) reopened.push_back({base::to_ms(one.at), one.reasons});
  return {{"what", account.what},
          {"found_by", account.found_by},
          {"losses", account.losses},
          {"properties", account.reach.properties},
          {"data", account.reach.data},
          {"acts", account.reach.acts},
          {"consequences", account.consequences},
          {"measures_before", account.measures_before},
          {"measures", account.measures},
          {"risk_reasons", account.risk_reasons},
          {"remedy", account.remedy},
          {"policy_decision", account.policy_decision},
          {"clients", clients},
          {"letters", letters},
          {"reopened", reopened},
          {"people", account.people},
          {"people_gone", account.people_gone}};
}

std::string to_json(const Incident& incident) {
  auto duties = json::object();
  for (const auto& duty : incident.duties)
    duties[std::string{policy::to_text(duty.whom)}] = {duty.reasons, duty.exception, duty.how,
                                                       duty.late_reasons};
  return json{{"told", to_json(incident.account)}, {"duties", duties}}.dump();
}

std::string to_json(const Notice& notice) {
  return json{{"reference", notice.reference}, {"document", notice.document}}.dump();
}

Account read_account(const json& given) {
  Account account;
  given.at("what").get_to(account.what);
  given.at("found_by").get_to(account.found_by);
  given.at("losses").get_to(account.losses);
  given.at("properties").get_to(account.reach.properties);
  given.at("data").get_to(account.reach.data);
  given.at("acts").get_to(account.reach.acts);
  given.at("consequences").get_to(account.consequences);
  given.at("measures_before").get_to(account.measures_before);
  given.at("measures").get_to(account.measures);
  given.at("risk_reasons").get_to(account.risk_reasons);
  given.at("remedy").get_to(account.remedy);
  given.at("policy_decision").get_to(account.policy_decision);
  for (const auto& one : given.at("clients")) {
    account.clients.push_back(
        {.name = one.at(0).get<std::string>(),
         .address = one.at(1).get<std::string>(),
         .language = base::parse_language(one.at(2).get<std::string>()).value_or(base::Language::Nl)});
  }
  for (const auto& [tag, one] : given.at("letters").items()) {
    if (const auto language = base::parse_language(tag))
      account.letters[*language] = {one.at(0).get<std::string>(), one.at(1).get<std::string>(),
                                    one.at(2).get<std::string>()};
  }
  // What was sealed by an earlier version has none.
  for (const auto& one : given.value("reopened", json::array()))
    account.reopened.push_back(
        {base::instant_from_ms(one.at(0).get<std::int64_t>()), one.at(1).get<std::string>()});
  given.at("people").get_to(account.people);
  given.at("people_gone").get_to(account.people_gone);
  return account;
}

/// What this program sealed itself.
Result<void> read_sealed(Incident& incident, std::string_view text) {
  try {
    const auto given = json::parse(text);
    incident.account = read_account(given.at("told"));
    for (const auto& [name, one] : given.at("duties").items()) {
      const auto whom = parse_told(name);
      auto* duty = whom ? incident.duty(*whom) : nullptr;
      if (duty == nullptr) continue;
      one.at(0).get_to(duty->reasons);
      one.at(1).get_to(duty->exception);
      one.at(2).get_to(duty->how);
      one.at(3).get_to(duty->late_reasons);
    }
    return {};
  } catch (const std::exception&) {
    return base::fail(Code::Corrupt, "the account of an incident does not read");
  }
}

}  // namespace

std::string_view to_text(IncidentState state) { return kStates[static_cast<std::size_t>(state)]; }
std::string_view to_text(Risk risk) { return kRisks[static_cast<std::size_t>(risk)]; }
std::string_view to_text(Finder finder) { return kFinders[static_cast<std::size_t>(finder)]; }
std::optional<IncidentState> parse_incident_state(std::string_view name) {
  return parse<IncidentState>(kStates, name);
}
std::optional<Risk> parse_risk(std::string_view name) { return parse<Risk>(kRisks, name); }

const Duty* Incident::duty(policy::Told whom) const {
  const auto found = std::ranges::find(duties, whom, &Duty::whom);
  return found == duties.end() ? nullptr : &*found;
}
Duty* Incident::duty(policy::Told whom) {
  const auto found = std::ranges::find(duties, whom, &Duty::whom);
  return found == duties.end() ? nullptr : &*found;
}

Incident left_of(const Incident& incident) {
  auto left = incident;
  auto& account = left.account;
  for (auto* text : {&account.what, &account.found_by, &account.risk_reasons}) text->clear();
  account.clients.clear();
  account.letters.clear();
  for (auto& one : account.reopened) one.reasons.clear();
  for (auto& duty : left.duties) {
    for (auto* text : {&duty.reasons, &duty.how, &duty.late_reasons}) text->clear();
  }
  left.reporter.reset();
  return left;
}

vault::KeyName IncidentStore::key_of(IncidentId id, bool texts_ended) const {
  return vault::KeyName::service(
      scope_, fmt::format("{}_{}", texts_ended ? "register" : "incident", base::to_text(id)));
}

Result<std::string> IncidentStore::seal(const vault::KeyName& name, IncidentId id, std::string_view plain) {
  ASSIGN_OR_RETURN(const auto key, keys_.find_or_create(name));
  return base::to_base64(
      crypto::seal(key, base::as_bytes(plain), base::as_bytes(base::to_text(id)), random_));
}

Result<std::string> IncidentStore::open_sealed(const vault::KeyName& name, IncidentId id,
                                               std::string_view sealed) {
  ASSIGN_OR_RETURN(const auto key, keys_.find(name));
  ASSIGN_OR_RETURN(const auto bytes, base::from_base64(sealed));
  ASSIGN_OR_RETURN(const auto plain, crypto::open_sealed(key, bytes, base::as_bytes(base::to_text(id))));
  return std::string{base::as_text(plain)};
}

Result<void> IncidentStore::write_duties(sql::Connection& connection, const Incident& incident) {
  for (const auto& duty : incident.duties) {
    RETURN_IF_ERROR(connection.run(queries::set_duty, {{"incident", base::to_text(incident.id)},
                                                       {"whom", policy::to_text(duty.whom)},
                                                       {"due_ms", duty.due},
                                                       {"tell", duty.tell},
                                                       {"decided_ms", duty.decided},
                                                       {"done_ms", duty.done}}));
  }
  return {};
}

Result<void> IncidentStore::add(const Incident& incident, const Together& together) {
  ASSIGN_OR_RETURN(const auto sealed, seal(key_of(incident.id, incident.texts_ended.has_value()), incident.id,
                                           to_json(incident)));
  std::optional<std::string> reporter;
  if (incident.reporter) reporter = base::to_text(*incident.reporter);
  return control_.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(connection.run(queries::insert_incident, {{"id", base::to_text(incident.id)},
                                                              {"state", to_text(incident.state)},
                                                              {"finder", to_text(incident.finder)},
                                                              {"reporter", reporter},
                                                              {"risk", to_text(incident.risk)},
                                                              {"language", base::to_text(incident.language)},
                                                              {"policy_version", incident.policy_version},
                                                              {"opened_ms", incident.opened},
                                                              {"aware_ms", incident.aware},
                                                              {"from_ms", incident.from},
                                                              {"until_ms", incident.until},
                                                              {"closed_ms", incident.closed},
                                                              {"sealed", sealed}}));
    RETURN_IF_ERROR(write_duties(connection, incident));
    return together(connection);
  });
}

Result<void> IncidentStore::update(const Incident& incident, const Together& together) {
  ASSIGN_OR_RETURN(const auto sealed, seal(key_of(incident.id, incident.texts_ended.has_value()), incident.id,
                                           to_json(incident)));
  return control_.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto changed,
                     connection.run(queries::update_incident, {{"id", base::to_text(incident.id)},
                                                               {"state", to_text(incident.state)},
                                                               {"risk", to_text(incident.risk)},
                                                               {"aware_ms", incident.aware},
                                                               {"from_ms", incident.from},
                                                               {"until_ms", incident.until},
                                                               {"closed_ms", incident.closed},
                                                               {"sealed", sealed}}));
    if (changed == 0) return base::fail(Code::NotFound, "There is no such incident.");
    RETURN_IF_ERROR(write_duties(connection, incident));
    return together(connection);
  });
}

Result<Incident> IncidentStore::read(const sql::Row& row) {
  Incident incident;
  ASSIGN_OR_RETURN(incident.id, base::parse_id<IncidentId>(row.text("id")));
  const auto state = parse_incident_state(row.text("state"));
  const auto finder = parse<Finder>(kFinders, row.text("finder"));
  const auto risk = parse_risk(row.text("risk"));
  const auto language = base::parse_language(row.text("language"));
  if (!state || !finder || !risk || !language)
    return base::fail(Code::Corrupt, "a row of table incident does not read");
  incident.state = *state;
  incident.finder = *finder;
  incident.risk = *risk;
  incident.language = *language;
  if (!row.is_null("reporter")) {
    ASSIGN_OR_RETURN(incident.reporter, base::parse_id<base::PersonId>(row.text("reporter")));
  }
  incident.policy_version = row.text("policy_version");
  incident.opened = row.instant("opened_ms");
  incident.aware = row.instant("aware_ms");
  incident.from = row.maybe_instant("from_ms");
  incident.until = row.maybe_instant("until_ms");
  incident.closed = row.maybe_instant("closed_ms");
  incident.texts_ended = row.maybe_instant("texts_ended_ms");
  ASSIGN_OR_RETURN(const auto duties,
                   control_.all(queries::duties_of, {{"incident", base::to_text(incident.id)}}));
  for (const auto& one : duties) {
    const auto whom = parse_told(one.text("whom"));
    if (!whom) return base::fail(Code::Corrupt, "a row of table incident_duty does not read");
    Duty duty{.whom = *whom,
              .due = one.instant("due_ms"),
              .tell = std::nullopt,
              .decided = one.maybe_instant("decided_ms"),
              .done = one.maybe_instant("done_ms"),
              .reasons = {},
              .exception = {},
              .how = {},
              .late_reasons = {}};
    if (!one.is_null("tell")) duty.tell = one.truth("tell");
    incident.duties.push_back(std::move(duty));
  }
  std::ranges::sort(incident.duties, {}, &Duty::whom);
  ASSIGN_OR_RETURN(const auto plain, open_sealed(key_of(incident.id, incident.texts_ended.has_value()),
                                                 incident.id, row.text("sealed")));
  RETURN_IF_ERROR(read_sealed(incident, plain));
  return incident;
}

Result<Incident> IncidentStore::find(IncidentId id) {
  ASSIGN_OR_RETURN(const auto row, control_.maybe(queries::incident_by_id, {{"id", base::to_text(id)}}));
  if (!row) return base::fail(Code::NotFound, "There is no such incident.");
  return read(*row);
}

Result<std::vector<Incident>> IncidentStore::read_all(const Result<std::vector<sql::Row>>& rows) {
  if (!rows) return base::fail(rows.error());
  std::vector<Incident> incidents;
  for (const auto& row : *rows) {
    ASSIGN_OR_RETURN(auto incident, read(row));
    incidents.push_back(std::move(incident));
  }
  return incidents;
}

Result<std::vector<Incident>> IncidentStore::list() {
  return read_all(control_.all(queries::all_incidents, {{"most", kListMax}}));
}

Result<std::vector<Incident>> IncidentStore::open_ones() {
  return read_all(control_.all(queries::open_incidents));
}

Result<std::vector<Incident>> IncidentStore::closed_before(base::Instant at) {
  return read_all(control_.all(queries::closed_incidents, {{"before", at}}));
}

Result<void> IncidentStore::end_texts(const Incident& incident, base::Instant now, const Together& together) {
  const auto old_key = key_of(incident.id, /*texts_ended=*/false);
  if (!incident.texts_ended) {
    const auto key = key_of(incident.id, /*texts_ended=*/true);
    const auto id = base::to_text(incident.id);
    ASSIGN_OR_RETURN(const auto said, notices(incident));
    ASSIGN_OR_RETURN(const auto sealed, seal(key, incident.id, to_json(left_of(incident))));
    ASSIGN_OR_RETURN(const auto nothing, seal(key, incident.id, to_json(Notice{})));
    RETURN_IF_ERROR(control_.transact([&](sql::Connection& connection) -> Result<void> {
      RETURN_IF_ERROR(connection.run(queries::end_texts, {{"id", id}, {"at", now}, {"sealed", sealed}}));
      RETURN_IF_ERROR(connection.run(queries::forget_letters_of_incident, {{"incident", id}}));
      for (const auto& one : said)
        RETURN_IF_ERROR(connection.run(queries::set_notice,
                                       {{"incident", id}, {"number", one.number}, {"sealed", nothing}}));
      return together(connection);
    }));
  }
  ASSIGN_OR_RETURN(const auto state, keys_.state(old_key));
  if (state == vault::KeyState::Destroyed) return {};
  return keys_.destroy(old_key);
}

Result<IncidentTally> IncidentStore::tally(base::Instant now) {
  ASSIGN_OR_RETURN(const auto row, control_.one(queries::incident_tally, {{"now", now}}));
  return IncidentTally{.open = row.integer("open_ones"), .overdue = row.integer("late")};
}

Result<void> IncidentStore::add_letter(sql::Connection& connection, IncidentId id, const LetterRow& letter) {
  RETURN_IF_ERROR(connection.run(queries::add_letter, {{"incident", base::to_text(id)},
                                                       {"property", letter.property.value},
                                                       {"person", base::to_text(letter.person)},
                                                       {"state", letter.state},
                                                       {"at_ms", letter.at}}));
  return {};
}

Result<void> IncidentStore::set_letter(IncidentId id, const LetterRow& letter) {
  RETURN_IF_ERROR(control_.run(queries::set_letter, {{"incident", base::to_text(id)},
                                                     {"property", letter.property.value},
                                                     {"person", base::to_text(letter.person)},
                                                     {"state", letter.state},
                                                     {"at_ms", letter.at}}));
  return {};
}

Result<std::vector<LetterRow>> IncidentStore::letters(IncidentId id) {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::letters_of, {{"incident", base::to_text(id)}}));
  std::vector<LetterRow> letters;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(row.text("person")));
    letters.push_back({{static_cast<std::uint32_t>(row.integer("property"))},
                       person,
                       row.text("state"),
                       row.instant("at_ms")});
  }
  return letters;
}

Result<std::map<std::string, std::int64_t>> IncidentStore::letter_counts(IncidentId id) {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::letter_counts, {{"incident", base::to_text(id)}}));
  std::map<std::string, std::int64_t> counts;
  for (const auto& row : rows) counts[row.text("state")] = row.integer("letters");
  return counts;
}

Result<void> IncidentStore::forget_person(base::PersonId person) {
  RETURN_IF_ERROR(control_.run(queries::forget_letters_of_person, {{"person", base::to_text(person)}}));
  RETURN_IF_ERROR(control_.run(queries::forget_reporter, {{"person", base::to_text(person)}}));
  return {};
}

Result<void> IncidentStore::forget_property(base::PropertyNumber property) {
  RETURN_IF_ERROR(control_.run(queries::forget_letters_of_property, {{"property", property.value}}));
  return {};
}

Result<void> IncidentStore::add_notice(sql::Connection& connection, IncidentId id, const Notice& notice) {
  ASSIGN_OR_RETURN(const auto sealed, seal(key_of(id, /*texts_ended=*/false), id, to_json(notice)));
  RETURN_IF_ERROR(connection.run(
      queries::add_notice,
      {{"incident", base::to_text(id)}, {"phase", notice.phase}, {"at_ms", notice.at}, {"sealed", sealed}}));
  return {};
}

Result<std::vector<Notice>> IncidentStore::notices(const Incident& incident) {
  ASSIGN_OR_RETURN(const auto rows,
                   control_.all(queries::notices_of, {{"incident", base::to_text(incident.id)}}));
  std::vector<Notice> notices;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto plain, open_sealed(key_of(incident.id, incident.texts_ended.has_value()),
                                                   incident.id, row.text("sealed")));
    const auto given = json::parse(plain, nullptr, /*allow_exceptions=*/false);
    if (!given.is_object()) return base::fail(Code::Corrupt, "a notification does not read");
    notices.push_back({row.text("phase"), row.instant("at_ms"), given.value("reference", std::string{}),
                       given.value("document", std::string{}), row.integer("number")});
  }
  return notices;
}

}  // namespace rights
