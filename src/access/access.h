// Staff: who may sign in, how, and what they may do. Names and addresses of staff are in the vault like
// anybody's, under the scope of the staff (kStaffScope); this module holds ids, password hashes,
// permissions, sessions and tokens.
//
// First account. As long as there is no account, a setup token (256 random bits, 30 minutes) can be
// printed; it makes exactly one account with every permission. From then on no setup token works or can
// be made: whoever else comes was invited, by mail.
//
// A member belongs to one organisation and has one role in it; what the role may do is read at each request,
// so that a change counts at once. kExport is given to a member by itself.
//
// Two factors. Where the policy in force wants two (`staff: factors`), and for whoever has an authenticator
// in any case, the right password gives a half session: it lives kHalfSessionLife and opens nothing but the
// second step, which is a code of the authenticator or a recovery code (second_factor.h); whoever has no
// authenticator yet sets one up there. What lets somebody in for long, or lets data out, wants a factor shown
// within kStepUpLife: `require_fresh`. Each time one is shown, the session gets another secret. An API token
// is a factor by itself: there is nothing more to show.
//
// Sessions and API tokens are 256 random bits, base64url; the database holds their SHA-256 only, which is
// enough for secrets of that size. A session is new at every sign-in. Signing in answers the same, and
// takes as long, whether the account exists or not.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/permission.h"
#include "access/second_factor.h"
#include "base/clock.h"
#include "base/language.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "journal/journal.h"

namespace sql {
class Database;
}
namespace vault {
class Vault;
}

namespace staff {

/// The vault's scope for staff: no property has this number.
inline constexpr base::PropertyNumber kStaffScope{0};

using TokenId = base::Id<struct TokenTag>;

/// Who is asking, as far as permissions go.
struct Member {
  base::MemberId id;
  Permissions permissions;
  base::OrganisationNumber organisation = base::kHouse;
  /// All that there is to show was shown within kStepUpLife.
  bool fresh = false;
  /// The address that the request came from, put in by whoever took it; for the journal alone, which cuts it.
  std::string client = {};

  journal::Actor actor() const { return {id, client}; }
  bool operator==(const Member&) const = default;
};

/// Fresh from the vault, for the member's own page.
struct Profile {
  std::string name;
  std::string address;
  base::Language language = base::Language::Nl;
  base::PersonId person = {};  ///< in the vault, under kStaffScope
};

struct NewAccount {
  std::string name;
  std::string address;
  std::string password;
  base::Language language = base::Language::Nl;
};

/// Who was asked to come, and to which organisation.
struct Invitee {
  std::string address;
  base::OrganisationNumber organisation = base::kHouse;
  base::PersonId person = {};
};

/// What is still to be shown by who knows the password.
enum class Next { Nothing, Code, Authenticator };

struct SignedIn {
  /// The cookie's value; told this once. Of a half session unless `next` is Nothing.
  std::string session;
  Member member;
  /// When the cookie ends at the latest.
  base::Instant expires;
  Next next = Next::Nothing;
};

constexpr std::string_view to_text(Next next) {
  return next == Next::Nothing ? "nothing" : next == Next::Code ? "code" : "authenticator";
}

struct DrawnAuthenticator {
  std::string secret;   ///< base32; told this once
  std::string address;  ///< of whose account it is
};

struct Confirmed {
  SignedIn signed_in;
  RecoveryCodes codes;
};

/// What a member is told by mail, since it may have been somebody else.
enum class FactorNews { Replaced, Reset, RecoveryUsed };

/// A browser that is signed in.
struct Session {
  /// The secret's hash, which opens nothing.
  std::string id;
  std::string network;  ///< that it was begun from, as journal::cut_address leaves it; may be empty
  base::Instant started;
  base::Instant used;  ///< to within kSessionTouch
};

struct Token {
  TokenId id;
  std::string label;
  Permissions permissions;
  base::Instant created;
  std::optional<base::Instant> expires;
  std::optional<base::Instant> last_used;
};

struct NewToken {
  Token token;
  /// What goes behind "Authorization: Bearer "; told this once.
  std::string secret;
};

struct Needs {
  sql::Database& control;
  vault::Vault& vault;
  vault::KeyStore& keys;
  journal::Journal& journal;
  const base::Clock& clock;
  base::Random& random;
  /// Everything that there is to be allowed.
  PermissionList permissions;
  /// How many the policy in force wants.
  int factors = 2;
  /// Queues a mail to a member. May be empty.
  std::function<base::Result<void>(base::PersonId person, FactorNews news)> tell = {};
};

/// Any thread; every function may block (SQL, password hashing). Errors of all: what the databases
/// answer.
class Access {
 public:
  /// Brings the tables up to date.
  static base::Result<std::unique_ptr<Access>> open(Needs needs);
  virtual ~Access() = default;

  virtual base::Result<bool> has_account() = 0;

  /// A new setup token in the place of any earlier one. Errors: Conflict once there is an account.
  virtual base::Result<std::string> make_setup_token() = 0;
  /// Errors: Unauthenticated if `set_up` would refuse the token.
  virtual base::Result<void> check_setup_token(std::string_view token) = 0;
  /// Makes the first account, as far as a right password leads. Errors: Unauthenticated for a token that is
  /// wrong, used or expired; Invalid, naming the field first ("email: …", "name: …", "password: …");
  /// TooLarge.
  virtual base::Result<SignedIn> set_up(std::string_view token, const NewAccount& account,
                                        std::string_view client) = 0;

  /// `client`, here and elsewhere, is the address that the request came from: the journal keeps it cut.
  /// Errors: Unauthenticated (wrong address or password: never which), TooMany past kTries; then trying
  /// again helps after kThrottleWindow at the latest.
  virtual base::Result<SignedIn> sign_in(std::string_view address, std::string_view password,
                                         std::string_view client) = 0;

  /// Whose session this is; counts as a use of it. Errors: Unauthenticated.
  virtual base::Result<Member> member_of(std::string_view session) = 0;
  /// Signing out what is no session, or no longer one, is no error.
  virtual base::Result<void> sign_out(std::string_view session, std::string_view client) = 0;
  /// Those that are still good, the one used last at the head.
  virtual base::Result<std::vector<Session>> sessions(base::MemberId member) = 0;
  /// The Session::id of a session's secret.
  virtual std::string id_of(std::string_view session) const = 0;
  /// Errors: NotFound for what is none of the member's.
  virtual base::Result<void> end_session(const Member& by, std::string_view id) = 0;
  /// Ends every session of the member save `except` (may be empty). Returns how many.
  virtual base::Result<std::int64_t> end_sessions(const Member& by, std::string_view except) = 0;

  /// What a half session waits for. Errors: Unauthenticated, as of all that take one.
  virtual base::Result<Next> next_of(std::string_view half) = 0;
  /// With a code of the authenticator or a recovery code; the half session ends. Errors: Denied for a code
  /// that does not count (never why), TooMany.
  virtual base::Result<SignedIn> finish_sign_in(std::string_view half, std::string_view code,
                                                std::string_view client) = 0;
  /// Draws the secret of an authenticator for an account that has none; base32. Errors: Conflict if it has
  /// one.
  virtual base::Result<DrawnAuthenticator> draw_first_authenticator(std::string_view half) = 0;
  /// It counts from then on, and one is signed in. Errors: as finish_sign_in; Gone past kNextFactorLife.
  virtual base::Result<Confirmed> confirm_first_authenticator(std::string_view half, std::string_view code,
                                                              std::string_view client) = 0;

  /// The same session, fresh and under another secret. Errors: as finish_sign_in.
  virtual base::Result<SignedIn> step_up(std::string_view session, std::string_view code,
                                         std::string_view client) = 0;
  /// As the two for the first one, in a fresh session; the earlier authenticator counts until the new one is
  /// confirmed, which ends every other session. Errors: StepUp.
  virtual base::Result<DrawnAuthenticator> draw_authenticator(std::string_view session) = 0;
  virtual base::Result<Confirmed> confirm_authenticator(std::string_view session, std::string_view code,
                                                        std::string_view client) = 0;
  /// Errors: StepUp; Conflict where there is no authenticator.
  virtual base::Result<RecoveryCodes> renew_recovery(std::string_view session, std::string_view client) = 0;
  virtual base::Result<FactorState> factor(base::MemberId member) = 0;
  /// For the operator, when everything is lost: ends the factor and every session; the next sign-in sets one
  /// up. Errors: NotFound.
  virtual base::Result<void> reset_factor(std::string_view address) = 0;

  /// Ends all other sessions too. `session` is the one that asks, a fresh one. Errors: StepUp, Denied for a
  /// wrong present password, TooMany, Invalid for the new one.
  virtual base::Result<void> change_password(std::string_view session, std::string_view present,
                                             std::string_view wanted, std::string_view client) = 0;

  /// Errors: NotFound.
  virtual base::Result<Profile> profile(base::MemberId member) = 0;

  /// The vault's people behind every member who may do this: whom a mail about it goes to.
  virtual base::Result<std::vector<base::PersonId>> people_who_may(
      const Permission& permission, base::OrganisationNumber organisation = base::kHouse) = 0;

  /// Whom an invitation (members.h) was sent to. Errors: Unauthenticated for one that was used, withdrawn,
  /// has expired or is none.
  virtual base::Result<Invitee> invitee(std::string_view link) = 0;
  /// Makes the account, as far as a right password leads. `account.address` is not looked at. Errors: as
  /// invitee; Invalid, naming the field first.
  virtual base::Result<SignedIn> join(std::string_view link, const NewAccount& account,
                                      std::string_view client) = 0;

  /// A token has at most the permissions that its member has at the moment of use. Errors: StepUp, Invalid
  /// for a label (1 … kTokenLabelLength characters) or an expiry in the past, Conflict past kTokensPerMember.
  virtual base::Result<NewToken> create_token(const Member& by, std::string_view label,
                                              Permissions permissions,
                                              std::optional<base::Instant> expires) = 0;
  virtual base::Result<std::vector<Token>> tokens(base::MemberId member) = 0;
  /// Errors: NotFound for what is not this member's.
  virtual base::Result<void> revoke_token(const Member& by, TokenId token) = 0;
  /// Whose token this is, with the token's permissions. Errors: Unauthenticated.
  virtual base::Result<Member> member_of_token(std::string_view secret) = 0;
};

/// Errors: Denied, naming the permission.
base::Result<void> require(const Member& member, const Permission& permission);
/// Errors: StepUp.
base::Result<void> require_fresh(const Member& member);

}  // namespace staff
