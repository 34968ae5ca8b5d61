#include <vector>

#include "vault/inside.h"
#include "vault/limits.h"
#include "vault/queries.h"

namespace vault {

using base::Code;
using base::fail;
using base::PersonId;
using base::PropertyNumber;
using base::Result;

Result<std::vector<std::string>> Vault::traces(PersonId person) {
  std::vector<std::string> traces;
  RETURN_IF_ERROR(inside_->database.each(queries::traces_of_person, {{"person", base::to_text(person)}},
                                         [&](const sql::Row& row) -> Result<void> {
                                           traces.push_back(row.text("trace").substr(0, kTraceCharacters));
                                           return {};
                                         }));
  ASSIGN_OR_RETURN(const auto key, inside_->keys.trace(KeyName::person({}, person)));
  if (key) traces.push_back(*key);
  return traces;
}

Result<void> Vault::Inside::delete_rows(PersonId person) {
  RETURN_IF_ERROR(database.transact([&](sql::Connection& connection) -> Result<void> {
    for (const auto* query : {&queries::take_from_count, &queries::erase_viewer_of_person,
                              &queries::erase_link_of_person, &queries::erase_mail_index_of_person,
                              &queries::erase_person_field_of_person, &queries::erase_person_of_person}) {
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
    // Where there never was a key, the wrong key store was given: nothing is deleted for that.
    if (state == KeyState::Destroyed) gone.push_back(person);
    return {};
  }));
  for (const auto person : gone) RETURN_IF_ERROR(inside_->delete_rows(person));
  return static_cast<std::int64_t>(gone.size());
}

Result<void> Vault::erase_property(PropertyNumber property) {
  RETURN_IF_ERROR(inside_->keys.destroy(KeyName::property(property)));
  RETURN_IF_ERROR(inside_->database.transact([&](sql::Connection& connection) -> Result<void> {
    for (const auto* query : {&queries::erase_people_count_of_property, &queries::erase_viewer_of_property,
                              &queries::erase_link_of_property, &queries::erase_mail_index_of_property,
                              &queries::erase_person_field_of_property, &queries::erase_person_of_property}) {
      RETURN_IF_ERROR(connection.run(*query, {{"property", property.value}}));
    }
    return {};
  }));
  return inside_->database.scrub();
}

}  // namespace vault
