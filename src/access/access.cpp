#include "access/access.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "access/limits.h"
#include "access/password.h"
#include "access/staff_policy.h"
#include "access/throttle.h"
#include "base/bytes.h"
#include "base/log.h"
#include "base/trim.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "journal/journal.h"
#include "mail/message.h"
#include "policy/gate.h"
#include "sql/database.h"
#include "sql/migrate.h"
#include "staff/queries.h"
#include "vault/vault.h"

namespace staff {
namespace {

using base::Code;
using base::fail;
using base::MemberId;
using base::PersonId;
using base::Result;

/// A full disk is no reason to refuse somebody who only reads: the use is noted the next time.
void note_use(const Result<std::int64_t>& touched) {
  if (!touched) base::log(base::Level::Warning, "staff.use_not_noted", {{"error", touched.error()}});
}

constexpr std::string_view kTokenPrefix = "hartslag_";

std::string draw_secret(base::Random& random) {
  std::array<std::uint8_t, 32> bytes;
  random.fill(bytes);
  return base::to_base64url(bytes);
}

/// What the database holds of a secret: 256 random bits need no slow hash.
std::string hash_of(std::string_view secret) {
  return base::to_base64url(crypto::sha256(base::as_bytes(secret)));
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  });
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// Without surrounding blanks, if it can be taken. Errors: Invalid, with the field in front.
Result<NewAccount> checked(const NewAccount& account) {
  auto out = account;
  out.name = base::trimmed(account.name);
  out.address = base::trimmed(account.address);
  if (out.name.empty() || characters(out.name) > kNameLength || has_control(out.name))
    return fail(Code::Invalid, fmt::format("name: 1 to {} characters on one line", kNameLength));
  if (!mail::is_address(out.address)) return fail(Code::Invalid, "email: not an e-mail address");
  if (auto good = check_password(out.password, out.address); !good)
    return fail(Code::Invalid, "password: " + good.error().message);
  return out;
}

std::unexpected<base::Error> no_setup() {
  return fail(Code::Unauthenticated, "this setup token was used, has expired, or is none");
}
std::unexpected<base::Error> no_session() { return fail(Code::Unauthenticated, "not signed in"); }

class SqlAccess final : public Access {
 public:
  SqlAccess(const Needs& needs, policy::FieldPermit name, policy::FieldPermit address)
      : needs_(needs),
        name_(std::move(name)),
        address_(std::move(address)),
        account_tries_(needs.clock, kTries),
        client_tries_(needs.clock, kTriesPerClient) {}

  Result<void> prepare() {
    RETURN_IF_ERROR(sql::migrate(needs_.control, queries::kModule, needs_.clock));
    ASSIGN_OR_RETURN(nobodys_password_, hasher_.hash(draw_secret(needs_.random)));
    return {};
  }

  Result<bool> has_account() override {
    ASSIGN_OR_RETURN(const auto row, needs_.control.one(queries::count_members));
    return row.integer("members") > 0;
  }
  Result<std::string> make_setup_token() override;
  Result<void> check_setup_token(std::string_view token) override;
  Result<SignedIn> set_up(std::string_view token, const NewAccount& account,
                          std::string_view client) override;
  Result<SignedIn> sign_in(std::string_view address, std::string_view password,
                           std::string_view client) override;
  Result<Member> member_of(std::string_view session) override;
  Result<void> sign_out(std::string_view session, std::string_view client) override;
  Result<std::vector<Session>> sessions(MemberId member) override;
  std::string id_of(std::string_view session) const override { return hash_of(session); }
  Result<void> end_session(const Member& by, std::string_view id) override;
  Result<std::int64_t> end_sessions(const Member& by, std::string_view except) override;
  Result<void> change_password(std::string_view session, std::string_view present, std::string_view wanted,
                               std::string_view client) override;
  Result<Profile> profile(MemberId member) override;
  Result<std::vector<PersonId>> people_who_may(Permission permission) override;
  Result<NewToken> create_token(const Member& by, std::string_view label, Permissions permissions,
                                std::optional<base::Instant> expires) override;
  Result<std::vector<Token>> tokens(MemberId member) override;
  Result<void> revoke_token(const Member& by, TokenId token) override;
  Result<Member> member_of_token(std::string_view secret) override;

 private:
  Result<PersonId> keep_person(const NewAccount& account);
  Result<SignedIn> start_session(sql::Connection& connection, const Member& member, std::string_view client);
  static journal::Act act(std::string kind, std::optional<MemberId> member, std::string_view client) {
    journal::Act act;
    act.kind = std::move(kind);
    act.by = {.member = member, .address = std::string{client}};
    return act;
  }

  const Needs needs_;
  const policy::FieldPermit name_;
  const policy::FieldPermit address_;
  crypto::PasswordHasher hasher_;
  /// Checked against when there is no account, so that this takes as long.
  std::string nobodys_password_;
  Throttle account_tries_;
  Throttle client_tries_;
};

Result<std::string> SqlAccess::make_setup_token() {
  auto secret = draw_secret(needs_.random);
  const auto expires = needs_.clock.now() + kSetupTokenLife;
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto row, connection.one(queries::count_members));
    if (row.integer("members") > 0) return fail(Code::Conflict, "there is an account already: sign in");
    RETURN_IF_ERROR(
        connection.run(queries::put_setup_token, {{"secret", hash_of(secret)}, {"expires", expires}}));
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.setup_token_made", {}, {})));
    return {};
  }));
  return secret;
}

Result<void> SqlAccess::check_setup_token(std::string_view token) {
  ASSIGN_OR_RETURN(const auto row, needs_.control.maybe(queries::setup_token, {{"secret", hash_of(token)},
                                                                               {"now", needs_.clock.now()}}));
  if (!row) return no_setup();
  return {};
}

Result<PersonId> SqlAccess::keep_person(const NewAccount& account) {
  const std::array fields{vault::NewField{.permit = name_, .value = account.name, .source = kStaffForm},
                          vault::NewField{.permit = address_,
                                          .value = account.address,
                                          .findable = vault::Findable::ByMail,
                                          .source = kStaffForm}};
  const vault::NewPerson person{
      .property = kStaffScope, .language = account.language, .fields = fields, .capacity = {}};
  // Somebody who was kept by a setup that broke off is in the way, and belongs to no member.
  ASSIGN_OR_RETURN(const auto earlier, needs_.vault.find_by_mail(kStaffScope, account.address));
  if (earlier) {
    ASSIGN_OR_RETURN(const auto row,
                     needs_.control.maybe(queries::member_by_person, {{"person", to_text(*earlier)}}));
    if (row) return fail(Code::Conflict, "email: there is an account with this address");
    RETURN_IF_ERROR(needs_.vault.erase(*earlier));
  }
  return needs_.vault.create(person);
}

Result<SignedIn> SqlAccess::set_up(std::string_view token, const NewAccount& account,
                                   std::string_view client) {
  RETURN_IF_ERROR(check_setup_token(token));
  ASSIGN_OR_RETURN(const auto good, checked(account));
  ASSIGN_OR_RETURN(const auto password, hasher_.hash(good.password));
  ASSIGN_OR_RETURN(const auto person, keep_person(good));
  const Member member{MemberId::draw(needs_.random), Permissions::all()};
  auto signed_in = needs_.control.transact([&](sql::Connection& connection) -> Result<SignedIn> {
    const auto now = needs_.clock.now();
    ASSIGN_OR_RETURN(const auto used,
                     connection.run(queries::use_setup_token, {{"secret", hash_of(token)}, {"now", now}}));
    ASSIGN_OR_RETURN(const auto row, connection.one(queries::count_members));
    if (used == 0 || row.integer("members") > 0) return no_setup();
    RETURN_IF_ERROR(connection.run(queries::add_member, {{"member", to_text(member.id)},
                                                         {"person", to_text(person)},
                                                         {"password", password},
                                                         {"permissions", to_text(member.permissions)},
                                                         {"now", now}}));
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.account_made", member.id, client)));
    return start_session(connection, member, client);
  });
  if (!signed_in) {
    // Nobody's account: the next setup would remove the person too, if this does not succeed.
    (void)needs_.vault.erase(person);
  }
  return signed_in;
}

Result<SignedIn> SqlAccess::start_session(sql::Connection& connection, const Member& member,
                                          std::string_view client) {
  const auto now = needs_.clock.now();
  const auto secret = draw_secret(needs_.random);
  RETURN_IF_ERROR(connection.run(queries::end_old_sessions,
                                 {{"started", now - kSessionLife}, {"used", now - kSessionIdle}}));
  RETURN_IF_ERROR(connection.run(queries::end_oldest_sessions,
                                 {{"member", to_text(member.id)}, {"keep", kSessionsPerMember - 1}}));
  RETURN_IF_ERROR(connection.run(queries::add_session, {{"secret", hash_of(secret)},
                                                        {"member", to_text(member.id)},
                                                        {"network", journal::cut_address(client)},
                                                        {"now", now}}));
  RETURN_IF_ERROR(connection.run(queries::touch_member, {{"member", to_text(member.id)}, {"now", now}}));
  RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.signed_in", member.id, client)));
  return SignedIn{secret, member, now + kSessionLife};
}

Result<SignedIn> SqlAccess::sign_in(std::string_view address, std::string_view password,
                                    std::string_view client) {
  // What is no address belongs to nobody, and is refused in the same way.
  const auto normalised = vault::normalise_mail(address).value_or(std::string{});
  const auto key = hash_of(fmt::format("{}\n{}", normalised, client));
  if (!client_tries_.try_once(std::string{client}) || !account_tries_.try_once(key))
    return fail(Code::TooMany, "too many tries: wait five minutes");

  auto person = PersonId::draw(needs_.random);
  if (!normalised.empty()) {
    ASSIGN_OR_RETURN(const auto found, needs_.vault.find_by_mail(kStaffScope, normalised));
    person = found.value_or(person);
  }
  ASSIGN_OR_RETURN(const auto row,
                   needs_.control.maybe(queries::member_by_person, {{"person", to_text(person)}}));
  const auto hash = row ? row->text("password") : nobodys_password_;
  const bool right = hasher_.verify(password, hash);
  std::optional<Member> member;
  if (row) {
    ASSIGN_OR_RETURN(const auto id, base::parse_id<MemberId>(row->text("member")));
    member = Member{.id = id, .permissions = parse_permissions(row->text("permissions"))};
  }
  if (!right || !member) {
    RETURN_IF_ERROR(needs_.journal.record(
        act("staff.sign_in_refused", member ? std::optional{member->id} : std::nullopt, client)));
    return fail(Code::Unauthenticated, "address and password do not belong together");
  }
  account_tries_.forgive(key);
  client_tries_.forgive(std::string{client});
  if (crypto::PasswordHasher::is_outdated(hash)) {
    ASSIGN_OR_RETURN(const auto renewed, hasher_.hash(password));
    RETURN_IF_ERROR(
        needs_.control.run(queries::set_password, {{"member", to_text(member->id)}, {"password", renewed}}));
  }
  return needs_.control.transact(
      [&](sql::Connection& connection) { return start_session(connection, *member, client); });
}

Result<Member> SqlAccess::member_of(std::string_view session) {
  const auto secret = hash_of(session);
  const auto now = needs_.clock.now();
  ASSIGN_OR_RETURN(const auto row, needs_.control.maybe(queries::session, {{"secret", secret}}));
  if (!row) return no_session();
  const auto used = row->instant("used_at_ms");
  if (now - row->instant("started_at_ms") >= kSessionLife || now - used >= kSessionIdle) return no_session();
  if (now - used >= kSessionTouch) {
    note_use(needs_.control.run(queries::touch_session, {{"secret", secret}, {"now", now}}));
    note_use(needs_.control.run(queries::touch_member, {{"member", row->text("member")}, {"now", now}}));
  }
  ASSIGN_OR_RETURN(const auto id, base::parse_id<MemberId>(row->text("member")));
  return Member{.id = id, .permissions = parse_permissions(row->text("permissions"))};
}

Result<void> SqlAccess::sign_out(std::string_view session, std::string_view client) {
  const auto secret = hash_of(session);
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto row, connection.maybe(queries::session, {{"secret", secret}}));
    if (!row) return {};
    ASSIGN_OR_RETURN(const auto member, base::parse_id<MemberId>(row->text("member")));
    RETURN_IF_ERROR(connection.run(queries::end_session, {{"secret", secret}}));
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.signed_out", member, client)));
    return {};
  });
}

Result<std::vector<Session>> SqlAccess::sessions(MemberId member) {
  const auto now = needs_.clock.now();
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::sessions, {{"member", to_text(member)}}));
  std::vector<Session> sessions;
  for (const auto& row : rows) {
    Session one{.id = row.text("secret"),
                .network = row.text("network"),
                .started = row.instant("started_at_ms"),
                .used = row.instant("used_at_ms")};
    if (now - one.started < kSessionLife && now - one.used < kSessionIdle) sessions.push_back(std::move(one));
  }
  return sessions;
}

Result<void> SqlAccess::end_session(const Member& by, std::string_view id) {
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto ended,
                     connection.run(queries::end_session_of, {{"member", to_text(by.id)}, {"secret", id}}));
    if (ended == 0) return fail(Code::NotFound, "no such session");
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.session_ended", by.id, by.client)));
    return {};
  });
}

Result<std::int64_t> SqlAccess::end_sessions(const Member& by, std::string_view except) {
  return needs_.control.transact([&](sql::Connection& connection) -> Result<std::int64_t> {
    ASSIGN_OR_RETURN(const auto ended, connection.run(queries::end_sessions, {{"member", to_text(by.id)},
                                                                              {"keep", hash_of(except)}}));
    if (ended > 0)
      RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.sessions_ended", by.id, by.client)));
    return ended;
  });
}

Result<void> SqlAccess::change_password(std::string_view session, std::string_view present,
                                        std::string_view wanted, std::string_view client) {
  ASSIGN_OR_RETURN(const auto member, member_of(session));
  const auto key = to_text(member.id);
  if (!account_tries_.try_once(key)) return fail(Code::TooMany, "too many tries: wait five minutes");
  ASSIGN_OR_RETURN(const auto row, needs_.control.one(queries::member_by_id, {{"member", key}}));
  if (!hasher_.verify(present, row.text("password")))
    return fail(Code::Denied, "this is not the present password");
  account_tries_.forgive(key);
  ASSIGN_OR_RETURN(const auto own, profile(member.id));
  RETURN_IF_ERROR(check_password(wanted, own.address));
  ASSIGN_OR_RETURN(const auto hash, hasher_.hash(wanted));
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(connection.run(queries::set_password, {{"member", key}, {"password", hash}}));
    RETURN_IF_ERROR(connection.run(queries::end_sessions, {{"member", key}, {"keep", hash_of(session)}}));
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.password_changed", member.id, client)));
    return {};
  });
}

Result<Profile> SqlAccess::profile(MemberId member) {
  ASSIGN_OR_RETURN(const auto row, needs_.control.one(queries::member_by_id, {{"member", to_text(member)}}));
  ASSIGN_OR_RETURN(const auto person, base::parse_id<PersonId>(row.text("person")));
  ASSIGN_OR_RETURN(const auto fields, needs_.vault.read_fields(person));
  const auto value = [&](std::string_view name) {
    const auto* found = fields.find(name);
    return found == nullptr ? std::string{} : *found;
  };
  return Profile{value(kNameField), value(kAddressField), fields.person.language};
}

Result<std::vector<PersonId>> SqlAccess::people_who_may(Permission permission) {
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::members));
  std::vector<PersonId> people;
  for (const auto& row : rows) {
    if (!parse_permissions(row.text("permissions")).has(permission)) continue;
    ASSIGN_OR_RETURN(const auto person, base::parse_id<PersonId>(row.text("person")));
    people.push_back(person);
  }
  return people;
}

Result<NewToken> SqlAccess::create_token(const Member& by, std::string_view label, Permissions permissions,
                                         std::optional<base::Instant> expires) {
  const auto now = needs_.clock.now();
  std::string name{base::trimmed(label)};
  if (name.empty() || characters(name) > kTokenLabelLength || has_control(name))
    return fail(Code::Invalid, fmt::format("label: 1 to {} characters on one line", kTokenLabelLength));
  if (expires && *expires <= now) return fail(Code::Invalid, "expires: lies in the past");
  const auto secret = std::string{kTokenPrefix} + draw_secret(needs_.random);
  Token token{.id = TokenId::draw(needs_.random),
              .label = std::move(name),
              .permissions = permissions,
              .created = now,
              .expires = expires,
              .last_used = {}};
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    const auto own = to_text(by.id);
    ASSIGN_OR_RETURN(const auto row, connection.one(queries::member_by_id, {{"member", own}}));
    ASSIGN_OR_RETURN(const auto count, connection.one(queries::count_tokens, {{"member", own}}));
    if (count.integer("tokens") >= static_cast<std::int64_t>(kTokensPerMember))
      return fail(Code::Conflict, "too many tokens: revoke one first");
    token.permissions = permissions & parse_permissions(row.text("permissions"));
    RETURN_IF_ERROR(connection.run(queries::add_token, {{"token", to_text(token.id)},
                                                        {"secret", hash_of(secret)},
                                                        {"member", own},
                                                        {"label", token.label},
                                                        {"permissions", to_text(token.permissions)},
                                                        {"now", now},
                                                        {"expires", expires}}));
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.token_made", by.id, by.client)));
    return {};
  }));
  return NewToken{std::move(token), secret};
}

Result<std::vector<Token>> SqlAccess::tokens(MemberId member) {
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::tokens, {{"member", to_text(member)}}));
  std::vector<Token> tokens;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto id, base::parse_id<TokenId>(row.text("token")));
    tokens.push_back({.id = id,
                      .label = row.text("label"),
                      .permissions = parse_permissions(row.text("permissions")),
                      .created = row.instant("created_at_ms"),
                      .expires = row.maybe_instant("expires_at_ms"),
                      .last_used = row.maybe_instant("used_at_ms")});
  }
  return tokens;
}

Result<void> SqlAccess::revoke_token(const Member& by, TokenId token) {
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto gone, connection.run(queries::revoke_token, {{"token", to_text(token)},
                                                                             {"member", to_text(by.id)}}));
    if (gone == 0) return fail(Code::NotFound, "no such token");
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.token_revoked", by.id, by.client)));
    return {};
  });
}

Result<Member> SqlAccess::member_of_token(std::string_view secret) {
  const auto now = needs_.clock.now();
  ASSIGN_OR_RETURN(const auto row, needs_.control.maybe(queries::token_by_secret,
                                                        {{"secret", hash_of(secret)}, {"now", now}}));
  if (!row) return fail(Code::Unauthenticated, "this token was revoked, has expired, or is none");
  const auto used = row->maybe_instant("used_at_ms");
  if (!used || now - *used >= kSessionTouch) {
    note_use(needs_.control.run(queries::touch_token, {{"token", row->text("token")}, {"now", now}}));
    note_use(needs_.control.run(queries::touch_member, {{"member", row->text("member")}, {"now", now}}));
  }
  ASSIGN_OR_RETURN(const auto id, base::parse_id<MemberId>(row->text("member")));
  return Member{
      id, parse_permissions(row->text("permissions")) & parse_permissions(row->text("member_permissions"))};
}

}  // namespace

Result<std::unique_ptr<Access>> Access::open(Needs needs) {
  const policy::Gate gate{staff_policy()};
  ASSIGN_OR_RETURN(auto name, gate.permit_field(kNameField));
  ASSIGN_OR_RETURN(auto address, gate.permit_field(kAddressField));
  auto access = std::make_unique<SqlAccess>(needs, std::move(name), std::move(address));
  RETURN_IF_ERROR(access->prepare());
  return std::unique_ptr<Access>{std::move(access)};
}

Result<void> require(const Member& member, Permission permission) {
  if (member.permissions.has(permission)) return {};
  return fail(Code::Denied, fmt::format("this takes the permission {}", to_text(permission)));
}

}  // namespace staff
