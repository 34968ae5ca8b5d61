// Access over SQL. What it does is in several files: accounts and passwords in access.cpp, sessions in
// sessions.cpp, the second factor in factors.cpp and passkey_access.cpp, how one gets from the password to a
// session in entering.cpp, API tokens in tokens.cpp.
#pragma once

#include "access/access.h"
#include "access/devices.h"
#include "access/limits.h"
#include "access/passkeys.h"
#include "access/throttle.h"
#include "crypto/password.h"
#include "policy/gate.h"
#include "sql/database.h"
#include "sql/migrate.h"
#include "staff/queries.h"
#include "vault/vault.h"

namespace staff {

/// Who vouched for the browser that somebody is on the way in with. Setup: the account was made in it.
enum class Voucher { Nobody, Device, Setup, Mail, Operator, Colleague };

constexpr std::string_view to_text(Voucher voucher) {
  switch (voucher) {
    case Voucher::Device: return "device";
    case Voucher::Setup: return "setup";
    case Voucher::Mail: return "mail";
    case Voucher::Operator: return "operator";
    case Voucher::Colleague: return "colleague";
    case Voucher::Nobody: break;
  }
  return "";
}

class SqlAccess final : public Access {
 public:
  SqlAccess(const Needs& needs, policy::FieldPermit name, policy::FieldPermit address)
      : needs_(needs),
        name_(std::move(name)),
        address_(std::move(address)),
        factors_(needs.keys, needs.clock, needs.random),
        devices_(needs.control, needs.clock, needs.random),
        passkeys_(needs.control, needs.clock, needs.random, RelyingParty::of(needs.origin)),
        account_tries_(needs.clock, kTries),
        client_tries_(needs.clock, kTriesPerClient),
        member_codes_(needs.clock, kCodeTriesPerMember) {}

  base::Result<void> prepare();

  base::Result<bool> has_account() override;
  base::Result<std::string> make_setup_token() override;
  base::Result<void> check_setup_token(std::string_view token) override;
  base::Result<SignedIn> set_up(std::string_view token, const NewAccount& account, const From& from) override;
  base::Result<SignedIn> sign_in(std::string_view address, std::string_view password,
                                 const From& from) override;
  base::Result<Member> member_of(std::string_view session) override;
  base::Result<void> sign_out(std::string_view session, std::string_view client) override;
  base::Result<std::vector<Session>> sessions(base::MemberId member) override;
  std::string id_of(std::string_view session) const override;
  base::Result<void> end_session(const Member& by, std::string_view id) override;
  base::Result<std::int64_t> end_sessions(const Member& by, std::string_view except) override;
  base::Result<void> change_password(std::string_view session, std::string_view present,
                                     std::string_view wanted, std::string_view client) override;
  base::Result<Profile> profile(base::MemberId member) override;
  base::Result<base::MemberId> member_at(std::string_view address) override;
  base::Result<std::vector<base::PersonId>> people_who_may(const Permission& permission,
                                                           base::OrganisationNumber organisation) override;
  base::Result<Invitee> invitee(std::string_view link) override;
  base::Result<SignedIn> join(std::string_view link, const NewAccount& account, const From& from) override;
  base::Result<NewToken> create_token(const Member& by, std::string_view label, Permissions permissions,
                                      std::optional<base::Instant> expires) override;
  base::Result<std::vector<Token>> tokens(base::MemberId member) override;
  base::Result<void> revoke_token(const Member& by, TokenId token) override;
  base::Result<Member> member_of_token(std::string_view secret) override;
  base::Result<Halfway> halfway(std::string_view half) override;
  base::Result<PasskeyAsk> ask_passkey(std::string_view half) override;
  base::Result<SignedIn> finish_with_passkey(std::string_view half, const GivenPasskey& given,
                                             const From& from) override;
  base::Result<PasskeyAsk> ask_first_passkey(std::string_view half) override;
  base::Result<Confirmed> confirm_first_passkey(std::string_view half, const GivenNewPasskey& given,
                                                const From& from) override;
  base::Result<PasskeyAsk> ask_step_up(std::string_view session) override;
  base::Result<SignedIn> step_up_with_passkey(std::string_view session, const GivenPasskey& given,
                                              std::string_view client) override;
  base::Result<PasskeyAsk> ask_new_passkey(std::string_view session) override;
  base::Result<AddedPasskey> add_passkey(std::string_view session, const GivenNewPasskey& given,
                                         std::string_view client) override;
  base::Result<std::vector<Passkey>> passkeys(base::MemberId member) override;
  base::Result<void> remove_passkey(std::string_view session, PasskeyId passkey,
                                    std::string_view client) override;
  base::Result<SignedIn> open_device_link(std::string_view half, std::string_view link,
                                          const From& from) override;
  base::Result<SignedIn> enter(std::string_view half, const From& from) override;
  base::Result<WaitingDevice> waiting_device(std::string_view wait) override;
  base::Result<void> vouch(const journal::Actor& by, std::string_view address,
                           std::string_view number) override;
  base::Result<std::vector<Device>> devices(base::MemberId member, std::string_view own) override;
  base::Result<void> end_device(const Member& by, DeviceId device) override;
  base::Result<std::vector<SignIn>> sign_ins(base::MemberId member) override;
  base::Result<SignedIn> finish_sign_in(std::string_view half, std::string_view code,
                                        const From& from) override;
  base::Result<DrawnAuthenticator> draw_first_authenticator(std::string_view half) override;
  base::Result<Confirmed> confirm_first_authenticator(std::string_view half, std::string_view code,
                                                      const From& from) override;
  base::Result<SignedIn> step_up(std::string_view session, std::string_view code,
                                 std::string_view client) override;
  base::Result<DrawnAuthenticator> draw_authenticator(std::string_view session) override;
  base::Result<Confirmed> confirm_authenticator(std::string_view session, std::string_view code,
                                                std::string_view client) override;
  base::Result<RecoveryCodes> renew_recovery(std::string_view session, std::string_view client) override;
  base::Result<FactorState> factor(base::MemberId member) override;
  base::Result<void> reset_factor(std::string_view address) override;

 private:
  /// Whose session or half session it is.
  struct Holder {
    Member member;
    base::PersonId person;
    base::Instant started = {};
    FactorOwner owner() const { return {member.id, person}; }
  };

  /// Somebody who knows the password, on the way to a session.
  struct Entrant {
    Holder holder;
    Voucher voucher = Voucher::Nobody;
    std::optional<base::Instant> proved = {};  ///< when the second factor was shown
    Outcome by = Outcome::Password;            ///< what was shown last
    std::string wait = {};
    std::string number = {};
  };

  /// What a step on the way led to, and what the member is told of it once it is stored.
  struct Step {
    SignedIn signed_in;
    std::optional<FactorNews> news = {};
    std::string about = {};
  };

  base::Result<base::PersonId> keep_person(const NewAccount& account);
  base::Result<std::optional<base::PersonId>> find_person(std::string_view address);
  /// What everybody in this organisation knows (password.h).
  base::Result<std::vector<std::string>> known_names(base::OrganisationNumber organisation);
  /// After the right password: a session, or a half one.
  base::Result<Step> pass_password(sql::Connection& connection, const Holder& holder, const From& from,
                                   Voucher voucher);
  base::Result<Next> next_of(sql::Connection& connection, const Entrant& entrant);
  /// A session if nothing is left to show, else another half session.
  base::Result<Step> go_on(sql::Connection& connection, const Entrant& entrant, const From& from);
  base::Result<Step> start_session(sql::Connection& connection, const Entrant& entrant, const From& from);
  base::Result<Step> start_half_session(sql::Connection& connection, const Entrant& entrant, Next next,
                                        const From& from);
  /// Notes the use of the member's browser, or adds it when somebody vouched for it; `step` tells of that.
  base::Result<Devices::Used> use_device(sql::Connection& connection, const Entrant& entrant,
                                         const From& from, Step& step);
  base::Result<SignedIn> tell_of(base::PersonId person, Step step);
  /// The same session under a secret anew, with a second factor just shown. Ends nothing else.
  base::Result<Step> renew_session(sql::Connection& connection, const Holder& holder,
                                   std::string_view session);
  base::Result<Holder> holder_of(std::string_view session);
  /// With how much is still to do before anything else.
  base::Result<Member> with_duties(Member member) const;
  base::Result<Entrant> entrant_of(std::string_view half);
  base::Result<std::string> device_link(base::PersonId person, std::string_view wait);
  base::Result<DrawnAuthenticator> draw_for(const Holder& holder, std::string_view session);
  /// Errors: Conflict for who has an authenticator, Denied for whose browser nobody vouched for.
  base::Result<void> end_all_halves(sql::Connection& connection, std::string_view half,
                                    base::MemberId member);
  base::Result<void> require_none(const Entrant& entrant);
  base::Result<void> end_half_session(sql::Connection& connection, std::string_view half);
  /// Errors: TooMany past what may be tried.
  base::Result<void> allow_try(const Holder& holder, std::string_view code, std::string_view client);
  void forgive_tries(const Holder& holder, std::string_view client);
  /// Takes a code and journals what became of it.
  base::Result<CodeKind> take_code(sql::Connection& connection, const Holder& holder, std::string_view code,
                                   std::string_view client);
  /// What a factor that counts leads to, in the same transaction.
  using Passed = std::function<base::Result<Step>(sql::Connection&, Outcome)>;
  /// What was shown as the second factor: a code, or a passkey in that session.
  struct Proof {
    std::string_view code = {};
    const GivenPasskey* passkey = nullptr;
    std::string_view session = {};
  };
  /// By what it counts; WrongPasskey for one of which there are two, nothing for what does not count at all.
  base::Result<std::optional<Outcome>> take_proof(sql::Connection& connection, const Holder& holder,
                                                  const Proof& proof, const From& from);
  base::Result<SignedIn> pass_proof(const Holder& holder, const Proof& proof, const From& from,
                                    const Passed& passed);
  Passed finishing(std::string_view half, Entrant entrant, const From& from);
  Passed stepping_up(std::string_view session, const Holder& holder, std::string_view client);
  base::Result<PasskeyAsk> ask_for(const Holder& holder, std::string_view session);
  base::Result<Confirmed> confirm(const Holder& holder, std::string_view secret, std::string_view code,
                                  std::string_view client, const Passed& passed);
  base::Result<void> note(sql::Connection& connection, std::string kind, const Holder& holder,
                          std::string_view client);
  base::Result<void> tell(base::PersonId person, FactorNews news, std::string about = {});
  static journal::Act act(std::string kind, std::optional<base::MemberId> member, std::string_view client) {
    journal::Act act;
    act.kind = std::move(kind);
    act.by = {.member = member, .address = std::string{client}};
    return act;
  }

  const Needs needs_;
  const policy::FieldPermit name_;
  const policy::FieldPermit address_;
  const SecondFactor factors_;
  const Devices devices_;
  const Passkeys passkeys_;
  crypto::PasswordHasher hasher_;
  /// Checked against when there is no account, so that this takes as long.
  std::string nobodys_password_;
  Throttle account_tries_;
  Throttle client_tries_;
  /// Of codes, by account and wherever they come from.
  Throttle member_codes_;
};

}  // namespace staff
