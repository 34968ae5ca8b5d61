#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "base/bytes.h"
#include "policy/permit.h"
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

std::vector<std::string> split(std::string_view joined) {
  std::vector<std::string> names;
  while (!joined.empty()) {
    const auto end = std::min(joined.find(' '), joined.size());
    names.emplace_back(joined.substr(0, end));
    joined.remove_prefix(std::min(end + 1, joined.size()));
  }
  return names;
}

Result<Field> open_field(const SecretKey& key, PersonId person, const sql::Row& row) {
  Field field;
  field.name = row.text("name");
  field.data = row.text("data");
  field.purposes = split(row.text("purposes"));
  field.policy_version = row.text("policy_version");
  field.stored_at = row.instant("stored_at_ms");
  field.source = row.text("source");
  field.given_on = row.text("given_on");
  ASSIGN_OR_RETURN(field.value,
                   unseal(key, row.text("sealed"), field_place(person, field.name, field.policy_version)));
  return field;
}

}  // namespace

Result<ViewerNumber> open_viewer(const SecretKey& key, PersonId person, PropertyNumber property,
                                 std::string_view sealed) {
  ASSIGN_OR_RETURN(const auto bytes, unseal(key, sealed, viewer_place(person, property)));
  if (bytes.size() != sizeof(std::uint64_t)) return fail(Code::Corrupt, "a viewer number has another size");
  return ViewerNumber{base::load_le<std::uint64_t>(base::as_bytes(bytes).data())};
}

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

const std::string* PersonFields::find(std::string_view name) const {
  const auto at = std::ranges::find(fields, name, &Field::name);
  return at == fields.end() ? nullptr : &at->value;
}

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

}  // namespace vault
