// Access over SQL. What it does is in several files: accounts and passwords in access.cpp, sessions in
// sessions.cpp, the second factor in factors.cpp, API tokens in tokens.cpp.
#pragma once

#include "access/access.h"
#include "access/limits.h"
#include "access/throttle.h"
#include "crypto/password.h"
#include "policy/gate.h"
#include "sql/database.h"
#include "sql/migrate.h"
#include "staff/queries.h"
#include "vault/vault.h"

namespace staff {

class SqlAccess final : public Access {
 public:
  SqlAccess(const Needs& needs, policy::FieldPermit name, policy::FieldPermit address)
      : needs_(needs),
        name_(std::move(name)),
        address_(std::move(address)),
        factors_(needs.keys, needs.clock, needs.random),
        account_tries_(needs.clock, kTries),
        client_tries_(needs.clock, kTriesPerClient),
        member_codes_(needs.clock, kCodeTriesPerMember) {}

  base::Result<void> prepare();

  base::Result<bool> has_account() override;
  base::Result<std::string> make_setup_token() override;
  base::Result<void> check_setup_token(std::string_view token) override;
  base::Result<SignedIn> set_up(std::string_view token, const NewAccount& account,
                                std::string_view client) override;
  base::Result<SignedIn> sign_in(std::string_view address, std::string_view password,
                                 std::string_view client) override;
  base::Result<Member> member_of(std::string_view session) override;
  base::Result<void> sign_out(std::string_view session, std::string_view client) override;
  base::Result<std::vector<Session>> sessions(base::MemberId member) override;
  std::string id_of(std::string_view session) const override;
  base::Result<void> end_session(const Member& by, std::string_view id) override;
  base::Result<std::int64_t> end_sessions(const Member& by, std::string_view except) override;
  base::Result<void> change_password(std::string_view session, std::string_view present,
                                     std::string_view wanted, std::string_view client) override;
  base::Result<Profile> profile(base::MemberId member) override;
  base::Result<std::vector<base::PersonId>> people_who_may(const Permission& permission,
                                                           base::OrganisationNumber organisation) override;
  base::Result<Invitee> invitee(std::string_view link) override;
  base::Result<SignedIn> join(std::string_view link, const NewAccount& account,
                              std::string_view client) override;
  base::Result<NewToken> create_token(const Member& by, std::string_view label, Permissions permissions,
                                      std::optional<base::Instant> expires) override;
  base::Result<std::vector<Token>> tokens(base::MemberId member) override;
  base::Result<void> revoke_token(const Member& by, TokenId token) override;
  base::Result<Member> member_of_token(std::string_view secret) override;
  base::Result<Next> next_of(std::string_view half) override;
  base::Result<SignedIn> finish_sign_in(std::string_view half, std::string_view code,
                                        std::string_view client) override;
  base::Result<DrawnAuthenticator> draw_first_authenticator(std::string_view half) override;
  base::Result<Confirmed> confirm_first_authenticator(std::string_view half, std::string_view code,
                                                      std::string_view client) override;
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

  base::Result<base::PersonId> keep_person(const NewAccount& account);
  /// After the right password: a session, or a half one.
  base::Result<SignedIn> pass_password(sql::Connection& connection, const Member& member,
                                       std::string_view client);
  base::Result<SignedIn> start_session(sql::Connection& connection, const Member& member,
                                       std::string_view client, bool proved);
  base::Result<SignedIn> start_half_session(sql::Connection& connection, const Member& member, Next next);
  /// The same session under a secret anew, with a second factor just shown. Ends nothing else.
  base::Result<SignedIn> renew_session(sql::Connection& connection, const Holder& holder,
                                       std::string_view session);
  base::Result<Holder> holder_of(std::string_view session);
  base::Result<Holder> half_holder_of(std::string_view half);
  base::Result<DrawnAuthenticator> draw_for(const Holder& holder, std::string_view session);
  /// Errors: Conflict for who has an authenticator.
  base::Result<void> require_none(const Holder& holder);
  base::Result<void> end_half_session(sql::Connection& connection, std::string_view half);
  /// Errors: TooMany past what may be tried.
  base::Result<void> allow_try(const Holder& holder, std::string_view code, std::string_view client);
  void forgive_tries(const Holder& holder, std::string_view client);
  /// Takes a code and journals what became of it.
  base::Result<CodeKind> take_code(sql::Connection& connection, const Holder& holder, std::string_view code,
                                   std::string_view client);
  /// What a code that counts leads to, in the same transaction.
  using Passed = std::function<base::Result<SignedIn>(sql::Connection&)>;
  base::Result<SignedIn> pass_code(const Holder& holder, std::string_view code, std::string_view client,
                                   const Passed& passed);
  base::Result<Confirmed> confirm(const Holder& holder, std::string_view secret, std::string_view code,
                                  std::string_view client, const Passed& passed);
  base::Result<void> note(sql::Connection& connection, std::string kind, const Holder& holder,
                          std::string_view client);
  base::Result<void> tell(base::PersonId person, FactorNews news);
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
  crypto::PasswordHasher hasher_;
  /// Checked against when there is no account, so that this takes as long.
  std::string nobodys_password_;
  Throttle account_tries_;
  Throttle client_tries_;
  /// Of codes, by account and wherever they come from.
  Throttle member_codes_;
};

}  // namespace staff
