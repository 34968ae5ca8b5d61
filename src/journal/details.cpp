// The sealed details: their keys, and how they are destroyed.
#include <fmt/format.h>

#include <algorithm>

#include "crypto/seal.h"
#include "journal/inside.h"
#include "journal/queries.h"

namespace journal {

using base::Code;
using base::fail;
using base::Result;

std::string month_of(base::Instant at) {
  const auto text = base::to_rfc3339(at);
  return text.substr(0, 4) + text.substr(5, 2);
}

namespace {

std::string belongs_to(ActNumber number) { return fmt::format("journal/act/{}", number); }

Result<std::vector<std::string>> names_of(sql::Connection& connection, const sql::Query& query,
                                          std::initializer_list<sql::Param> params) {
  ASSIGN_OR_RETURN(const auto rows, connection.all(query, params));
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.text("name"));
  return names;
}

}  // namespace

std::string seal_record(const crypto::SecretKey& key, ActNumber number, base::ByteView record,
                        base::Random& random) {
  const auto place = belongs_to(number);
  return base::to_base64(crypto::seal(key, record, base::as_bytes(place), random));
}

Result<base::Bytes> open_record(const crypto::SecretKey& key, ActNumber number, std::string_view sealed) {
  const auto place = belongs_to(number);
  const auto bytes = base::from_base64(sealed);
  auto record = bytes ? crypto::open_sealed(key, *bytes, base::as_bytes(place))
                      : Result<base::Bytes>{fail(Code::Corrupt, "")};
  if (!record) return fail(Code::Corrupt, fmt::format("the detail of entry {} does not open", number));
  return record;
}

Result<const crypto::SecretKey*> Journal::KeyCache::find(const std::string& name) {
  auto at = keys.find(name);
  if (at == keys.end()) {
    auto key = source.find_key(name);
    if (!key && key.error().code != Code::Gone) return fail(std::move(key).error());
    at = keys.emplace(name, key ? std::optional{*std::move(key)} : std::nullopt).first;
  }
  return at->second ? &*at->second : nullptr;
}

Result<std::optional<base::Bytes>> Journal::KeyCache::open(ActNumber number, const sql::Row& row) {
  const auto name = row.maybe_text("key_name");
  if (!name) return std::nullopt;
  ASSIGN_OR_RETURN(const auto* key, find(*name));
  if (key == nullptr) return std::nullopt;
  ASSIGN_OR_RETURN(auto record, open_record(*key, number, row.text("sealed")));
  return record;
}

Result<std::string> Journal::key_in_force(sql::Connection& connection, std::int64_t property,
                                          const std::string& month) {
  ASSIGN_OR_RETURN(const auto known,
                   connection.maybe(queries::key_in_force, {{"property", property}, {"month", month}}));
  if (known) return known->text("name");
  ASSIGN_OR_RETURN(const auto next,
                   connection.one(queries::next_generation, {{"property", property}, {"month", month}}));
  const auto generation = next.integer("generation");
  auto name = fmt::format("journal_{}_{}_{}", property, month, generation);
  RETURN_IF_ERROR(
      connection.run(queries::add_key,
                     {{"name", name}, {"property", property}, {"month", month}, {"generation", generation}}));
  return name;
}

Result<void> Journal::reseal(sql::Connection& connection, const std::string& key_name,
                             const std::function<bool(ActNumber)>& is_doomed) {
  ASSIGN_OR_RETURN(const auto about, connection.one(queries::key_by_name, {{"name", key_name}}));
  ASSIGN_OR_RETURN(const auto rows, connection.all(queries::details_of_key, {{"key_name", key_name}}));
  const auto goes = [&](const sql::Row& row) {
    return !row.truth("is_open") && is_doomed(row.integer("number"));
  };
  // Only intents that are not finished: the key has to wait with them.
  if (!rows.empty() && std::ranges::none_of(rows, goes)) return {};
  RETURN_IF_ERROR(connection.run(queries::set_key_state, {{"name", key_name}, {"state", "ending"}}));
  if (std::ranges::all_of(rows, goes)) {
    for (const auto& row : rows)
      RETURN_IF_ERROR(connection.run(queries::remove_detail, {{"number", row.integer("number")}}));
    return {};
  }
  ASSIGN_OR_RETURN(const auto old_key, keys_.find_key(key_name));
  ASSIGN_OR_RETURN(const auto new_name,
                   key_in_force(connection, about.integer("property"), about.text("month")));
  ASSIGN_OR_RETURN(const auto new_key, keys_.make_key(new_name));
  for (const auto& row : rows) {
    const auto number = row.integer("number");
    if (goes(row)) {
      RETURN_IF_ERROR(connection.run(queries::remove_detail, {{"number", number}}));
      continue;
    }
    ASSIGN_OR_RETURN(const auto record, open_record(old_key, number, row.text("sealed")));
    RETURN_IF_ERROR(
        connection.run(queries::reseal_detail, {{"number", number},
                                                {"key_name", new_name},
                                                {"sealed", seal_record(new_key, number, record, random_)}}));
  }
  return {};
}

Result<void> Journal::destroy(
    const std::function<Result<std::vector<std::string>>(sql::Connection&)>& choose_keys,
    const std::function<bool(ActNumber)>& is_doomed) {
  RETURN_IF_ERROR(control_.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(connection.run(queries::lock_act));
    ASSIGN_OR_RETURN(const auto names, choose_keys(connection));
    for (const auto& name : names) RETURN_IF_ERROR(reseal(connection, name, is_doomed));
    return {};
  }));
  return finish_destroying();
}

Result<void> Journal::finish_destroying() {
  std::vector<std::string> names;
  RETURN_IF_ERROR(control_.each(queries::keys_ending, {}, [&](const sql::Row& row) -> Result<void> {
    names.push_back(row.text("name"));
    return {};
  }));
  if (names.empty()) return {};
  for (const auto& name : names) RETURN_IF_ERROR(keys_.destroy_key(name));
  // Sealed rows that are gone leave no copy behind either. What is marked below was scrubbed.
  RETURN_IF_ERROR(control_.scrub());
  for (const auto& name : names)
    RETURN_IF_ERROR(control_.run(queries::set_key_state, {{"name", name}, {"state", "destroyed"}}));
  return {};
}

Result<void> Journal::destroy_details_of(base::PropertyNumber property) {
  return destroy(
      [&](sql::Connection& connection) {
        return names_of(connection, queries::keys_of_property, {{"property", property.value}});
      },
      [](ActNumber) { return true; });
}

Result<void> Journal::destroy_details_before(base::Instant end) {
  const auto month = month_of(end);
  return destroy(
      [&](sql::Connection& connection) {
        return names_of(connection, queries::keys_before, {{"month", month}});
      },
      [](ActNumber) { return true; });
}

Result<void> Journal::destroy_details(const std::set<ActNumber>& numbers) {
  return destroy(
      [&](sql::Connection& connection) -> Result<std::vector<std::string>> {
        std::set<std::string> names;
        for (const auto number : numbers) {
          ASSIGN_OR_RETURN(const auto row, connection.maybe(queries::key_of_detail, {{"number", number}}));
          if (row) names.insert(row->text("key_name"));
        }
        return std::vector<std::string>{names.begin(), names.end()};
      },
      [&](ActNumber number) { return numbers.contains(number); });
}

}  // namespace journal
