#include "vault/key_store.h"

#include "base/bytes.h"
#include "base/check.h"
#include "base/mutex.h"
#include "crypto/seal.h"
#include "sql/migrate.h"
#include "vault/limits.h"
#include "vault/queries.h"

namespace vault {

using base::Code;
using base::fail;
using base::Result;
using crypto::SecretKey;

namespace {

constexpr std::string_view kPersonPrefix = "person/";
/// A key under the master key that is never used: it opens only with the right one.
constexpr std::string_view kMark = "mark";

std::string wrap(const SecretKey& parent, std::string_view name, const SecretKey& key, base::Random& random) {
  return base::to_base64(crypto::seal(parent, key.bytes(), base::as_bytes(name), random));
}

Result<SecretKey> unwrap(const SecretKey& parent, std::string_view name, std::string_view wrapped) {
  ASSIGN_OR_RETURN(const auto sealed, base::from_base64(wrapped));
  ASSIGN_OR_RETURN(auto bytes, crypto::open_sealed(parent, sealed, base::as_bytes(name)));
  auto key = SecretKey::from_bytes(bytes);
  crypto::wipe(bytes);
  return key;
}

bool is_use(std::string_view use) {
  return !use.empty() && use.size() <= 40 && std::ranges::all_of(use, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

KeyName KeyName::property(base::PropertyNumber property) {
  return {"property/" + std::to_string(property.value), ""};
}

KeyName KeyName::person(base::PropertyNumber property, base::PersonId person) {
  return {std::string{kPersonPrefix} + base::to_text(person), KeyName::property(property).text()};
}

KeyName KeyName::service(std::string_view use) {
  CHECK(is_use(use));
  return {"service/" + std::string{use}, ""};
}

KeyName KeyName::service(base::PropertyNumber property, std::string_view use) {
  CHECK(is_use(use));
  const auto parent = KeyName::property(property);
  return {parent.text() + "/" + std::string{use}, parent.text()};
}

struct KeyStore::Inside {
  sql::Database& database;
  const base::Clock& clock;
  base::Random& random;
  base::Mutex mutex;
  SecretKey master GUARDED_BY(mutex);

  SecretKey master_key() {
    const base::Lock lock{mutex};
    return master.clone();
  }
  Result<void> check_mark();
  Result<SecretKey> find(sql::Connection& connection, const std::string& name, const std::string& parent);
  Result<SecretKey> find_parent(sql::Connection& connection, const std::string& parent);
  Result<SecretKey> find_or_create(sql::Connection& connection, const std::string& name,
                                   const std::string& parent);
};

Result<void> KeyStore::Inside::check_mark() {
  return database.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto mark, connection.maybe(queries::key_by_name, {{"name", kMark}}));
    if (mark) {
      if (unwrap(master_key(), kMark, mark->maybe_text("wrapped").value_or(""))) return {};
      return fail(Code::Denied, "this master key is not the one that the key store was made with");
    }
    ASSIGN_OR_RETURN(const auto row, connection.one(queries::count_keys));
    if (row.integer("count") != 0) return fail(Code::Corrupt, "the key store has lost its mark");
    RETURN_IF_ERROR(find_or_create(connection, std::string{kMark}, ""));
    return {};
  });
}

/// A key of the master's is below "", which has no row.
Result<SecretKey> KeyStore::Inside::find_parent(sql::Connection& connection, const std::string& parent) {
  if (parent.empty()) return master_key();
  return find(connection, parent, "");
}

Result<SecretKey> KeyStore::Inside::find(sql::Connection& connection, const std::string& name,
                                         const std::string& parent) {
  ASSIGN_OR_RETURN(const auto row, connection.maybe(queries::key_by_name, {{"name", name}}));
  if (!row) {
    // What ended takes along what was never made below it.
    if (!parent.empty()) RETURN_IF_ERROR(find_parent(connection, parent));
    return fail(Code::NotFound, "this key was never made");
  }
  const auto wrapped = row->maybe_text("wrapped");
  if (!wrapped) return fail(Code::Gone, "this key is destroyed");
  ASSIGN_OR_RETURN(const auto above, find_parent(connection, parent));
  return unwrap(above, name, *wrapped);
}

Result<SecretKey> KeyStore::Inside::find_or_create(sql::Connection& connection, const std::string& name,
                                                   const std::string& parent) {
  auto found = find(connection, name, parent);
  if (found || found.error().code != Code::NotFound) return found;
  // A property's key is made together with the first key below it.
  auto above = parent.empty() ? Result<SecretKey>{master_key()} : find_or_create(connection, parent, "");
  if (!above) return above;
  auto key = SecretKey::draw(random);
  RETURN_IF_ERROR(connection.run(queries::add_key, {{"name", name},
                                                    {"parent", parent},
                                                    {"wrapped", wrap(*above, name, key, random)},
                                                    {"at_ms", clock.now()}}));
  return key;
}

KeyStore::KeyStore(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
KeyStore::~KeyStore() = default;

Result<std::unique_ptr<KeyStore>> KeyStore::open(sql::Database& keys, SecretKey master,
                                                 const base::Clock& clock, base::Random& random) {
  RETURN_IF_ERROR(sql::migrate(keys, queries::kKeysModule, clock));
  auto inside = std::unique_ptr<Inside>{new Inside{keys, clock, random, {}, std::move(master)}};
  RETURN_IF_ERROR(inside->check_mark());
  return std::unique_ptr<KeyStore>{new KeyStore{std::move(inside)}};
}

Result<KeyState> KeyStore::state(const KeyName& name) {
  ASSIGN_OR_RETURN(const auto row, inside_->database.maybe(queries::key_by_name, {{"name", name.text()}}));
  if (!row) return KeyState::None;
  return row->text("state") == "active" ? KeyState::Active : KeyState::Destroyed;
}

Result<std::optional<std::string>> KeyStore::trace(const KeyName& name) {
  ASSIGN_OR_RETURN(const auto row, inside_->database.maybe(queries::key_by_name, {{"name", name.text()}}));
  if (!row) return std::nullopt;
  const auto wrapped = row->maybe_text("wrapped");
  if (!wrapped) return std::nullopt;
  return wrapped->substr(0, kTraceCharacters);
}

Result<SecretKey> KeyStore::find(const KeyName& name) {
  std::optional<SecretKey> key;
  RETURN_IF_ERROR(inside_->database.with_connection([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(key, inside_->find(connection, name.text(), name.parent()));
    return {};
  }));
  return *std::move(key);
}

Result<SecretKey> KeyStore::find_or_create(const KeyName& name) {
  // Most often it is there, and then nobody has to wait for a writer.
  auto found = find(name);
  if (found || found.error().code != Code::NotFound) return found;
  return inside_->database.transact([&](sql::Connection& connection) {
    return inside_->find_or_create(connection, name.text(), name.parent());
  });
}

Result<void> KeyStore::destroy(const KeyName& name) {
  RETURN_IF_ERROR(inside_->database.transact([&](sql::Connection& connection) -> Result<void> {
    const auto now = inside_->clock.now();
    RETURN_IF_ERROR(connection.run(queries::bury_key, {{"name", name.text()}, {"at_ms", now}}));
    RETURN_IF_ERROR(connection.run(queries::add_tombstone,
                                   {{"name", name.text()}, {"parent", name.parent()}, {"at_ms", now}}));
    return {};
  }));
  return inside_->database.scrub();
}

Result<void> KeyStore::each_person_key(base::PropertyNumber property,
                                       const std::function<Result<void>(base::PersonId, SecretKey)>& take) {
  const auto parent = KeyName::property(property);
  auto above = find(parent);
  if (!above && above.error().code == Code::NotFound) return {};
  if (!above) return fail(above.error());
  return inside_->database.each(
      queries::keys_below, {{"parent", parent.text()}}, [&](const sql::Row& row) -> Result<void> {
        const auto name = row.text("name");
        if (!name.starts_with(kPersonPrefix)) return {};
        ASSIGN_OR_RETURN(const auto person,
                         base::parse_id<base::PersonId>(std::string_view{name}.substr(kPersonPrefix.size())));
        ASSIGN_OR_RETURN(auto key, unwrap(*above, name, row.text("wrapped")));
        return take(person, std::move(key));
      });
}

Result<KeyGeneration> KeyStore::generation() {
  ASSIGN_OR_RETURN(const auto row, inside_->database.one(queries::key_generation));
  return KeyGeneration{.made = row.integer("made"),
                       .destroyed = row.integer("destroyed"),
                       .changed_at = base::instant_from_ms(row.integer("changed_at_ms"))};
}

Result<void> KeyStore::change_master(SecretKey master) {
  const auto old = inside_->master_key();
  RETURN_IF_ERROR(inside_->database.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto rows, connection.all(queries::keys_below, {{"parent", ""}}));
    for (const auto& row : rows) {
      const auto name = row.text("name");
      ASSIGN_OR_RETURN(const auto key, unwrap(old, name, row.text("wrapped")));
      RETURN_IF_ERROR(connection.run(
          queries::rewrap_key, {{"name", name}, {"wrapped", wrap(master, name, key, inside_->random)}}));
    }
    return {};
  }));
  {
    const base::Lock lock{inside_->mutex};
    inside_->master = std::move(master);
  }
  return inside_->database.scrub();
}

}  // namespace vault
