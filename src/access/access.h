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
// within kStepUpLife: `require_fresh`. A passkey (passkeys.h) counts wherever a code does. Each time one is
// shown, the session gets another secret. An API token is a factor by itself: there is nothing more to show.
//
// Known browsers. Where the policy says so (`staff: browsers: known`), a session begins in a browser of the
// member's alone (devices.h). In any other the half session waits until somebody vouches for it: whoever
// opens, in that same browser, the link that is mailed to the member; or the operator, who is told its
// number. The browser of the first account is known from the beginning. Who has no authenticator sets one up
// after the browser is known, not before.
//
// Before anything else. Where the policy asks members to agree to texts or to have followed training
// (duties.h), a member says how much of it is still to do, and the door lets nobody through who has any of it
// left. A membership that has an end gives nothing from then on: no sign-in, no session, no token.
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

class Duties;

/// The vault's scope for staff: no property has this number.
inline constexpr base::PropertyNumber kStaffScope{0};

using TokenId = base::Id<struct TokenTag>;
using DeviceId = base::Id<struct DeviceTag>;
using SignInId = base::Id<struct SignInTag>;
using PasskeyId = base::Id<struct PasskeyTag>;

/// Where a try to come in comes from.
struct From {
  From(std::string_view client_address) : client(client_address) {}
  From(const char* client_address) : client(client_address) {}
  From(std::string_view client_address, std::string_view device_secret, std::string_view user_agent)
      : client(client_address), device(device_secret), agent(user_agent) {}

  std::string_view client;
  /// What the browser's own cookie holds; empty if it has none.
  std::string_view device = {};
  std::string_view agent = {};
};

/// Who is asking, as far as permissions go.
struct Member {
  base::MemberId id;
  Permissions permissions;
  base::OrganisationNumber organisation = base::kHouse;
  /// All that there is to show was shown within kStepUpLife.
  bool fresh = false;
  /// How much there is to do before anything else (duties.h).
  int open_duties = 0;
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

/// What is still to come for who knows the password.
enum class Next { Nothing, Code, Authenticator, Device };

struct SignedIn {
  /// The cookie's value; told this once. Of a half session unless `next` is Nothing.
  std::string session;
  Member member;
  /// When the cookie ends at the latest.
  base::Instant expires;
  Next next = Next::Nothing;
  /// What the browser's own cookie is to hold from now on; empty when it keeps what it has.
  std::string device = {};
};

constexpr std::string_view to_text(Next next) {
  switch (next) {
    case Next::Code: return "code";
    case Next::Authenticator: return "authenticator";
    case Next::Device: return "device";
    case Next::Nothing: break;
  }
  return "nothing";
}

/// How far a half session is.
struct Halfway {
  Next next = Next::Nothing;  ///< Nothing: `enter` begins the session
  std::string number;         ///< of a browser that waits to be vouched for
  FactorState factor = {};    ///< what there is to show, where `next` is Code
};

struct DrawnAuthenticator {
  std::string secret;   ///< base32; told this once
  std::string address;  ///< of whose account it is
};

struct Confirmed {
  SignedIn signed_in;
  RecoveryCodes codes;
};

/// What a member is told by mail, since it may have been somebody else. With DeviceAsked goes the name of
/// what waits, with DeviceAdded and PasskeyAdded that of
/// the browser or the passkey.
enum class FactorNews {
  Replaced,
  Reset,
  RecoveryUsed,
  DeviceAsked,
  DeviceAdded,
  PasskeyAdded,
  PasskeyCopied
};

/// A browser that waits to be vouched for, as its mail tells of it.
struct WaitingDevice {
  std::string link;     ///< secret: it opens nothing but in that browser
  std::string name;     ///< what kind of browser; may be empty
  std::string network;  ///< may be empty
  base::Instant asked;
};

/// A browser that the member comes in with.
struct Device {
  DeviceId id;
  std::string name;     ///< what kind; may be empty
  std::string network;  ///< that it was used from last; may be empty
  base::Instant added;
  base::Instant used;
  bool is_own = false;  ///< the one that asks
};

/// What a passkey is asked to sign.
struct PasskeyAsk {
  std::string challenge;                 ///< base64url
  std::string party;                     ///< the host that it is for
  std::vector<std::string> credentials;  ///< those that the account has, base64url
  base::MemberId member;
  std::string address;  ///< of whose account it is
};

/// As a browser gives it; the credential's id is base64url, the rest are its bytes.
struct GivenPasskey {
  std::string credential;
  base::Bytes client_data;
  base::Bytes authenticator_data;
  base::Bytes signature;
};
struct GivenNewPasskey {
  std::string name;  ///< by its owner, to tell it from the others
  base::Bytes client_data;
  base::Bytes authenticator_data;
};

struct Passkey {
  PasskeyId id;
  std::string name;
  base::Instant added;
  std::optional<base::Instant> used;
};

struct AddedPasskey {
  Passkey passkey;
  RecoveryCodes codes;  ///< with the first factor of an account alone
};

/// What became of a try to come in.
enum class Outcome {
  Password,
  Authenticator,
  Recovery,
  Passkey,
  WrongPassword,
  WrongCode,
  WrongPasskey,
  UnknownDevice
};

constexpr std::string_view to_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::Password: return "password";
    case Outcome::Authenticator: return "authenticator";
    case Outcome::Recovery: return "recovery";
    case Outcome::Passkey: return "passkey";
    case Outcome::WrongPasskey: return "wrong_passkey";
    case Outcome::WrongPassword: return "wrong_password";
    case Outcome::WrongCode: return "wrong_code";
    case Outcome::UnknownDevice: break;
  }
  return "unknown_device";
}
constexpr bool is_refused(Outcome outcome) { return outcome >= Outcome::WrongPassword; }

struct SignIn {
  base::Instant at;
  std::string outcome;  ///< to_text(Outcome)
  std::string name;     ///< of the browser's kind; may be empty
  std::string network;  ///< may be empty
};

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
  /// Whether it wants the browser to be known too.
  bool known_devices = false;
  /// What addresses begin with: passkeys count there and nowhere else.
  std::string origin = {};
  /// What members do before anything else; null: nothing.
  const Duties* duties = nullptr;
  /// What the installation is called; nobody's password.
  std::string installation = {};
  /// Queues a mail to a member. May be empty.
  std::function<base::Result<void>(base::PersonId person, FactorNews news, std::string about)> tell = {};
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
                                        const From& from) = 0;

  /// `client`, here and elsewhere, is the address that the request came from: the journal keeps it cut.
  /// Errors: Unauthenticated (wrong address or password: never which), Denied once the membership is over,
  /// TooMany past kTries; then trying again helps after kThrottleWindow at the latest.
  virtual base::Result<SignedIn> sign_in(std::string_view address, std::string_view password,
                                         const From& from) = 0;

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
  virtual base::Result<Halfway> halfway(std::string_view half) = 0;
  /// With a code of the authenticator or a recovery code; the half session ends, or goes on under another
  /// secret. Errors: Denied for a code that does not count (never why), TooMany.
  virtual base::Result<SignedIn> finish_sign_in(std::string_view half, std::string_view code,
                                                const From& from) = 0;
  /// Whoever reads the member's mail vouches for the browser that they read it in. Errors: Denied for a link
  /// that is not the one of this half session.
  virtual base::Result<SignedIn> open_device_link(std::string_view half, std::string_view link,
                                                  const From& from) = 0;
  /// Goes on, if somebody vouched for the browser meanwhile; otherwise it waits further.
  virtual base::Result<SignedIn> enter(std::string_view half, const From& from) = 0;
  /// For who writes the mail. Errors: Gone for what waits no longer.
  virtual base::Result<WaitingDevice> waiting_device(std::string_view wait) = 0;
  /// For the operator, or a colleague who manages members: vouches for the browser of that member that shows
  /// this number. Errors: NotFound.
  virtual base::Result<void> vouch(const journal::Actor& by, std::string_view address,
                                   std::string_view number) = 0;
  /// The one used last at the head; `own` is the secret of the browser that asks.
  virtual base::Result<std::vector<Device>> devices(base::MemberId member, std::string_view own) = 0;
  /// Ends its sessions too. Errors: NotFound for what is none of the member's.
  virtual base::Result<void> end_device(const Member& by, DeviceId device) = 0;
  /// The latest at the head.
  virtual base::Result<std::vector<SignIn>> sign_ins(base::MemberId member) = 0;
  /// Draws the secret of an authenticator for an account that has none; base32. Errors: Conflict if it has
  /// one, Denied in a browser that nobody vouched for.
  virtual base::Result<DrawnAuthenticator> draw_first_authenticator(std::string_view half) = 0;
  /// It counts from then on, and one is signed in. Errors: as finish_sign_in and draw_first_authenticator;
  /// Gone past kNextFactorLife.
  virtual base::Result<Confirmed> confirm_first_authenticator(std::string_view half, std::string_view code,
                                                              const From& from) = 0;

  /// The challenge for a passkey in the place of a code; one that was drawn before is over. Errors: Conflict
  /// for who has none.
  virtual base::Result<PasskeyAsk> ask_passkey(std::string_view half) = 0;
  /// As finish_sign_in. Errors: Denied for a passkey that does not count (never why), TooMany.
  virtual base::Result<SignedIn> finish_with_passkey(std::string_view half, const GivenPasskey& given,
                                                     const From& from) = 0;
  /// A passkey as the first factor, as the two for an authenticator.
  virtual base::Result<PasskeyAsk> ask_first_passkey(std::string_view half) = 0;
  virtual base::Result<Confirmed> confirm_first_passkey(std::string_view half, const GivenNewPasskey& given,
                                                        const From& from) = 0;

  /// As ask_passkey and step_up, in a session.
  virtual base::Result<PasskeyAsk> ask_step_up(std::string_view session) = 0;
  virtual base::Result<SignedIn> step_up_with_passkey(std::string_view session, const GivenPasskey& given,
                                                      std::string_view client) = 0;
  /// One more. Errors: StepUp; Denied for what is no new passkey of this challenge; Conflict past
  /// kPasskeysPerMember and for one that is known; Invalid for its name.
  virtual base::Result<PasskeyAsk> ask_new_passkey(std::string_view session) = 0;
  virtual base::Result<AddedPasskey> add_passkey(std::string_view session, const GivenNewPasskey& given,
                                                 std::string_view client) = 0;
  virtual base::Result<std::vector<Passkey>> passkeys(base::MemberId member) = 0;
  /// Errors: StepUp; NotFound; Conflict for the last factor where the policy wants two.
  virtual base::Result<void> remove_passkey(std::string_view session, PasskeyId passkey,
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
  /// For the operator, when everything is lost: ends the factor, every session and every known browser; the
  /// next sign-in sets one up. Errors: NotFound.
  virtual base::Result<void> reset_factor(std::string_view address) = 0;

  /// Ends all other sessions too. `session` is the one that asks, a fresh one. Errors: StepUp, Denied for a
  /// wrong present password, TooMany, Invalid for the new one.
  virtual base::Result<void> change_password(std::string_view session, std::string_view present,
                                             std::string_view wanted, std::string_view client) = 0;

  /// Errors: NotFound.
  virtual base::Result<Profile> profile(base::MemberId member) = 0;
  /// Whose address it is. Errors: NotFound.
  virtual base::Result<base::MemberId> member_at(std::string_view address) = 0;

  /// The vault's people behind every member who may do this, but for those whose membership is over: whom a
  /// mail about it goes to.
  virtual base::Result<std::vector<base::PersonId>> people_who_may(
      const Permission& permission, base::OrganisationNumber organisation = base::kHouse) = 0;

  /// Whom an invitation (members.h) was sent to. Errors: Unauthenticated for one that was used, withdrawn,
  /// has expired or is none.
  virtual base::Result<Invitee> invitee(std::string_view link) = 0;
  /// Makes the account, as far as a right password leads. `account.address` is not looked at. Errors: as
  /// invitee; Invalid, naming the field first.
  virtual base::Result<SignedIn> join(std::string_view link, const NewAccount& account, const From& from) = 0;

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
