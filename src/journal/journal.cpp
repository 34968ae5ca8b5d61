#include "journal/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "crypto/seal.h"
#include "journal/inside.h"
#include "journal/limits.h"
#include "journal/queries.h"
#include "sql/migrate.h"

namespace journal {

using base::Code;
using base::fail;
using base::Result;

namespace {

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

Result<void> check(const Act& act) {
  if (!is_kind(act.kind)) return fail(Code::Invalid, "the kind of an act is 1 to 64 of [a-z0-9_.]");
  if (act.detail.size() > kDetailBytesMax) {
    return fail(Code::Invalid, "the detail of an act has at most 4096 bytes");
  }
  return {};
}

Result<Leaf> read_leaf(const sql::Row& row) {
  Leaf leaf{.number = row.integer("number"),
            .at = row.instant("at_ms"),
            .state = read_state(row.text("state")),
            .intent = row.maybe_integer("intent"),
            .kind = row.text("kind")};
  ASSIGN_OR_RETURN(leaf.subject, read_id<SubjectToken>(row.maybe_text("subject")));
  const auto commitment = base::from_base64(row.text("commitment"));
  if (!commitment || commitment->size() != leaf.commitment.size() || !is_kind(leaf.kind))
    return fail(Code::Corrupt, fmt::format("entry {} of the journal cannot be read", leaf.number));
  std::ranges::copy(*commitment, leaf.commitment.begin());
  return leaf;
}

/// An act as it was kept before details were sealed.
Result<Act> read_unsealed(const sql::Row& row) {
  Act act{.kind = row.text("kind"), .detail = row.text("detail")};
  if (const auto property = row.maybe_integer("property"))
    act.property = base::PropertyNumber{static_cast<std::uint32_t>(*property)};
  ASSIGN_OR_RETURN(act.by.member, read_id<base::MemberId>(row.maybe_text("member")));
  ASSIGN_OR_RETURN(act.subject, read_id<SubjectToken>(row.maybe_text("subject")));
  return act;
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(sql::Database& control, KeySource& keys,
                                               const base::Clock& clock, base::Random& random) {
  RETURN_IF_ERROR(sql::migrate(control, queries::kModule, clock));
  auto journal = std::unique_ptr<Journal>{new Journal{control, keys, clock, random}};
  RETURN_IF_ERROR(journal->seal_what_is_open());
  RETURN_IF_ERROR(journal->finish_destroying());
  return journal;
}

Result<void> Journal::seal_what_is_open() {
  ASSIGN_OR_RETURN(const auto first,
                   control_.maybe(queries::unsealed_acts, {{"after", 0}, {"count_max", 1}}));
  if (!first) return {};
  RETURN_IF_ERROR(control_.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(connection.run(queries::lock_act));
    for (ActNumber after = 0;;) {
      ASSIGN_OR_RETURN(const auto rows,
                       connection.all(queries::unsealed_acts, {{"after", after}, {"count_max", kListMax}}));
      if (rows.empty()) break;
      for (const auto& row : rows) {
        ASSIGN_OR_RETURN(const auto act, read_unsealed(row));
        ASSIGN_OR_RETURN(const auto number, add_at(connection, act, read_state(row.text("state")),
                                                   row.maybe_integer("intent"), row.instant("at_ms")));
        if (number != row.integer("number"))
          return fail(Code::Corrupt, fmt::format("entry {} of the journal is missing", number));
        after = number;
      }
    }
    RETURN_IF_ERROR(connection.run(queries::remove_unsealed_acts));
    return {};
  }));
  return control_.scrub();
}

Result<ActNumber> Journal::add(sql::Connection& connection, const Act& act, State state,
                               std::optional<ActNumber> intent) {
  RETURN_IF_ERROR(check(act));
  RETURN_IF_ERROR(connection.run(queries::lock_act));
  return add_at(connection, act, state, intent, clock_.now());
}

Result<ActNumber> Journal::add_at(sql::Connection& connection, const Act& act, State state,
                                  std::optional<ActNumber> intent, base::Instant at) {
  const Detail detail{.property = act.property,
                      .member = act.by.member,
                      .address = cut_address(act.by.address),
                      .text = act.detail};
  const auto record = encode(detail, crypto::SecretKey::draw(random_));
  ASSIGN_OR_RETURN(const auto row, connection.one(queries::add_act,
                                                  {{"at_ms", at},
                                                   {"kind", act.kind},
                                                   {"subject", write_id(act.subject)},
                                                   {"state", to_text(state)},
                                                   {"intent", intent},
                                                   {"commitment", base::to_base64(commitment_of(record))}}));
  const auto number = row.integer("number");
  const std::int64_t property = act.property.value_or(base::PropertyNumber{}).value;
  ASSIGN_OR_RETURN(const auto key_name, key_in_force(connection, property, month_of(at)));
  ASSIGN_OR_RETURN(const auto key, keys_.make_key(key_name));
  RETURN_IF_ERROR(
      connection.run(queries::add_detail, {{"number", number},
                                           {"key_name", key_name},
                                           {"property", property},
                                           {"sealed", seal_record(key, number, record, random_)}}));
  return number;
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
    KeyCache cache{keys_};
    ASSIGN_OR_RETURN(auto entry, read_entry(*begun, cache));
    entry.act.detail = detail;
    return add(connection, entry.act, State::Result, intent);
  });
}

Result<Entry> Journal::read_entry(const sql::Row& row, KeyCache& cache) {
  Entry entry;
  entry.number = row.integer("number");
  entry.at = row.instant("at_ms");
  entry.state = read_state(row.text("state"));
  entry.intent = row.maybe_integer("intent");
  entry.act.kind = row.text("kind");
  ASSIGN_OR_RETURN(entry.act.subject, read_id<SubjectToken>(row.maybe_text("subject")));
  ASSIGN_OR_RETURN(const auto record, cache.open(entry.number, row));
  if (!record) {
    entry.detail_destroyed = true;
    return entry;
  }
  ASSIGN_OR_RETURN(auto detail, parse_detail(*record));
  entry.act.property = detail.property;
  entry.act.by.member = detail.member;
  entry.act.by.address = std::move(detail.address);
  entry.act.detail = std::move(detail.text);
  return entry;
}

Result<std::vector<Entry>> Journal::unfinished() {
  std::vector<Entry> entries;
  KeyCache cache{keys_};
  RETURN_IF_ERROR(control_.each(queries::unfinished, {}, [&](const sql::Row& row) -> Result<void> {
    ASSIGN_OR_RETURN(auto entry, read_entry(row, cache));
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
  KeyCache cache{keys_};
  RETURN_IF_ERROR(control_.each(queries::list_acts,
                                {{"after", filter.after},
                                 {"property", property},
                                 {"kind", filter.kind},
                                 {"count_max", filter.count_max}},
                                [&](const sql::Row& row) -> Result<void> {
                                  ASSIGN_OR_RETURN(auto entry, read_entry(row, cache));
                                  entries.push_back(std::move(entry));
                                  return {};
                                }));
  return entries;
}

Result<std::vector<Entry>> Journal::newest(const Search& search) {
  if (search.count_max < 1 || search.count_max > kListMax)
    return fail(Code::Invalid, "1 to 10000 acts are listed at once");
  std::optional<std::int64_t> property;
  if (search.property) property = search.property->value;
  std::optional<std::string> module;
  if (search.module) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    if (!std::ranges::all_of(*search.module, is_letter)) return fail(Code::Invalid, "a module is one word");
    module = *search.module + ".%";
  }
  std::vector<Entry> entries;
  KeyCache cache{keys_};
  RETURN_IF_ERROR(control_.each(queries::newest_acts,
                                {{"before", search.before.value_or(std::numeric_limits<ActNumber>::max())},
                                 {"property", property},
                                 {"module", module},
                                 {"since", search.since},
                                 {"until", search.until},
                                 {"count_max", search.count_max}},
                                [&](const sql::Row& row) -> Result<void> {
                                  ASSIGN_OR_RETURN(auto entry, read_entry(row, cache));
                                  entries.push_back(std::move(entry));
                                  return {};
                                }));
  return entries;
}

Result<std::int64_t> Journal::count() {
  ASSIGN_OR_RETURN(const auto row, control_.one(queries::count_acts));
  return row.integer("count");
}

Result<std::vector<Leaf>> Journal::leaves(ActNumber after) {
  std::vector<Leaf> leaves;
  RETURN_IF_ERROR(control_.each(
      queries::leaves, {{"after", after}, {"count_max", kListMax}}, [&](const sql::Row& row) -> Result<void> {
        ASSIGN_OR_RETURN(auto leaf, read_leaf(row));
        const auto expected = after + std::ssize(leaves) + 1;
        if (leaf.number != expected)
          return fail(Code::Corrupt, fmt::format("entry {} of the journal is missing", expected));
        leaves.push_back(std::move(leaf));
        return {};
      }));
  return leaves;
}

Result<base::Bytes> Journal::opening(ActNumber number) {
  ASSIGN_OR_RETURN(const auto row, control_.maybe(queries::act_by_number, {{"number", number}}));
  if (!row) return fail(Code::NotFound, "there is no act of this number");
  KeyCache cache{keys_};
  ASSIGN_OR_RETURN(auto record, cache.open(number, *row));
  if (!record) return fail(Code::Gone, "the detail of this act is destroyed");
  if (base::to_base64(commitment_of(*record)) != row->text("commitment"))
    return fail(Code::Corrupt, fmt::format("the detail of entry {} is not what was committed to", number));
  return *std::move(record);
}

}  // namespace journal
