// The second factor of an account: an authenticator (totp.h), and recovery codes for who has lost it.
//
// The authenticator's secret is 160 random bits. It is stored sealed (crypto/seal.h) under a key derived from
// its member's own key, with the member's id as associated data; destroying the member's key destroys it. A
// code is taken once: the step of the last one taken is stored, and that step and all before it are refused.
// A new authenticator counts once one of its codes was given; until then it belongs to the session, or half
// session, that it was shown to.
//
// A recovery code is 120 random bits in base32, written in groups of four; the database holds its SHA-256,
// which is enough for secrets of that size (OWASP ASVS 5.0 §6.5.2 asks for a slow hash below 112 bits). Each
// is taken once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "vault/key_store.h"

namespace sql {
class Connection;
}

namespace staff {

/// Told once.
using RecoveryCodes = std::vector<std::string>;

/// What a code that somebody typed looks like, whoever's it is.
enum class CodeKind { None, Authenticator, Recovery };
CodeKind kind_of(std::string_view code);

/// Whose factor it is: an account, and its person in the vault.
struct FactorOwner {
  base::MemberId member;
  base::PersonId person;
};

struct FactorState {
  std::optional<base::Instant> set;  ///< since when there is an authenticator
  std::int64_t recovery_left = 0;
  std::int64_t passkeys = 0;

  bool any() const { return set || passkeys > 0; }
};

/// Any thread; every function works within the caller's transaction.
class SecondFactor {
 public:
  SecondFactor(vault::KeyStore& keys, const base::Clock& clock, base::Random& random)
      : keys_(keys), clock_(clock), random_(random) {}

  base::Result<FactorState> state(sql::Connection& connection, base::MemberId member) const;

  /// Draws the secret of a new authenticator and keeps it for `session`: base32, told this once.
  base::Result<std::string> draw(sql::Connection& connection, const FactorOwner& owner,
                                 std::string_view session) const;
  /// The authenticator drawn last for `session` becomes the account's, with recovery codes anew, if this is
  /// one of its codes; nothing otherwise. Errors: Gone past kNextFactorLife.
  base::Result<std::optional<RecoveryCodes>> confirm(sql::Connection& connection, const FactorOwner& owner,
                                                     std::string_view session, std::string_view code) const;

  /// Takes a code of either kind; None when it is not one that counts.
  base::Result<CodeKind> take(sql::Connection& connection, const FactorOwner& owner,
                              std::string_view code) const;

  /// In the place of all earlier ones.
  base::Result<RecoveryCodes> renew_recovery(sql::Connection& connection, base::MemberId member) const;

  /// No factor is left.
  base::Result<void> remove(sql::Connection& connection, base::MemberId member) const;

 private:
  base::Result<crypto::SecretKey> key_of(const FactorOwner& owner) const;
  base::Result<base::Bytes> open(const FactorOwner& owner, std::string_view sealed) const;
  base::Result<bool> take_step(sql::Connection& connection, const FactorOwner& owner,
                               std::string_view code) const;

  vault::KeyStore& keys_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace staff
