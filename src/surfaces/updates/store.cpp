#include "surfaces/updates/store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sql/database.h"
#include "surfaces/updates/mark.h"
#include "surfaces/updates/queries.h"

namespace surfaces::updates {
namespace {

using base::Result;

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> all;
  while (!names.empty()) {
    const auto end = std::min(names.find(' '), names.size());
    all.emplace_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return all;
}

Result<base::PersonId> person_of(const sql::Row& row) {
  return base::parse_id<base::PersonId>(row.text("person"));
}

Result<std::vector<base::PersonId>> people_of(const Result<std::vector<sql::Row>>& rows) {
  if (!rows) return base::fail(rows.error());
  std::vector<base::PersonId> people;
  for (const auto& row : *rows) {
    ASSIGN_OR_RETURN(const auto person, person_of(row));
    people.push_back(person);
  }
  return people;
}

Result<std::vector<Subscription>> read_all(const Result<std::vector<sql::Row>>& rows,
                                           std::optional<base::PersonId> whose) {
  if (!rows) return base::fail(rows.error());
  std::vector<Subscription> all;
  for (const auto& row : *rows) {
    Subscription one{.person = {},
                     .name = row.text("name"),
                     .session = {},
                     .policy_version = row.text("policy_version"),
                     .since = row.instant("since_ms")};
    ASSIGN_OR_RETURN(one.session, base::parse_id<base::SessionId>(row.text("session")));
    if (whose) {
      one.person = *whose;
    } else {
      ASSIGN_OR_RETURN(one.person, person_of(row));
    }
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

Result<void> Store::add_waiting(const Waiting& waiting) {
  std::optional<std::string> instead;
  if (waiting.instead) instead = base::to_text(*waiting.instead);
  RETURN_IF_ERROR(
      control_.run(queries::add_waiting, {{"person", base::to_text(waiting.person)},
                                          {"names", fmt::format("{}", fmt::join(waiting.names, " "))},
                                          {"session", base::to_text(waiting.session)},
                                          {"instead", instead},
                                          {"expires", waiting.expires}}));
  return {};
}

Result<std::optional<Waiting>> Store::waiting_of(base::PersonId person) {
  ASSIGN_OR_RETURN(const auto row, control_.maybe(queries::waiting_of, {{"person", base::to_text(person)}}));
  if (!row) return std::optional<Waiting>{};
  Waiting waiting{.person = person,
                  .names = split(row->text("names")),
                  .session = {},
                  .instead = {},
                  .expires = row->instant("expires_ms")};
  if (!row->is_null("instead")) {
    ASSIGN_OR_RETURN(waiting.instead, base::parse_id<base::PersonId>(row->text("instead")));
  }
  ASSIGN_OR_RETURN(waiting.session, base::parse_id<base::SessionId>(row->text("session")));
  return std::optional{std::move(waiting)};
}

Result<std::vector<base::PersonId>> Store::expired(base::Instant now) {
  return people_of(control_.all(queries::expired_waiting, {{"now", now}}));
}

Result<std::vector<base::PersonId>> Store::all_waiting() {
  return people_of(control_.all(queries::all_waiting));
}

Result<void> Store::remove_waiting(base::PersonId person) {
  RETURN_IF_ERROR(control_.run(queries::delete_waiting, {{"person", base::to_text(person)}}));
  return {};
}

Result<std::vector<Subscription>> Store::of(base::PersonId person) {
  return read_all(control_.all(queries::subscriptions_of, {{"person", base::to_text(person)}}), person);
}

Result<std::vector<Subscription>> Store::of(std::string_view update, base::Instant until) {
  return read_all(control_.all(queries::subscribers_of, {{"name", update}, {"until", until}}), std::nullopt);
}

Result<std::map<std::string, std::int64_t>> Store::counts() {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::count_by_name));
  std::map<std::string, std::int64_t> counts;
  for (const auto& row : rows) counts[row.text("name")] = row.integer("people");
  return counts;
}

Result<void> Store::begin(const std::vector<Subscription>& subscriptions,
                          const std::vector<std::string>& marks) {
  return control_.transact([&](sql::Connection& connection) -> Result<void> {
    for (const auto& mark : marks) RETURN_IF_ERROR(Marks::lift(connection, mark));
    for (const auto& one : subscriptions) {
      const auto person = base::to_text(one.person);
      RETURN_IF_ERROR(connection.run(queries::delete_ended, {{"person", person}}));
      RETURN_IF_ERROR(connection.run(queries::add_subscription, {{"person", person},
                                                                 {"name", one.name},
                                                                 {"session", base::to_text(one.session)},
                                                                 {"policy_version", one.policy_version},
                                                                 {"since", one.since}}));
    }
    return {};
  });
}

Result<bool> Store::end(base::PersonId person, const std::vector<std::string>& names,
                        const std::vector<std::string>& marks, base::Instant now) {
  return control_.transact([&](sql::Connection& connection) -> Result<bool> {
    for (const auto& mark : marks) RETURN_IF_ERROR(Marks::set(connection, mark));
    const auto whose = base::to_text(person);
    for (const auto& name : names)
      RETURN_IF_ERROR(connection.run(queries::delete_subscription, {{"person", whose}, {"name", name}}));
    ASSIGN_OR_RETURN(const auto left, connection.all(queries::subscriptions_of, {{"person", whose}}));
    if (left.empty()) RETURN_IF_ERROR(connection.run(queries::add_ended, {{"person", whose}, {"now", now}}));
    return !left.empty();
  });
}

Result<std::int64_t> Store::count_marks() {
  ASSIGN_OR_RETURN(const auto row, control_.one(queries::count_marks));
  return row.integer("marks");
}

Result<std::vector<Ended>> Store::ended() {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::all_ended));
  std::vector<Ended> all;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto person, person_of(row));
    all.push_back({person, row.instant("ended_ms")});
  }
  return all;
}

Result<std::optional<base::Instant>> Store::ended_of(base::PersonId person) {
  ASSIGN_OR_RETURN(const auto row, control_.maybe(queries::ended_of, {{"person", base::to_text(person)}}));
  return row ? std::optional{row->instant("ended_ms")} : std::nullopt;
}

Result<void> Store::forget(base::PersonId person) {
  return control_.transact([&](sql::Connection& connection) -> Result<void> {
    for (const auto* query :
         {&queries::delete_waiting, &queries::delete_subscriptions, &queries::delete_ended})
      RETURN_IF_ERROR(connection.run(*query, {{"person", base::to_text(person)}}));
    return {};
  });
}

Result<void> Store::forget_everybody() {
  return control_.transact([&](sql::Connection& connection) -> Result<void> {
    for (const auto* query : {&queries::delete_all_subscriptions, &queries::delete_all_ended})
      RETURN_IF_ERROR(connection.run(*query));
    return {};
  });
}

}  // namespace surfaces::updates
