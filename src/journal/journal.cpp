#include "journal/journal.h"

#include <algorithm>

#include "journal/limits.h"
#include "journal/queries.h"
#include "sql/migrate.h"

namespace journal {

using base::Code;
using base::fail;
using base::Result;

namespace {

std::string_view to_text(State state) {
  switch (state) {
    case State::Done: return "done";
    case State::Intent: return "intent";
    case State::Result: return "result";
  }
  return "";
}

State read_state(std::string_view text) {
  if (text == "intent") return State::Intent;
  return text == "result" ? State::Result : State::Done;
}

template <class Id>
Result<std::optional<Id>> read_id(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  ASSIGN_OR_RETURN(auto id, base::parse_id<Id>(*text));
  return id;
}

template <class Id>
std::optional<std::string> write_id(const std::optional<Id>& id) {
  if (!id) return std::nullopt;
  return base::to_text(*id);
}

Result<Entry> read_entry(const sql::Row& row) {
  Entry entry;
  entry.number = row.integer("number");
  entry.at = row.instant("at_ms");
  entry.state = read_state(row.text("state"));
  entry.intent = row.maybe_integer("intent");
  entry.act.kind = row.text("kind");
  if (const auto property = row.maybe_integer("property")) {
    entry.act.property = base::PropertyNumber{static_cast<std::uint32_t>(*property)};
  }
  ASSIGN_OR_RETURN(entry.act.member, read_id<base::MemberId>(row.maybe_text("member")));
  ASSIGN_OR_RETURN(entry.act.subject, read_id<SubjectToken>(row.maybe_text("subject")));
  entry.act.detail = row.text("detail");
  return entry;
}

bool is_kind_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

Result<void> check(const Act& act) {
  if (act.kind.empty() || act.kind.size() > kKindBytesMax ||
      !std::ranges::all_of(act.kind, is_kind_character)) {
    return fail(Code::Invalid, "the kind of an act is 1 to 64 of [a-z0-9_.]");
  }
  if (act.detail.size() > kDetailBytesMax) {
    return fail(Code::Invalid, "the detail of an act has at most 4096 bytes");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(sql::Database& control, const base::Clock& clock,
                                               base::Random& random) {
  RETURN_IF_ERROR(sql::migrate(control, queries::kModule, clock));
  return std::unique_ptr<Journal>{new Journal{control, clock, random}};
}

Result<ActNumber> Journal::add(sql::Connection& connection, const Act& act, State state,
                               std::optional<ActNumber> intent) {
  RETURN_IF_ERROR(check(act));
  std::optional<std::int64_t> property;
  if (act.property) property = act.property->value;
  RETURN_IF_ERROR(connection.run(queries::lock_act));
  ASSIGN_OR_RETURN(const auto row, connection.one(queries::add_act, {{"at_ms", clock_.now()},
                                                                     {"kind", act.kind},
                                                                     {"property", property},
                                                                     {"member", write_id(act.member)},
                                                                     {"subject", write_id(act.subject)},
                                                                     {"state", to_text(state)},
                                                                     {"intent", intent},
                                                                     {"detail", act.detail}}));
  return row.integer("number");
}

Result<ActNumber> Journal::record(sql::Connection& connection, const Act& act) {
  return add(connection, act, State::Done, std::nullopt);
}

Result<ActNumber> Journal::record(const Act& act) {
  return control_.transact(
      [&](sql::Connection& connection) { return add(connection, act, State::Done, std::nullopt); });
}

Result<ActNumber> Journal::begin(const Act& act) {
  return control_.transact(
      [&](sql::Connection& connection) { return add(connection, act, State::Intent, std::nullopt); });
}

Result<ActNumber> Journal::finish(ActNumber intent, const std::string& detail) {
  return control_.transact([&](sql::Connection& connection) -> Result<ActNumber> {
    RETURN_IF_ERROR(connection.run(queries::lock_act));
    ASSIGN_OR_RETURN(const auto begun, connection.maybe(queries::intent, {{"number", intent}}));
    if (!begun) return fail(Code::NotFound, "no act was begun with this number");
    ASSIGN_OR_RETURN(const auto result, connection.maybe(queries::result_of, {{"intent", intent}}));
    if (result) return result->integer("number");
    ASSIGN_OR_RETURN(auto entry, read_entry(*begun));
    entry.act.detail = detail;
    return add(connection, entry.act, State::Result, intent);
  });
}

Result<std::vector<Entry>> Journal::unfinished() {
  std::vector<Entry> entries;
  RETURN_IF_ERROR(control_.each(queries::unfinished, {}, [&](const sql::Row& row) -> Result<void> {
    ASSIGN_OR_RETURN(auto entry, read_entry(row));
    entries.push_back(std::move(entry));
    return {};
  }));
  return entries;
}

Result<std::vector<Entry>> Journal::list(const Filter& filter) {
  if (filter.count_max < 1 || filter.count_max > kListMax) {
    return fail(Code::Invalid, "1 to 10000 acts are listed at once");
  }
  std::optional<std::int64_t> property;
  if (filter.property) property = filter.property->value;
  std::vector<Entry> entries;
  RETURN_IF_ERROR(control_.each(queries::list_acts,
                                {{"after", filter.after},
                                 {"property", property},
                                 {"kind", filter.kind},
                                 {"count_max", filter.count_max}},
                                [&](const sql::Row& row) -> Result<void> {
                                  ASSIGN_OR_RETURN(auto entry, read_entry(row));
                                  entries.push_back(std::move(entry));
                                  return {};
                                }));
  return entries;
}

Result<std::int64_t> Journal::count() {
  ASSIGN_OR_RETURN(const auto row, control_.one(queries::count_acts));
  return row.integer("count");
}

}  // namespace journal
