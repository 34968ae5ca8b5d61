#include "vault/vault.h"

#include <algorithm>
#include <unordered_set>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "policy/permit.h"
#include "sql/migrate.h"
#include "vault/inside.h"
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

}  // namespace

Result<void> check(const NewField& field) {
  if (field.permit.field().size() > kFieldNameBytesMax) {
    return fail(Code::TooLarge, "the name of a field has at most 64 bytes");
  }
  if (field.value.size() > kFieldBytesMax) {
    return fail(Code::TooLarge, "field " + field.permit.field() + " has at most 16384 bytes");
  }
  return {};
}

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
                                                      {"at_ms", clock.now()},
                                                      {"source", field.source},
                                                      {"given_on", field.given_on}}));
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

Result<std::int64_t> Vault::Inside::count(sql::Connection& connection, PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto row, connection.maybe(queries::count_people, {{"property", property.value}}));
  return row ? row->integer("people") : 0;
}

Result<void> Vault::Inside::check_room(sql::Connection& connection, const NewPerson& person,
                                       std::int64_t more) {
  if (!person.capacity) return {};
  ASSIGN_OR_RETURN(const auto people, count(connection, person.property));
  if (people + more > *person.capacity) return fail(Code::Conflict, "there is no place left");
  return {};
}

Result<PersonId> Vault::create(const NewPerson& person) {
  RETURN_IF_ERROR(check(person.fields));
  // Somebody who cannot be taken in gets no key, so that a full event leaves no tombstones.
  RETURN_IF_ERROR(inside_->database.with_connection(
      [&](sql::Connection& connection) { return inside_->check_room(connection, person, 1); }));
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
    // First of all: whoever comes at the same time waits here, before anything has been done in vain.
    RETURN_IF_ERROR(connection.run(queries::add_to_count, {{"property", person.property.value}}));
    RETURN_IF_ERROR(inside_->check_room(connection, person, 0));
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
  std::int64_t people = 0;
  RETURN_IF_ERROR(inside_->database.with_connection([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(people, inside_->count(connection, property));
    return {};
  }));
  return people;
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
    auto token = base::to_base64url(bytes);
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

}  // namespace vault
