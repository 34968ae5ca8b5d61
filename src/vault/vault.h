// Who: everything that identifies somebody, each field sealed under that person's own key.
//
// A field's value is XChaCha20-Poly1305 under the person's key; person id, field name and policy version are
// its associated data, so a value cannot be moved to another person, field or policy. The database without
// the keys tells how many people a property has, when they registered and in which language, and no more:
//
//   e-mail address   HMAC-SHA-256 of the normalised address under a key of the property (blind index)
//   personal link    HMAC-SHA-256 of its token under a key of the property, and the token sealed
//   viewer number    HMAC-SHA-256 of the number under a key of the property, and the number sealed
//
// A field is stored against a policy::FieldPermit alone, which only `policy` can make.
//
// Erasing destroys the person's key first, durably, and deletes the rows then. Whatever interrupts it, the
// second half is done again by erasing again; in between the person is Gone for every reader.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/language.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "sql/database.h"
#include "vault/key_store.h"

namespace policy {
class FieldPermit;
}

namespace vault {

/// Whether a person can be found by a field's value.
enum class Findable { No, ByMail };

/// A value that policy permits. The permit names the field. At most one field of a person is `ByMail`.
struct NewField {
  const policy::FieldPermit& permit;
  std::string_view value;
  Findable findable = Findable::No;
  /// How it came in, of policy::Vocabulary::sources. Empty: as the value before it did.
  std::string_view source = {};
  /// The day on which it was given, YYYY-MM-DD, for what somebody typed over; else empty.
  std::string_view given_on = {};
};

struct NewPerson {
  base::PropertyNumber property;
  base::Language language = base::Language::Nl;
  std::span<const NewField> fields;
  /// Conflict when the property has as many people already; counted in the same transaction.
  std::optional<std::int64_t> capacity;
};

/// Without any field; what lists and joins need.
struct Person {
  base::PersonId id;
  base::PropertyNumber property;
  base::ViewerNumber viewer;  ///< of that property
  base::Instant registered_at;
  base::Language language = base::Language::Nl;
};

struct Field {
  std::string name;
  std::string value;
  std::string data;                   ///< the datum of the policy
  std::vector<std::string> purposes;  ///< what it may be used for
  std::string policy_version;         ///< the version that permitted it
  base::Instant stored_at;
  std::string source;    ///< how it came in; empty for values of earlier versions of this program
  std::string given_on;  ///< YYYY-MM-DD, for what was typed over by hand
};

/// A person with all fields, ordered by name.
struct PersonFields {
  Person person;
  std::vector<Field> fields;

  /// The value of a field, or null.
  const std::string* find(std::string_view name) const;
};

struct VaultNeeds {
  sql::Database& database;
  KeyStore& keys;
  const base::Clock& clock;
  base::Random& random;
};

/// Any thread. Errors of all functions: NotFound for a person who was never there, Gone for one who is erased
/// (their property included), Corrupt for a value that does not open, and those of sql/database.h.
class Vault {
 public:
  /// Migrates the database.
  static base::Result<std::unique_ptr<Vault>> open(const VaultNeeds& needs);
  ~Vault();

  /// Person, fields, mail index and a viewer number at once. Errors: Conflict when the property is full or
  /// the address is registered there already (look with find_by_mail), Invalid for an address without an @ or
  /// a field given twice, TooLarge past vault/limits.h, Gone when the property is erased.
  base::Result<base::PersonId> create(const NewPerson& person);

  base::Result<Person> find(base::PersonId person);
  /// The address in any spelling that `normalise_mail` takes for the same.
  base::Result<std::optional<base::PersonId>> find_by_mail(base::PropertyNumber property,
                                                           std::string_view address);
  base::Result<std::int64_t> count(base::PropertyNumber property);

  base::Result<PersonFields> read_fields(base::PersonId person);
  /// Stores or replaces one field. Errors: as `create`.
  base::Result<void> update_field(base::PersonId person, const NewField& field);
  base::Result<void> set_language(base::PersonId person, base::Language language);
  /// Deletes one field, its index entry with it. Removing what is not there is no error.
  base::Result<void> remove_field(base::PersonId person, std::string_view name);

  /// The people of a property, ordered by registration.
  base::Result<std::vector<Person>> people_of(base::PropertyNumber property);
  /// The same with all their fields, one after the other: 50 000 people in about a second.
  base::Result<void> each_person(base::PropertyNumber property,
                                 const std::function<base::Result<void>(const PersonFields&)>& take);

  /// The token of the personal link: drawn at the first call, the same ever after.
  base::Result<std::string> link(base::PersonId person);
  /// Nobody for a token that is none, of another property, or of somebody erased.
  base::Result<std::optional<base::PersonId>> person_of_link(base::PropertyNumber property,
                                                             std::string_view token);

  /// The person's number within a property, not necessarily the one that they registered for; drawn at the
  /// first call. Never 0.
  base::Result<base::ViewerNumber> viewer_number(base::PersonId person, base::PropertyNumber property);
  /// The joint between what happened and who it was: whoever asks records the act.
  base::Result<std::optional<base::PersonId>> person_of_viewer(base::PropertyNumber property,
                                                               base::ViewerNumber viewer);

  /// By which whatever is stored of somebody can be recognised in a file: the nonces of their key, fields,
  /// link and number, and their entries in the indices. They open nothing. Empty for somebody erased.
  base::Result<std::vector<std::string>> traces(base::PersonId person);

  /// Durable when it returns; neither database nor its log holds a readable or unreadable copy. Erasing
  /// somebody erased finishes what was begun.
  base::Result<void> erase(base::PersonId person);
  /// Everybody of the property, and its keys, segment keys included. Nobody can be created there afterwards.
  base::Result<void> erase_property(base::PropertyNumber property);
  /// Deletes the rows of everybody whose key is destroyed and says how many they were: what an interruption
  /// left behind, or a restore of old data brought back. To be called before anything is served.
  base::Result<std::int64_t> finish_erasures();

 private:
  struct Inside;
  explicit Vault(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

/// Without surrounding white space, in lower case (ASCII). Errors: Invalid unless there is something on both
/// sides of one @ that is the last; TooLarge past kMailAddressBytesMax.
base::Result<std::string> normalise_mail(std::string_view address);

}  // namespace vault
