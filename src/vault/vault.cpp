#include "vault/vault.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "policy/permit.h"
#include "sql/migrate.h"
#include "vault/limits.h"
#include "vault/queries.h"
#include "vault/sealing.h"

namespace vault {

using base::Code;
using base::fail;
using base::PersonId;
using base::PropertyNumber;
using base::Result;
using base::ViewerNumber;
using crypto::SecretKey;

namespace {

/// The keys of a property that indexes are made with.
constexpr std::string_view kMailIndex = "mail_index";
constexpr std::string_view kLinkIndex = "link_index";
constexpr std::string_view kViewerIndex = "viewer_index";

std::string index_of(const SecretKey& key, std::string_view value) {
  return base::to_base64(crypto::hmac_sha256(key, base::as_bytes(value)));
}

std::string viewer_bytes(ViewerNumber viewer) {
  std::string bytes(sizeof viewer.value, '\0');
  std::memcpy(bytes.data(), &viewer.value, sizeof viewer.value);
  return bytes;
}

std::string join(const std::vector<std::string>& names) {
  std::string joined;
  for (const auto& name : names) joined += (joined.empty() ? "" : " ") + name;
  return joined;
}

std::vector<std::string> split(std::string_view joined) {
  std::vector<std::string> names;
  while (!joined.empty()) {
    const auto end = std::min(joined.find(' '), joined.size());
    names.emplace_back(joined.substr(0, end));
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
  return names;
}

Result<void> check(const NewField& field) {
  if (field.permit.field().size() > kFieldNameBytesMax) {
    return fail(Code::TooLarge, "the name of a field has at most 64 bytes");
  }
  if (field.value.size() > kFieldBytesMax) {
    return fail(Code::TooLarge, "field " + field.permit.field() + " has at most 16384 bytes");
  }
  return {};
}

Result<void> check(std::span<const NewField> fields) {
  if (fields.size() > kFieldsPerPersonMax) return fail(Code::TooLarge, "a person has at most 100 fields");
  std::unordered_set<std::string_view> names;
  bool is_findable = false;
  for (const auto& field : fields) {
    RETURN_IF_ERROR(check(field));
    if (!names.insert(field.permit.field()).second) {
      return fail(Code::Invalid, "field " + field.permit.field() + " is given twice");
    }
    if (field.findable == Findable::ByMail && is_findable) {
      return fail(Code::Invalid, "a person is found by one e-mail address");
    }
    is_findable = is_findable || field.findable == Findable::ByMail;
  }
  return {};
}

Result<Field> open_field(const SecretKey& key, PersonId person, const sql::Row& row) {
  Field field;
  field.name = row.text("name");
  field.data = row.text("data");
  field.purposes = split(row.text("purposes"));
  field.policy_version = row.text("policy_version");
  field.stored_at = row.instant("stored_at_ms");
  ASSIGN_OR_RETURN(field.value,
                   unseal(key, row.text("sealed"), field_place(person, field.name, field.policy_version)));
  return field;
}

Result<ViewerNumber> open_viewer(const SecretKey& key, PersonId person, PropertyNumber property,
                                 std::string_view sealed) {
  ASSIGN_OR_RETURN(const auto bytes, unseal(key, sealed, viewer_place(person, property)));
  if (bytes.size() != sizeof(std::uint64_t)) return fail(Code::Corrupt, "a viewer number has another size");
  return ViewerNumber{base::load_le<std::uint64_t>(base::as_bytes(bytes).data())};
}

/// `row` has registered_at_ms, language and viewer.
Result<Person> open_person(const SecretKey& key, PersonId id, PropertyNumber property, const sql::Row& row) {
  Person person;
  person.id = id;
  person.property = property;
  person.registered_at = row.instant("registered_at_ms");
  person.language = base::parse_language(row.text("language")).value_or(base::Language::Nl);
  if (const auto sealed = row.maybe_text("viewer")) {
    ASSIGN_OR_RETURN(person.viewer, open_viewer(key, id, property, *sealed));
  }
  return person;
}

}  // namespace

const std::string* PersonFields::find(std::string_view name) const {
  const auto at = std::ranges::find(fields, name, &Field::name);
  return at == fields.end() ? nullptr : &at->value;
}

/// Who somebody is, with the key that opens their fields.
struct Known {
  PropertyNumber property;
  SecretKey key;
};

struct Vault::Inside {
  sql::Database& database;
  KeyStore& keys;
  const base::Clock& clock;
  base::Random& random;

  using KeysByPerson = std::unordered_map<PersonId, SecretKey>;

  Result<Known> know(PersonId person);
  /// Why there is no row of a person: they were never there, or are erased.
  Result<void> explain_missing(PersonId person);
  Result<sql::Row> find_row(sql::Connection& connection, PersonId person);
  Result<std::optional<SecretKey>> find_service(PropertyNumber property, std::string_view use);
  Result<std::optional<PersonId>> find_indexed(const sql::Query& query, std::string_view column,
                                               PropertyNumber property, std::string_view use,
                                               std::string_view value);

  Result<void> insert(sql::Connection& connection, PersonId person, PropertyNumber property,
                      const SecretKey& key, const NewField& field);
  Result<void> insert_viewer(sql::Connection& connection, PersonId person, PropertyNumber property,
                             const SecretKey& key, ViewerNumber viewer);
  Result<void> check_room(sql::Connection& connection, const NewPerson& person);
  Result<std::string> mail_index(PropertyNumber property, std::string_view address);
  Result<void> delete_rows(PersonId person);

  Result<std::vector<Person>> people_of(PropertyNumber property, const KeysByPerson& by_person);
  Result<KeysByPerson> keys_of(PropertyNumber property);
};

Result<void> Vault::Inside::explain_missing(PersonId person) {
  ASSIGN_OR_RETURN(const auto state, keys.state(KeyName::person({}, person)));
  if (state == KeyState::Destroyed) return fail(Code::Gone, "this person is erased");
  return fail(Code::NotFound, "there is no such person");
}

Result<sql::Row> Vault::Inside::find_row(sql::Connection& connection, PersonId person) {
  ASSIGN_OR_RETURN(auto row, connection.maybe(queries::person_by_id, {{"person", base::to_text(person)}}));
  if (!row) RETURN_IF_ERROR(explain_missing(person));
  return *std::move(row);
}

Result<Known> Vault::Inside::know(PersonId person) {
  ASSIGN_OR_RETURN(const auto row,
                   database.maybe(queries::person_by_id, {{"person", base::to_text(person)}}));
  if (!row) RETURN_IF_ERROR(explain_missing(person));
  const PropertyNumber property{static_cast<std::uint32_t>(row->integer("property"))};
  ASSIGN_OR_RETURN(auto key, keys.find(KeyName::person(property, person)));
  return Known{property, std::move(key)};
}

/// None for a property that has none yet.
Result<std::optional<SecretKey>> Vault::Inside::find_service(PropertyNumber property, std::string_view use) {
  auto key = keys.find(KeyName::service(property, use));
  if (!key && key.error().code == Code::NotFound) return std::nullopt;
  if (!key) return fail(key.error());
  return *std::move(key);
}

/// A keyed index is looked up, and whoever it finds has to be there still: an erasure that was interrupted
/// has left the row but not the key.
Result<std::optional<PersonId>> Vault::Inside::find_indexed(const sql::Query& query, std::string_view column,
                                                            PropertyNumber property, std::string_view use,
                                                            std::string_view value) {
  ASSIGN_OR_RETURN(const auto key, find_service(property, use));
  if (!key) return std::nullopt;
  ASSIGN_OR_RETURN(const auto row,
                   database.maybe(query, {{"property", property.value}, {column, index_of(*key, value)}}));
  if (!row) return std::nullopt;
  ASSIGN_OR_RETURN(const auto person, base::parse_id<PersonId>(row->text("person")));
  ASSIGN_OR_RETURN(const auto state, keys.state(KeyName::person(property, person)));
  if (state != KeyState::Active) return std::nullopt;
  return person;
}

Result<std::string> Vault::Inside::mail_index(PropertyNumber property, std::string_view address) {
  ASSIGN_OR_RETURN(const auto normal, normalise_mail(address));
  ASSIGN_OR_RETURN(const auto key, keys.find_or_create(KeyName::service(property, kMailIndex)));
  return index_of(key, normal);
}

Vault::Vault(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Vault::~Vault() = default;

Result<std::unique_ptr<Vault>> Vault::open(const VaultNeeds& needs) {
  RETURN_IF_ERROR(sql::migrate(needs.database, queries::kModule, needs.clock));
  return std::unique_ptr<Vault>{
      new Vault{std::unique_ptr<Inside>{new Inside{needs.database, needs.keys, needs.clock, needs.random}}}};
}

// --- A person comes
// ------------------------------------------------------------------------------------------

/// Requires: the person's row is there, and `connection` is in a transaction.
Result<void> Vault::Inside::insert(sql::Connection& connection, PersonId person, PropertyNumber property,
                                   const SecretKey& key, const NewField& field) {
  const auto& permit = field.permit;
  const auto id = base::to_text(person);
  const auto place = field_place(person, permit.field(), permit.policy_version());
  RETURN_IF_ERROR(connection.run(queries::add_field, {{"person", id},
                                                      {"name", permit.field()},
                                                      {"data", permit.data()},
                                                      {"purposes", join(permit.purposes())},
                                                      {"policy_version", permit.policy_version()},
                                                      {"sealed", seal(key, field.value, place, random)},
                                                      {"at_ms", clock.now()}}));
  RETURN_IF_ERROR(connection.run(queries::remove_mail_of_field, {{"person", id}, {"field", permit.field()}}));
  if (field.findable == Findable::No) return {};
  RETURN_IF_ERROR(connection.run(queries::remove_mail, {{"person", id}}));
  ASSIGN_OR_RETURN(const auto index, mail_index(property, field.value));
  const auto added = connection.run(
      queries::add_mail,
      {{"property", property.value}, {"mail", index}, {"person", id}, {"field", permit.field()}});
  if (!added && added.error().code == Code::Conflict) {
    return fail(Code::Conflict, "this e-mail address is registered already");
  }
  if (!added) return fail(added.error());
  return {};
}

Result<void> Vault::Inside::insert_viewer(sql::Connection& connection, PersonId person,
                                          PropertyNumber property, const SecretKey& key,
                                          ViewerNumber viewer) {
  const auto bytes = viewer_bytes(viewer);
  ASSIGN_OR_RETURN(const auto index_key, keys.find_or_create(KeyName::service(property, kViewerIndex)));
  RETURN_IF_ERROR(connection.run(queries::add_viewer,
                                 {{"property", property.value},
                                  {"number", index_of(index_key, bytes)},
                                  {"person", base::to_text(person)},
                                  {"sealed", seal(key, bytes, viewer_place(person, property), random)}}));
  return {};
}

Result<void> Vault::Inside::check_room(sql::Connection& connection, const NewPerson& person) {
  if (!person.capacity) return {};
  ASSIGN_OR_RETURN(const auto row,
                   connection.one(queries::count_people, {{"property", person.property.value}}));
  if (row.integer("count") >= *person.capacity) return fail(Code::Conflict, "there is no place left");
  return {};
}

Result<PersonId> Vault::create(const NewPerson& person) {
  RETURN_IF_ERROR(check(person.fields));
  // Somebody who cannot be taken in gets no key, so that a full event leaves no tombstones.
  RETURN_IF_ERROR(inside_->database.with_connection(
      [&](sql::Connection& connection) { return inside_->check_room(connection, person); }));
  for (const auto& field : person.fields) {
    if (field.findable == Findable::No) continue;
    ASSIGN_OR_RETURN(const auto other, find_by_mail(person.property, field.value));
    if (other) return fail(Code::Conflict, "this e-mail address is registered already");
  }
  const auto id = PersonId::draw(inside_->random);
  const auto name = KeyName::person(person.property, id);
  // Made outside of the transaction: the keys are another database.
  ASSIGN_OR_RETURN(const auto key, inside_->keys.find_or_create(name));
  auto stored = inside_->database.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(inside_->check_room(connection, person));
    RETURN_IF_ERROR(connection.run(queries::add_person, {{"person", base::to_text(id)},
                                                         {"property", person.property.value},
                                                         {"at_ms", inside_->clock.now()},
                                                         {"language", base::to_text(person.language)}}));
    for (const auto& field : person.fields) {
      RETURN_IF_ERROR(inside_->insert(connection, id, person.property, key, field));
    }
    return inside_->insert_viewer(connection, id, person.property, key, draw_viewer(inside_->random));
  });
  if (!stored) {
    // The key opens nothing; whether it is gone now or stays unused makes no difference to the caller.
    static_cast<void>(inside_->keys.destroy(name));
    return fail(stored.error());
  }
  // The property may have been erased in between; then these rows came too late to be deleted with it.
  ASSIGN_OR_RETURN(const auto state, inside_->keys.state(name));
  if (state != KeyState::Active) {
    RETURN_IF_ERROR(inside_->delete_rows(id));
    return fail(Code::Gone, "this property is erased");
  }
  return id;
}

// --- A person is found
// ---------------------------------------------------------------------------------------

Result<Person> Vault::find(PersonId person) {
  ASSIGN_OR_RETURN(const auto known, inside_->know(person));
  std::optional<Person> found;
  RETURN_IF_ERROR(inside_->database.with_connection([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto row, inside_->find_row(connection, person));
    ASSIGN_OR_RETURN(found, open_person(known.key, person, known.property, row));
    return {};
  }));
  return *std::move(found);
}

Result<std::optional<PersonId>> Vault::find_by_mail(PropertyNumber property, std::string_view address) {
  ASSIGN_OR_RETURN(const auto normal, normalise_mail(address));
  return inside_->find_indexed(queries::person_by_mail, "mail", property, kMailIndex, normal);
}

Result<std::int64_t> Vault::count(PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto row,
                   inside_->database.one(queries::count_people, {{"property", property.value}}));
  return row.integer("count");
}

Result<std::string> Vault::link(PersonId person) {
  ASSIGN_OR_RETURN(const auto known, inside_->know(person));
  ASSIGN_OR_RETURN(const auto index_key,
                   inside_->keys.find_or_create(KeyName::service(known.property, kLinkIndex)));
  const auto id = base::to_text(person);
  return inside_->database.transact([&](sql::Connection& connection) -> Result<std::string> {
    RETURN_IF_ERROR(inside_->find_row(connection, person));
    ASSIGN_OR_RETURN(const auto row, connection.maybe(queries::link_of_person, {{"person", id}}));
    if (row) return unseal(known.key, row->text("sealed"), link_place(person));
    base::Bytes bytes(kLinkTokenBytes);
    inside_->random.fill(bytes);
    const auto token = base::to_base64url(bytes);
    RETURN_IF_ERROR(connection.run(
        queries::add_link, {{"property", known.property.value},
                            {"token", index_of(index_key, token)},
                            {"person", id},
                            {"sealed", seal(known.key, token, link_place(person), inside_->random)}}));
    return token;
  });
}

Result<std::optional<PersonId>> Vault::person_of_link(PropertyNumber property, std::string_view token) {
  if (token.size() != kLinkTokenCharacters) return std::nullopt;
  auto found = inside_->find_indexed(queries::person_by_link, "token", property, kLinkIndex, token);
  if (!found && found.error().code == Code::Gone) return std::nullopt;
  return found;
}

Result<ViewerNumber> Vault::viewer_number(PersonId person, PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto known, inside_->know(person));
  const auto find_number = [&](sql::Connection& connection) -> Result<ViewerNumber> {
    ASSIGN_OR_RETURN(const auto row,
                     connection.maybe(queries::viewer_of_person,
                                      {{"person", base::to_text(person)}, {"property", property.value}}));
    if (!row) return ViewerNumber{};
    return open_viewer(known.key, person, property, row->text("sealed"));
  };
  ViewerNumber viewer;
  RETURN_IF_ERROR(inside_->database.with_connection([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(viewer, find_number(connection));
    return {};
  }));
  if (viewer) return viewer;
  return inside_->database.transact([&](sql::Connection& connection) -> Result<ViewerNumber> {
    RETURN_IF_ERROR(inside_->find_row(connection, person));
    ASSIGN_OR_RETURN(const auto found, find_number(connection));
    if (found) return found;
    const auto drawn = draw_viewer(inside_->random);
    RETURN_IF_ERROR(inside_->insert_viewer(connection, person, property, known.key, drawn));
    return drawn;
  });
}

Result<std::optional<PersonId>> Vault::person_of_viewer(PropertyNumber property, ViewerNumber viewer) {
  if (!viewer) return std::nullopt;
  auto found = inside_->find_indexed(queries::person_by_viewer, "number", property, kViewerIndex,
                                     viewer_bytes(viewer));
  if (!found && found.error().code == Code::Gone) return std::nullopt;
  return found;
}

// --- A person is read and corrected
// --------------------------------------------------------------------------

Result<PersonFields> Vault::read_fields(PersonId person) {
  ASSIGN_OR_RETURN(const auto known, inside_->know(person));
  PersonFields read;
  RETURN_IF_ERROR(inside_->database.with_connection([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto row, inside_->find_row(connection, person));
    ASSIGN_OR_RETURN(read.person, open_person(known.key, person, known.property, row));
    return connection.each(queries::fields_of_person, {{"person", base::to_text(person)}},
                           [&](const sql::Row& field_row) -> Result<void> {
                             ASSIGN_OR_RETURN(auto field, open_field(known.key, person, field_row));
                             read.fields.push_back(std::move(field));
                             return {};
                           });
  }));
  return read;
}

Result<void> Vault::update_field(PersonId person, const NewField& field) {
  RETURN_IF_ERROR(check(field));
  ASSIGN_OR_RETURN(const auto known, inside_->know(person));
  return inside_->database.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(inside_->find_row(connection, person));
    RETURN_IF_ERROR(inside_->insert(connection, person, known.property, known.key, field));
    ASSIGN_OR_RETURN(const auto row,
                     connection.one(queries::count_fields, {{"person", base::to_text(person)}}));
    if (row.integer("count") > static_cast<std::int64_t>(kFieldsPerPersonMax)) {
      return fail(Code::TooLarge, "a person has at most 100 fields");
    }
    return {};
  });
}

Result<void> Vault::set_language(PersonId person, base::Language language) {
  RETURN_IF_ERROR(inside_->know(person));
  RETURN_IF_ERROR(inside_->database.run(
      queries::set_language, {{"person", base::to_text(person)}, {"language", base::to_text(language)}}));
  return {};
}

Result<void> Vault::remove_field(PersonId person, std::string_view name) {
  RETURN_IF_ERROR(inside_->know(person));
  RETURN_IF_ERROR(inside_->database.transact([&](sql::Connection& connection) -> Result<void> {
    const auto id = base::to_text(person);
    RETURN_IF_ERROR(connection.run(queries::remove_mail_of_field, {{"person", id}, {"field", name}}));
    RETURN_IF_ERROR(connection.run(queries::remove_field, {{"person", id}, {"name", name}}));
    return {};
  }));
  return inside_->database.scrub();
}

// --- All of a property
// ---------------------------------------------------------------------------------------

Result<Vault::Inside::KeysByPerson> Vault::Inside::keys_of(PropertyNumber property) {
  KeysByPerson by_person;
  RETURN_IF_ERROR(keys.each_person_key(property, [&](PersonId person, SecretKey key) -> Result<void> {
    by_person.emplace(person, std::move(key));
    return {};
  }));
  return by_person;
}

/// Whoever has no key is left out: erased, or registered after the keys were read.
Result<std::vector<Person>> Vault::Inside::people_of(PropertyNumber property, const KeysByPerson& by_person) {
  std::vector<Person> people;
  people.reserve(by_person.size());
  RETURN_IF_ERROR(database.each(
      queries::people_of_property, {{"property", property.value}}, [&](const sql::Row& row) -> Result<void> {
        ASSIGN_OR_RETURN(const auto id, base::parse_id<PersonId>(row.text("person")));
        const auto key = by_person.find(id);
        if (key == by_person.end()) return {};
        ASSIGN_OR_RETURN(auto person, open_person(key->second, id, property, row));
        people.push_back(person);
        return {};
      }));
  return people;
}

Result<std::vector<Person>> Vault::people_of(PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto by_person, inside_->keys_of(property));
  return inside_->people_of(property, by_person);
}

Result<void> Vault::each_person(PropertyNumber property,
                                const std::function<Result<void>(const PersonFields&)>& take) {
  ASSIGN_OR_RETURN(const auto by_person, inside_->keys_of(property));
  ASSIGN_OR_RETURN(const auto people, inside_->people_of(property, by_person));
  std::unordered_map<PersonId, std::size_t> places;
  for (std::size_t i = 0; i < people.size(); ++i) places.emplace(people[i].id, i);

  // Fields come in the order of `people`. A person is complete when a later person's field comes.
  std::size_t next = 0;
  PersonFields current;
  const auto complete_until = [&](std::size_t place) -> Result<void> {
    for (; next < place; ++next) {
      current.person = people[next];
      RETURN_IF_ERROR(take(current));
      current.fields.clear();
    }
    return {};
  };
  RETURN_IF_ERROR(inside_->database.each(
      queries::fields_of_property, {{"property", property.value}}, [&](const sql::Row& row) -> Result<void> {
        ASSIGN_OR_RETURN(const auto id, base::parse_id<PersonId>(row.text("person")));
        const auto place = places.find(id);
        if (place == places.end()) return {};
        RETURN_IF_ERROR(complete_until(place->second));
        ASSIGN_OR_RETURN(auto field, open_field(by_person.at(id), id, row));
        current.fields.push_back(std::move(field));
        return {};
      }));
  return complete_until(people.size());
}

// --- A person goes
// -------------------------------------------------------------------------------------------

Result<void> Vault::Inside::delete_rows(PersonId person) {
  RETURN_IF_ERROR(database.transact([&](sql::Connection& connection) -> Result<void> {
    for (const auto* query : {&queries::erase_viewer_of_person, &queries::erase_link_of_person,
                              &queries::erase_mail_index_of_person, &queries::erase_person_field_of_person,
                              &queries::erase_person_of_person}) {
      RETURN_IF_ERROR(connection.run(*query, {{"person", base::to_text(person)}}));
    }
    return {};
  }));
  return database.scrub();
}

Result<void> Vault::erase(PersonId person) {
  // The name of a person's key is the same whatever the property; that only matters for a key never made.
  const auto name = KeyName::person({}, person);
  ASSIGN_OR_RETURN(const auto state, inside_->keys.state(name));
  if (state == KeyState::None) return fail(Code::NotFound, "there is no such person");
  RETURN_IF_ERROR(inside_->keys.destroy(name));
  return inside_->delete_rows(person);
}

Result<std::int64_t> Vault::finish_erasures() {
  std::vector<PersonId> gone;
  RETURN_IF_ERROR(inside_->database.each(queries::everybody, {}, [&](const sql::Row& row) -> Result<void> {
    ASSIGN_OR_RETURN(const auto person, base::parse_id<PersonId>(row.text("person")));
    ASSIGN_OR_RETURN(const auto state, inside_->keys.state(KeyName::person({}, person)));
    if (state != KeyState::Active) gone.push_back(person);
    return {};
  }));
  for (const auto person : gone) RETURN_IF_ERROR(inside_->delete_rows(person));
  return static_cast<std::int64_t>(gone.size());
}

Result<void> Vault::erase_property(PropertyNumber property) {
  RETURN_IF_ERROR(inside_->keys.destroy(KeyName::property(property)));
  RETURN_IF_ERROR(inside_->database.transact([&](sql::Connection& connection) -> Result<void> {
    for (const auto* query : {&queries::erase_viewer_of_property, &queries::erase_link_of_property,
                              &queries::erase_mail_index_of_property,
                              &queries::erase_person_field_of_property, &queries::erase_person_of_property}) {
      RETURN_IF_ERROR(connection.run(*query, {{"property", property.value}}));
    }
    return {};
  }));
  return inside_->database.scrub();
}

}  // namespace vault
