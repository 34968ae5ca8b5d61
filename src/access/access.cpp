#include "access/access.h"

#include <fmt/format.h>

#include <array>

#include "access/account_form.h"
#include "access/grant.h"
#include "access/limits.h"
#include "access/line.h"
#include "access/password.h"
#include "access/secret.h"
#include "access/sql_access.h"
#include "access/staff_policy.h"
#include "base/trim.h"
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

std::unexpected<base::Error> no_setup() {
  return fail(Code::Unauthenticated, "this setup token was used, has expired, or is none");
}

}  // namespace

Result<NewAccount> checked(const NewAccount& account, std::vector<std::string> known) {
  auto out = account;
  out.name = base::trimmed(account.name);
  out.address = base::trimmed(account.address);
  if (!is_line(out.name, kNameLength))
    return fail(Code::Invalid, fmt::format("name: 1 to {} characters on one line", kNameLength));
  if (!mail::is_address(out.address)) return fail(Code::Invalid, "email: not an e-mail address");
  known.insert(known.end(), {out.name, out.address});
  if (auto good = check_password(out.password, known); !good)
    return fail(Code::Invalid, "password: " + good.error().message);
  return out;
}

Result<void> SqlAccess::prepare() {
  RETURN_IF_ERROR(sql::migrate(needs_.control, queries::kModule, needs_.clock));
  ASSIGN_OR_RETURN(nobodys_password_, hasher_.hash(draw_secret(needs_.random)));
  return {};
}

Result<bool> SqlAccess::has_account() {
  ASSIGN_OR_RETURN(const auto row, needs_.control.one(queries::count_members));
  return row.integer("members") > 0;
}

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

Result<SignedIn> SqlAccess::set_up(std::string_view token, const NewAccount& account, const From& from) {
  RETURN_IF_ERROR(check_setup_token(token));
  ASSIGN_OR_RETURN(const auto good, checked(account, {needs_.installation, needs_.origin}));
  ASSIGN_OR_RETURN(const auto password, hasher_.hash(good.password));
  ASSIGN_OR_RETURN(const auto person, keep_person(good));
  Member member{.id = MemberId::draw(needs_.random),
                .permissions = permissions_of(needs_.permissions, Role::Owner)};
  member.permissions.add(kExport);
  auto step = needs_.control.transact([&](sql::Connection& connection) -> Result<Step> {
    const auto now = needs_.clock.now();
    ASSIGN_OR_RETURN(const auto used,
                     connection.run(queries::use_setup_token, {{"secret", hash_of(token)}, {"now", now}}));
    ASSIGN_OR_RETURN(const auto row, connection.one(queries::count_members));
    if (used == 0 || row.integer("members") > 0) return no_setup();
    RETURN_IF_ERROR(connection.run(queries::add_member, {{"member", to_text(member.id)},
                                                         {"person", to_text(person)},
                                                         {"password", password},
                                                         {"organisation", base::kHouse.value},
                                                         {"role", to_text(Role::Owner)},
                                                         {"exports", 1},
                                                         {"until", std::optional<base::Instant>{}},
                                                         {"now", now}}));
    RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.account_made", member.id, from.client)));
    return pass_password(connection, {.member = member, .person = person}, from, Voucher::Setup);
  });
  if (!step) {
    // Nobody's account: the next setup would remove the person too, if this does not succeed.
    (void)needs_.vault.erase(person);
    return std::unexpected{step.error()};
  }
  return tell_of(person, *std::move(step));
}

Result<std::vector<std::string>> SqlAccess::known_names(base::OrganisationNumber organisation) {
  std::vector names{needs_.installation, needs_.origin};
  ASSIGN_OR_RETURN(const auto row,
                   needs_.control.maybe(queries::organisation_name, {{"organisation", organisation.value}}));
  if (row) names.push_back(row->text("name"));
  return names;
}

Result<std::optional<PersonId>> SqlAccess::find_person(std::string_view address) {
  const auto normalised = vault::normalise_mail(address);
  if (!normalised) return std::nullopt;
  return needs_.vault.find_by_mail(kStaffScope, *normalised);
}

Result<SignedIn> SqlAccess::sign_in(std::string_view address, std::string_view password, const From& from) {
  const std::string client{from.client};
  // What is no address belongs to nobody, and is refused in the same way.
  const auto normalised = vault::normalise_mail(address).value_or(std::string{});
  const auto key = hash_of(fmt::format("{}\n{}", normalised, client));
  if (!client_tries_.try_once(client) || !account_tries_.try_once(key))
    return fail(Code::TooMany, "too many tries: wait five minutes");

  ASSIGN_OR_RETURN(const auto found, find_person(normalised));
  const auto person = found.value_or(PersonId::draw(needs_.random));
  ASSIGN_OR_RETURN(const auto row,
                   needs_.control.maybe(queries::member_by_person, {{"person", to_text(person)}}));
  const auto hash = row ? row->text("password") : nobodys_password_;
  const bool right = hasher_.verify(password, hash);
  std::optional<Member> member;
  if (row) {
    ASSIGN_OR_RETURN(member, member_of_row(needs_.permissions, *row));
  }
  if (!right || !member) {
    RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
      const auto whose = member ? std::optional{member->id} : std::nullopt;
      RETURN_IF_ERROR(needs_.journal.record(connection, act("staff.sign_in_refused", whose, client)));
      return member ? devices_.note(connection, member->id, Outcome::WrongPassword, from) : Result<void>{};
    }));
    return fail(Code::Unauthenticated, "address and password do not belong together");
  }
  account_tries_.forgive(key);
  client_tries_.forgive(client);
  if (is_over(*row, needs_.clock.now())) {
    RETURN_IF_ERROR(needs_.journal.record(act("staff.sign_in_over", member->id, client)));
    return fail(Code::Denied, "this membership is over");
  }
  if (crypto::PasswordHasher::is_outdated(hash)) {
    ASSIGN_OR_RETURN(const auto renewed, hasher_.hash(password));
    RETURN_IF_ERROR(
        needs_.control.run(queries::set_password, {{"member", to_text(member->id)}, {"password", renewed}}));
  }
  ASSIGN_OR_RETURN(auto step, needs_.control.transact([&](sql::Connection& connection) {
    return pass_password(connection, {.member = *member, .person = person}, from, Voucher::Nobody);
  }));
  return tell_of(person, std::move(step));
}

Result<void> SqlAccess::change_password(std::string_view session, std::string_view present,
                                        std::string_view wanted, std::string_view client) {
  ASSIGN_OR_RETURN(const auto member, member_of(session));
  RETURN_IF_ERROR(require_fresh(member));
  const auto key = to_text(member.id);
  if (!account_tries_.try_once(key)) return fail(Code::TooMany, "too many tries: wait five minutes");
  ASSIGN_OR_RETURN(const auto row, needs_.control.one(queries::member_by_id, {{"member", key}}));
  if (!hasher_.verify(present, row.text("password")))
    return fail(Code::Denied, "this is not the present password");
  account_tries_.forgive(key);
  ASSIGN_OR_RETURN(const auto own, profile(member.id));
  ASSIGN_OR_RETURN(auto known, known_names(member.organisation));
  known.insert(known.end(), {own.name, own.address});
  RETURN_IF_ERROR(check_password(wanted, known));
  ASSIGN_OR_RETURN(const auto hash, hasher_.hash(wanted));
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(connection.run(queries::set_password, {{"member", key}, {"password", hash}}));
    RETURN_IF_ERROR(connection.run(queries::end_sessions, {{"member", key}, {"keep", hash_of(session)}}));
    RETURN_IF_ERROR(connection.run(queries::end_half_sessions, {{"member", key}}));
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
  return Profile{value(kNameField), value(kAddressField), fields.person.language, person};
}

Result<MemberId> SqlAccess::member_at(std::string_view address) {
  ASSIGN_OR_RETURN(const auto person, find_person(address));
  if (!person) return fail(Code::NotFound, "no member has this address");
  ASSIGN_OR_RETURN(const auto row,
                   needs_.control.maybe(queries::member_by_person, {{"person", to_text(*person)}}));
  if (!row) return fail(Code::NotFound, "no member has this address");
  return base::parse_id<MemberId>(row->text("member"));
}

Result<std::vector<PersonId>> SqlAccess::people_who_may(const Permission& permission,
                                                        base::OrganisationNumber organisation) {
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::members));
  std::vector<PersonId> people;
  for (const auto& row : rows) {
    if (organisation_of(row) != organisation || is_over(row, needs_.clock.now()) ||
        !granted(needs_.permissions, row).has(permission)) {
      continue;
    }
    ASSIGN_OR_RETURN(const auto person, base::parse_id<PersonId>(row.text("person")));
    people.push_back(person);
  }
  return people;
}

Result<std::unique_ptr<Access>> Access::open(Needs needs) {
  const policy::Gate gate{staff_policy()};
  ASSIGN_OR_RETURN(auto name, gate.permit_field(kNameField));
  ASSIGN_OR_RETURN(auto address, gate.permit_field(kAddressField));
  auto access = std::make_unique<SqlAccess>(needs, std::move(name), std::move(address));
  RETURN_IF_ERROR(access->prepare());
  return std::unique_ptr<Access>{std::move(access)};
}

Result<void> require(const Member& member, const Permission& permission) {
  if (member.permissions.has(permission)) return {};
  return fail(Code::Denied, fmt::format("this takes the permission {}", permission.name));
}

Result<void> require_fresh(const Member& member) {
  if (member.fresh) return {};
  return fail(Code::StepUp, "show your second factor again: it was last shown too long ago");
}

}  // namespace staff
