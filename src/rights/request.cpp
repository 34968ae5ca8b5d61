#include "rights/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <nlohmann/json.hpp>

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

constexpr std::array<std::string_view, 5> kStates{"received", "waiting", "identified", "decided", "closed"};
constexpr std::array<std::string_view, 4> kChannels{"page", "own_page", "mail", "hand"};

vault::KeyName key_of(base::PropertyNumber scope, RequestId id) {
  return vault::KeyName::service(scope, fmt::format("request_{}", base::to_text(id)));
}

std::string to_json(const Details& details) {
  auto subjects = json::array();
  for (const auto& one : details.subjects)
    subjects.push_back({one.property.value, base::to_text(one.person)});
  return json{{"subjects", subjects},
              {"missing", details.missing},
              {"organisation", details.organisation},
              {"organisation_address", details.organisation_address},
              {"reasons", details.reasons},
              {"extension_reasons", details.extension_reasons},
              {"purposes", details.purposes},
              {"proof_type", details.proof_type},
              {"certificates", details.certificates}}
      .dump();
}

/// What this program sealed itself.
Result<Details> from_json(std::string_view text) {
  try {
    const auto given = json::parse(text);
    Details details;
    for (const auto& one : given.at("subjects")) {
      ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(one.at(1).get<std::string>()));
      details.subjects.push_back({{one.at(0).get<std::uint32_t>()}, person});
    }
    given.at("missing").get_to(details.missing);
    given.at("organisation").get_to(details.organisation);
    given.at("organisation_address").get_to(details.organisation_address);
    given.at("reasons").get_to(details.reasons);
    given.at("extension_reasons").get_to(details.extension_reasons);
    given.at("purposes").get_to(details.purposes);
    given.at("proof_type").get_to(details.proof_type);
    given.at("certificates").get_to(details.certificates);
    return details;
  } catch (const std::exception&) {
    return base::fail(Code::Corrupt, "the details of a request do not read");
  }
}

template <std::size_t n>
std::optional<std::size_t> place_of(const std::array<std::string_view, n>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

std::int64_t stored(base::ViewerNumber viewer) { return std::bit_cast<std::int64_t>(viewer.value); }

}  // namespace

std::string_view to_text(State state) { return kStates[static_cast<std::size_t>(state)]; }
std::string_view to_text(Channel channel) { return kChannels[static_cast<std::size_t>(channel)]; }
std::optional<State> parse_state(std::string_view name) {
  const auto place = place_of(kStates, name);
  return place ? std::optional{static_cast<State>(*place)} : std::nullopt;
}
std::optional<Channel> parse_channel(std::string_view name) {
  const auto place = place_of(kChannels, name);
  return place ? std::optional{static_cast<Channel>(*place)} : std::nullopt;
}

Result<std::string> Store::seal(const Request& request) {
  ASSIGN_OR_RETURN(const auto key, keys_.find_or_create(key_of(scope_, request.id)));
  return base::to_base64(crypto::seal(key, base::as_bytes(to_json(request.details)),
                                      base::as_bytes(base::to_text(request.id)), random_));
}

Result<void> Store::add(const Request& request) {
  ASSIGN_OR_RETURN(const auto sealed, seal(request));
  RETURN_IF_ERROR(control_.run(queries::insert_request, {{"id", base::to_text(request.id)},
                                                         {"person", base::to_text(request.person)},
                                                         {"right_name", request.right},
                                                         {"state", to_text(request.state)},
                                                         {"channel", to_text(request.channel)},
                                                         {"language", base::to_text(request.language)},
                                                         {"policy_version", request.policy_version},
                                                         {"received_ms", request.received},
                                                         {"due_ms", request.due},
                                                         {"extended_ms", request.extended},
                                                         {"paused_ms", request.paused},
                                                         {"identified_ms", request.identified},
                                                         {"identified_by", request.identified_by},
                                                         {"decided_ms", request.decided},
                                                         {"granted", request.granted},
                                                         {"answer_until_ms", request.answer_until},
                                                         {"restricts", request.restricts},
                                                         {"sealed", sealed}}));
  return {};
}

Result<void> Store::update(const Request& request) {
  ASSIGN_OR_RETURN(const auto state, keys_.state(key_of(scope_, request.id)));
  std::string sealed;
  if (state != vault::KeyState::Destroyed) {
    ASSIGN_OR_RETURN(sealed, seal(request));
  }
  ASSIGN_OR_RETURN(const auto changed,
                   control_.run(queries::update_request, {{"id", base::to_text(request.id)},
                                                          {"right_name", request.right},
                                                          {"state", to_text(request.state)},
                                                          {"due_ms", request.due},
                                                          {"extended_ms", request.extended},
                                                          {"paused_ms", request.paused},
                                                          {"identified_ms", request.identified},
                                                          {"identified_by", request.identified_by},
                                                          {"decided_ms", request.decided},
                                                          {"granted", request.granted},
                                                          {"answer_until_ms", request.answer_until},
                                                          {"restricts", request.restricts},
                                                          {"sealed", sealed}}));
  if (changed == 0) return base::fail(Code::NotFound, "There is no such request.");
  return {};
}

Result<Request> Store::read(const sql::Row& row) {
  Request request;
  ASSIGN_OR_RETURN(request.id, base::parse_id<RequestId>(row.text("id")));
  ASSIGN_OR_RETURN(request.person, base::parse_id<base::PersonId>(row.text("person")));
  const auto state = parse_state(row.text("state"));
  const auto channel = parse_channel(row.text("channel"));
  const auto language = base::parse_language(row.text("language"));
  if (!state || !channel || !language)
    return base::fail(Code::Corrupt, "a row of table request does not read");
  request.right = row.text("right_name");
  request.state = *state;
  request.channel = *channel;
  request.language = *language;
  request.policy_version = row.text("policy_version");
  request.received = row.instant("received_ms");
  request.due = row.instant("due_ms");
  request.extended = row.maybe_instant("extended_ms");
  request.paused = row.maybe_instant("paused_ms");
  request.identified = row.maybe_instant("identified_ms");
  request.identified_by = row.text("identified_by");
  request.decided = row.maybe_instant("decided_ms");
  if (!row.is_null("granted")) request.granted = row.truth("granted");
  request.answer_until = row.maybe_instant("answer_until_ms");
  request.restricts = row.truth("restricts");
  const auto sealed = row.text("sealed");
  if (sealed.empty()) return request;
  const auto key = keys_.find(key_of(scope_, request.id));
  if (!key && key.error().code == Code::Gone) return request;
  if (!key) return base::fail(key.error());
  ASSIGN_OR_RETURN(const auto bytes, base::from_base64(sealed));
  ASSIGN_OR_RETURN(const auto plain,
                   crypto::open_sealed(*key, bytes, base::as_bytes(base::to_text(request.id))));
  ASSIGN_OR_RETURN(request.details, from_json(base::as_text(plain)));
  return request;
}

Result<Request> Store::find(RequestId id) {
  ASSIGN_OR_RETURN(const auto row, control_.maybe(queries::request_by_id, {{"id", base::to_text(id)}}));
  if (!row) return base::fail(Code::NotFound, "There is no such request.");
  return read(*row);
}

Result<Request> Store::of_person(base::PersonId person) {
  ASSIGN_OR_RETURN(const auto row,
                   control_.maybe(queries::request_by_person, {{"person", base::to_text(person)}}));
  if (!row) return base::fail(Code::NotFound, "There is no such request.");
  return read(*row);
}

Result<bool> Store::has_written(base::PersonId person) {
  ASSIGN_OR_RETURN(const auto row, control_.one(queries::times_written, {{"person", base::to_text(person)}}));
  return row.integer("times") > 0;
}

Result<std::vector<Request>> Store::list() {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::all_requests, {{"most", kListMax}}));
  std::vector<Request> requests;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(auto request, read(row));
    requests.push_back(std::move(request));
  }
  return requests;
}

Result<Tally> Store::tally(base::Instant now) {
  ASSIGN_OR_RETURN(const auto row, control_.one(queries::tally, {{"now", now}}));
  return Tally{.open = row.integer("waiting"), .overdue = row.maybe_integer("late").value_or(0)};
}

Result<void> Store::forget_details(RequestId id) {
  RETURN_IF_ERROR(keys_.destroy(key_of(scope_, id)));
  ASSIGN_OR_RETURN(auto request, find(id));
  return update(request);
}

Result<void> Store::restrict(const Request& request, const Subject& subject, base::ViewerNumber viewer,
                             base::Instant now) {
  RETURN_IF_ERROR(control_.run(queries::insert_restriction, {{"request", base::to_text(request.id)},
                                                             {"property", subject.property.value},
                                                             {"person", base::to_text(subject.person)},
                                                             {"viewer", stored(viewer)},
                                                             {"since_ms", now}}));
  return {};
}

Result<void> Store::lift(RequestId id, base::Instant now) {
  RETURN_IF_ERROR(control_.run(queries::lift_restriction, {{"request", base::to_text(id)}, {"now", now}}));
  return {};
}

Result<void> Store::forget_person(base::PersonId person) {
  RETURN_IF_ERROR(control_.run(queries::forget_person, {{"person", base::to_text(person)}}));
  return {};
}

Result<void> Store::forget_property(base::PropertyNumber property) {
  RETURN_IF_ERROR(control_.run(queries::forget_property, {{"property", property.value}}));
  return {};
}

Result<bool> Store::is_restricted(base::PersonId person) {
  ASSIGN_OR_RETURN(const auto row,
                   control_.one(queries::person_restricted, {{"person", base::to_text(person)}}));
  return row.integer("count") > 0;
}

Result<bool> Store::is_restricted(base::PropertyNumber property, base::ViewerNumber viewer) {
  if (!viewer) return false;
  ASSIGN_OR_RETURN(const auto row, control_.one(queries::viewer_restricted,
                                                {{"property", property.value}, {"viewer", stored(viewer)}}));
  return row.integer("count") > 0;
}

}  // namespace rights
