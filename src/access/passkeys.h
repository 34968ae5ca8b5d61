// The passkeys of accounts: public keys, and how far each one's counter is. What a browser sends of one is
// checked in webauthn.h. A challenge is 256 random bits, drawn for one session or half session, good once and
// for kChallengeLife; another one of the same session ends it.
//
// An authenticator counts how often it was used. A counter that does not go forward means that there are two
// of it: it is refused then, and stays so until somebody looks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "access/webauthn.h"

namespace sql {
class Connection;
class Database;
}  // namespace sql

namespace staff {

/// Any thread. What takes a connection works within the caller's transaction.
class Passkeys {
 public:
  Passkeys(sql::Database& control, const base::Clock& clock, base::Random& random, RelyingParty party)
      : control_(control), clock_(clock), random_(random), party_(std::move(party)) {}

  const RelyingParty& party() const { return party_; }

  base::Result<std::vector<Passkey>> list(base::MemberId member) const;
  /// Draws a challenge for that session. With the ids of the member's credentials.
  base::Result<PasskeyAsk> ask(sql::Connection& connection, base::MemberId member,
                               std::string_view session) const;

  /// Whether this was a new one, for the session's challenge, which is used up in any case. Errors: Conflict
  /// past kPasskeysPerMember and for one that is somebody's; Invalid for its name.
  base::Result<std::optional<Passkey>> add(sql::Connection& connection, base::MemberId member,
                                           std::string_view session, const GivenNewPasskey& given) const;

  enum class Use { None, Counts, Copied };
  /// The same for one that is shown.
  base::Result<Use> use(sql::Connection& connection, base::MemberId member, std::string_view session,
                        const GivenPasskey& given) const;

  /// Returns whether there was one.
  base::Result<bool> remove(sql::Connection& connection, base::MemberId member, PasskeyId passkey) const;

 private:
  /// Empty when there is none, or when it is over.
  base::Result<std::string> take_challenge(sql::Connection& connection, base::MemberId member,
                                           std::string_view session) const;

  sql::Database& control_;
  const base::Clock& clock_;
  base::Random& random_;
  const RelyingParty party_;
};

}  // namespace staff
