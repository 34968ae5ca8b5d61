// The inside of the vault, shared by vault.cpp (who comes and is found), reading.cpp (who is read and
// corrected) and erasing.cpp (who goes).
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crypto/secret_key.h"
#include "sql/database.h"
#include "vault/vault.h"

namespace vault {

/// Who somebody is, with the key that opens their fields.
struct Known {
  base::PropertyNumber property;
  crypto::SecretKey key;
};

struct Vault::Inside {
  sql::Database& database;
  KeyStore& keys;
  const base::Clock& clock;
  base::Random& random;

  using KeysByPerson = std::unordered_map<base::PersonId, crypto::SecretKey>;

  base::Result<Known> know(base::PersonId person);
  /// Why there is no row of a person: they were never there, or are erased.
  base::Result<void> explain_missing(base::PersonId person);
  base::Result<sql::Row> find_row(sql::Connection& connection, base::PersonId person);
  base::Result<std::optional<crypto::SecretKey>> find_service(base::PropertyNumber property,
                                                              std::string_view use);
  base::Result<std::optional<base::PersonId>> find_indexed(const sql::Query& query, std::string_view column,
                                                           base::PropertyNumber property,
                                                           std::string_view use, std::string_view value);

  base::Result<void> insert(sql::Connection& connection, base::PersonId person, base::PropertyNumber property,
                            const crypto::SecretKey& key, const NewField& field);
  base::Result<void> insert_viewer(sql::Connection& connection, base::PersonId person,
                                   base::PropertyNumber property, const crypto::SecretKey& key,
                                   base::ViewerNumber viewer);
  base::Result<std::int64_t> count(sql::Connection& connection, base::PropertyNumber property);
  /// Whether `more` people would still find a place.
  base::Result<void> check_room(sql::Connection& connection, const NewPerson& person, std::int64_t more);
  base::Result<std::string> mail_index(base::PropertyNumber property, std::string_view address);
  base::Result<void> delete_rows(base::PersonId person);

  base::Result<std::vector<Person>> people_of(base::PropertyNumber property, const KeysByPerson& by_person);
  base::Result<KeysByPerson> keys_of(base::PropertyNumber property);
};

/// A viewer number from its seal.
base::Result<base::ViewerNumber> open_viewer(const crypto::SecretKey& key, base::PersonId person,
                                             base::PropertyNumber property, std::string_view sealed);
/// `row` has registered_at_ms, language and viewer.
base::Result<Person> open_person(const crypto::SecretKey& key, base::PersonId id,
                                 base::PropertyNumber property, const sql::Row& row);

/// Fields are few and small, so what they share is checked in one place. Errors: TooLarge.
base::Result<void> check(const NewField& field);

}  // namespace vault
