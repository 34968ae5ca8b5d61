#include "credentials/safe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "credentials/queries.h"
#include "crypto/seal.h"
#include "sql/migrate.h"

namespace credentials {
namespace {

using base::Code;
using base::Result;

constexpr std::array<std::string_view, 4> kStates{"next", "current", "retired", "ended"};
constexpr std::array<std::string_view, 2> kMade{"generated", "given"};
constexpr std::array<std::string_view, 2> kBy{"schedule", "operator"};

template <class Enum, std::size_t n>
Result<Enum> parse(const std::array<std::string_view, n>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return base::fail(Code::Corrupt, "a credential's row does not read");
  return static_cast<Enum>(found - names.begin());
}

std::string place_of(std::string_view name, std::int64_t number) {
  return fmt::format("credential/{}/{}", name, number);
}

Result<Version> read(const sql::Row& row) {
  Version version{.number = row.integer("number"),
                  .made_at = row.instant("made_at_ms"),
                  .current_at = row.maybe_instant("current_at_ms"),
                  .retired_at = row.maybe_instant("retired_at_ms"),
                  .ended_at = row.maybe_instant("ended_at_ms"),
                  .seen_at = row.maybe_instant("seen_at_ms"),
                  .introduction = row.maybe_text("introduction").value_or("")};
  ASSIGN_OR_RETURN(version.state, parse<State>(kStates, row.text("state")));
  ASSIGN_OR_RETURN(version.made, parse<Made>(kMade, row.text("made")));
  ASSIGN_OR_RETURN(version.by, parse<By>(kBy, row.text("made_by")));
  return version;
}

}  // namespace

std::string_view to_text(State state) { return kStates[static_cast<std::size_t>(state)]; }
std::string_view to_text(Made made) { return kMade[static_cast<std::size_t>(made)]; }
std::string_view to_text(By by) { return kBy[static_cast<std::size_t>(by)]; }

Result<std::unique_ptr<Safe>> Safe::open(sql::Database& keys_database, vault::KeyStore& keys,
                                         const base::Clock& clock, base::Random& random) {
  RETURN_IF_ERROR(sql::migrate(keys_database, queries::kKeysModule, clock));
  return std::unique_ptr<Safe>(new Safe(keys_database, keys, clock, random));
}

Result<crypto::SecretKey> Safe::key() { return keys_.find_or_create(vault::KeyName::service("credentials")); }

Result<std::vector<Version>> Safe::versions(std::string_view name) {
  ASSIGN_OR_RETURN(const auto rows, database_.all(queries::versions, {{"name", name}}));
  std::vector<Version> all;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(auto version, read(row));
    all.push_back(version);
  }
  return all;
}

Result<Secret> Safe::secret(std::string_view name, std::int64_t number) {
  ASSIGN_OR_RETURN(const auto row, database_.maybe(queries::sealed, {{"name", name}, {"number", number}}));
  if (!row) return base::fail(Code::NotFound, "there is no such credential");
  const auto sealed = row->maybe_text("sealed");
  if (!sealed) return base::fail(Code::Gone, "this credential has ended");
  ASSIGN_OR_RETURN(const auto sealing, key());
  ASSIGN_OR_RETURN(const auto bytes, base::from_base64(*sealed));
  ASSIGN_OR_RETURN(auto plain, crypto::open_sealed(sealing, bytes, base::as_bytes(place_of(name, number))));
  Secret secret(base::as_text(plain));
  crypto::wipe(plain);
  return secret;
}

Result<Secret> Safe::current(std::string_view name) {
  ASSIGN_OR_RETURN(const auto all, versions(name));
  const auto found = std::ranges::find(all, State::Current, &Version::state);
  if (found == all.end()) return base::fail(Code::NotFound, fmt::format("there is no {} here yet", name));
  return secret(name, found->number);
}

Result<Version> Safe::add(std::string_view name, const Secret& secret, Made made, By by) {
  ASSIGN_OR_RETURN(const auto sealing, key());
  return database_.transact([&](sql::Connection& connection) -> Result<Version> {
    ASSIGN_OR_RETURN(const auto last, connection.one(queries::last_number, {{"name", name}}));
    Version version{.number = last.integer("number") + 1, .made = made, .by = by, .made_at = clock_.now()};
    const auto sealed = crypto::seal(sealing, base::as_bytes(secret.text()),
                                     base::as_bytes(place_of(name, version.number)), random_);
    RETURN_IF_ERROR(connection.run(queries::add_version, {{"name", name},
                                                          {"number", version.number},
                                                          {"sealed", base::to_base64(sealed)},
                                                          {"made", to_text(made)},
                                                          {"made_by", to_text(by)},
                                                          {"now", version.made_at}}));
    return version;
  });
}

Result<void> Safe::take_into_use(std::string_view name, std::int64_t number,
                                 const std::string& introduction) {
  return database_.transact([&](sql::Connection& connection) -> Result<void> {
    const auto now = clock_.now();
    RETURN_IF_ERROR(connection.run(queries::retire_current, {{"name", name}, {"now", now}}));
    ASSIGN_OR_RETURN(
        const auto changed,
        connection.run(queries::take_into_use,
                       {{"name", name}, {"number", number}, {"introduction", introduction}, {"now", now}}));
    if (changed != 1) return base::fail(Code::NotFound, "there is no such next credential");
    return {};
  });
}

Result<void> Safe::mark_seen(std::string_view name, std::int64_t number) {
  RETURN_IF_ERROR(
      database_.run(queries::mark_seen, {{"name", name}, {"number", number}, {"now", clock_.now()}}));
  return {};
}

Result<void> Safe::end(std::string_view name, std::int64_t number) {
  RETURN_IF_ERROR(
      database_.run(queries::end_version, {{"name", name}, {"number", number}, {"now", clock_.now()}}));
  return {};
}

}  // namespace credentials
