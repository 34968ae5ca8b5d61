// The key store: a database of its own with every key but the master key, each wrapped by its parent.
//
//   master key ─┬─ property 12 ─┬─ person …     fields, link and viewer numbers of one person
//               │               └─ service …    blind index, links, segments of that property
//               └─ service …                    token MAC, journal signature: the whole installation
//
// A wrapped key is XChaCha20-Poly1305 (crypto/seal.h) of 32 bytes under its parent, with its own name as
// associated data, as base64. A key was never made, is active, or is destroyed. Destroying overwrites and
// deletes the wrapped bytes and keeps the name as a tombstone: a destroyed key is never made again, so an
// erased person cannot come back by accident. Destroying a key destroys all below it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret_key.h"
#include "sql/database.h"

namespace vault {

enum class KeyState { None, Active, Destroyed };

/// How far a key store has come. Both numbers only ever rise, so that of two copies of one store the older is
/// known.
struct KeyGeneration {
  std::int64_t made = 0;       ///< keys, destroyed ones included
  std::int64_t destroyed = 0;  ///< tombstones
  base::Instant changed_at;    ///< when the last key was made or destroyed

  bool is_older_than(const KeyGeneration& other) const {
    return made < other.made || destroyed < other.destroyed;
  }
};

/// What a key is for; says as well whose child it is.
class KeyName {
 public:
  static KeyName property(base::PropertyNumber property);
  static KeyName person(base::PropertyNumber property, base::PersonId person);
  /// Of the whole installation. `use` is `[a-z0-9_]{1,40}`: "session_token", "journal_signature".
  static KeyName service(std::string_view use);
  /// Of one property; ends with it: "segment", "mail_index".
  static KeyName service(base::PropertyNumber property, std::string_view use);

  const std::string& text() const { return text_; }
  /// Empty for a child of the master key.
  const std::string& parent() const { return parent_; }

 private:
  KeyName(std::string text, std::string parent) : text_(std::move(text)), parent_(std::move(parent)) {}
  std::string text_;
  std::string parent_;
};

/// Any thread. Keeps no key but the master key in memory between two calls.
/// Errors of all functions: Gone for a key that is destroyed or whose parent is, Corrupt for one that its
/// parent does not open, and those of sql/database.h.
class KeyStore {
 public:
  /// Migrates the database, and marks an empty one as belonging to this master key. Errors: Denied when it
  /// belongs to another one.
  static base::Result<std::unique_ptr<KeyStore>> open(sql::Database& keys, crypto::SecretKey master,
                                                      const base::Clock& clock, base::Random& random);
  ~KeyStore();

  base::Result<KeyState> state(const KeyName& name);

  /// Errors: NotFound when it was never made.
  base::Result<crypto::SecretKey> find(const KeyName& name);
  /// Made at the first use, its property's key with it.
  base::Result<crypto::SecretKey> find_or_create(const KeyName& name);

  /// By which its wrapped bytes can be recognised in a file: their nonce, 32 characters, which opens nothing.
  /// None for a key that is not active.
  base::Result<std::optional<std::string>> trace(const KeyName& name);

  /// Durable when it returns, and no copy stays behind in the database's log. A key that was never made gets
  /// its tombstone too. Destroying twice changes nothing.
  base::Result<void> destroy(const KeyName& name);

  /// Each active person key of a property: 50 000 of them in a fraction of a second.
  base::Result<void> each_person_key(
      base::PropertyNumber property,
      const std::function<base::Result<void>(base::PersonId, crypto::SecretKey)>& take);

  base::Result<KeyGeneration> generation();

  /// Wraps every child of the master key by a new master key, in one transaction; the old one opens nothing
  /// from then on.
  base::Result<void> change_master(crypto::SecretKey master);

 private:
  struct Inside;
  explicit KeyStore(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace vault
