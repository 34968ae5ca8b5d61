#include <fmt/format.h>

#include "access/grant.h"
#include "access/secret.h"
#include "access/sql_access.h"

namespace staff {

using base::Code;
using base::fail;
using base::MemberId;
using base::Result;

namespace {

std::unexpected<base::Error> no_half_session() {
  return fail(Code::Unauthenticated, "begin with address and password");
}
std::unexpected<base::Error> wrong_code() {
  return fail(Code::Denied, "this code is not right, or was used already");
}

std::string tries_key(MemberId member, std::string_view client) {
  return hash_of(fmt::format("{}\n{}", to_text(member), client));
}

}  // namespace

// ---- signing in
// ---------------------------------------------------------------------------------------------

Result<SignedIn> SqlAccess::pass_password(sql::Connection& connection, const Member& member,
                                          std::string_view client) {
  ASSIGN_OR_RETURN(const auto state, factors_.state(connection, member.id));
  if (state.set) return start_half_session(connection, member, Next::Code);
  if (needs_.factors >= 2) return start_half_session(connection, member, Next::Authenticator);
  return start_session(connection, member, client, /*proved=*/false);
}

Result<SignedIn> SqlAccess::start_half_session(sql::Connection& connection, const Member& member, Next next) {
  const auto now = needs_.clock.now();
  const auto secret = draw_secret(needs_.random);
  RETURN_IF_ERROR(connection.run(queries::end_old_half_sessions, {{"started", now - kHalfSessionLife}}));
  RETURN_IF_ERROR(connection.run(queries::end_oldest_half_sessions,
                                 {{"member", to_text(member.id)}, {"keep", kSessionsPerMember - 1}}));
  RETURN_IF_ERROR(
      connection.run(queries::add_half_session,
                     {{"secret", hash_of(secret)}, {"member", to_text(member.id)}, {"now", now}}));
  return SignedIn{secret, member, now + kHalfSessionLife, next};
}

Result<SqlAccess::Holder> SqlAccess::half_holder_of(std::string_view half) {
  ASSIGN_OR_RETURN(
      const auto row,
      needs_.control.maybe(queries::half_session,
                           {{"secret", hash_of(half)}, {"started", needs_.clock.now() - kHalfSessionLife}}));
  if (!row) return no_half_session();
  ASSIGN_OR_RETURN(auto member, member_of_row(needs_.permissions, *row));
  ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(row->text("person")));
  return Holder{.member = std::move(member), .person = person};
}

Result<Next> SqlAccess::next_of(std::string_view half) {
  ASSIGN_OR_RETURN(const auto holder, half_holder_of(half));
  ASSIGN_OR_RETURN(const auto state, factor(holder.member.id));
  return state.set ? Next::Code : Next::Authenticator;
}

Result<void> SqlAccess::allow_try(const Holder& holder, std::string_view code, std::string_view client) {
  const auto member = to_text(holder.member.id);
  // Nobody keeps the owner out with wrong codes: a recovery code cannot be guessed and is always looked at.
  const bool guessable = kind_of(code) != CodeKind::Recovery;
  if (client_tries_.try_once(std::string{client}) &&
      (!guessable ||
       (account_tries_.try_once(tries_key(holder.member.id, client)) && member_codes_.try_once(member))))
    return {};
  return fail(Code::TooMany, "too many tries: wait five minutes");
}

void SqlAccess::forgive_tries(const Holder& holder, std::string_view client) {
  client_tries_.forgive(std::string{client});
  account_tries_.forgive(tries_key(holder.member.id, client));
}

Result<CodeKind> SqlAccess::take_code(sql::Connection& connection, const Holder& holder,
                                      std::string_view code, std::string_view client) {
  ASSIGN_OR_RETURN(const auto kind, factors_.take(connection, holder.owner(), code));
  if (kind == CodeKind::None) RETURN_IF_ERROR(note(connection, "staff.code_refused", holder, client));
  if (kind == CodeKind::Recovery) RETURN_IF_ERROR(note(connection, "staff.recovery_used", holder, client));
  return kind;
}

Result<SignedIn> SqlAccess::pass_code(const Holder& holder, std::string_view code, std::string_view client,
                                      const Passed& passed) {
  RETURN_IF_ERROR(allow_try(holder, code, client));
  CodeKind kind = CodeKind::None;
  // A refusal is an act as well, and stands: it is no error of the transaction.
  ASSIGN_OR_RETURN(auto signed_in, needs_.control.transact(
                                       [&](sql::Connection& connection) -> Result<std::optional<SignedIn>> {
                                         ASSIGN_OR_RETURN(kind, take_code(connection, holder, code, client));
                                         if (kind == CodeKind::None) return std::nullopt;
                                         ASSIGN_OR_RETURN(auto done, passed(connection));
                                         return done;
                                       }));
  if (!signed_in) return wrong_code();
  forgive_tries(holder, client);
  if (kind == CodeKind::Recovery) RETURN_IF_ERROR(tell(holder.person, FactorNews::RecoveryUsed));
  return *std::move(signed_in);
}

Result<SignedIn> SqlAccess::finish_sign_in(std::string_view half, std::string_view code,
                                           std::string_view client) {
  ASSIGN_OR_RETURN(const auto holder, half_holder_of(half));
  return pass_code(holder, code, client, [&](sql::Connection& connection) -> Result<SignedIn> {
    RETURN_IF_ERROR(end_half_session(connection, half));
    return start_session(connection, holder.member, client, /*proved=*/true);
  });
}

Result<void> SqlAccess::end_half_session(sql::Connection& connection, std::string_view half) {
  ASSIGN_OR_RETURN(const auto ended, connection.run(queries::end_half_session, {{"secret", hash_of(half)}}));
  // Used by another request meanwhile.
  if (ended == 0) return no_half_session();
  return {};
}

Result<SignedIn> SqlAccess::step_up(std::string_view session, std::string_view code,
                                    std::string_view client) {
  ASSIGN_OR_RETURN(const auto holder, holder_of(session));
  return pass_code(holder, code, client, [&](sql::Connection& connection) -> Result<SignedIn> {
    RETURN_IF_ERROR(note(connection, "staff.stepped_up", holder, client));
    return renew_session(connection, holder, session);
  });
}

// ---- authenticators and recovery codes
// ----------------------------------------------------------------------

Result<DrawnAuthenticator> SqlAccess::draw_for(const Holder& holder, std::string_view session) {
  ASSIGN_OR_RETURN(auto own, profile(holder.member.id));
  ASSIGN_OR_RETURN(auto secret, needs_.control.transact([&](sql::Connection& connection) {
    return factors_.draw(connection, holder.owner(), hash_of(session));
  }));
  return DrawnAuthenticator{std::move(secret), std::move(own.address)};
}

Result<DrawnAuthenticator> SqlAccess::draw_first_authenticator(std::string_view half) {
  ASSIGN_OR_RETURN(const auto holder, half_holder_of(half));
  RETURN_IF_ERROR(require_none(holder));
  return draw_for(holder, half);
}

Result<DrawnAuthenticator> SqlAccess::draw_authenticator(std::string_view session) {
  ASSIGN_OR_RETURN(const auto holder, holder_of(session));
  RETURN_IF_ERROR(require_fresh(holder.member));
  return draw_for(holder, session);
}

Result<void> SqlAccess::require_none(const Holder& holder) {
  ASSIGN_OR_RETURN(const auto state, factor(holder.member.id));
  // The password alone replaces nothing.
  if (state.set) return fail(Code::Conflict, "this account has an authenticator: give its code");
  return {};
}

Result<Confirmed> SqlAccess::confirm(const Holder& holder, std::string_view secret, std::string_view code,
                                     std::string_view client, const Passed& passed) {
  RETURN_IF_ERROR(allow_try(holder, code, client));
  bool replaced = false;
  ASSIGN_OR_RETURN(
      auto confirmed,
      needs_.control.transact([&](sql::Connection& connection) -> Result<std::optional<Confirmed>> {
        ASSIGN_OR_RETURN(const auto before, factors_.state(connection, holder.member.id));
        replaced = before.set.has_value();
        ASSIGN_OR_RETURN(auto codes, factors_.confirm(connection, holder.owner(), hash_of(secret), code));
        if (!codes) {
          RETURN_IF_ERROR(note(connection, "staff.code_refused", holder, client));
          return std::nullopt;
        }
        RETURN_IF_ERROR(
            note(connection, replaced ? "staff.factor_replaced" : "staff.factor_set", holder, client));
        ASSIGN_OR_RETURN(auto signed_in, passed(connection));
        return Confirmed{std::move(signed_in), *std::move(codes)};
      }));
  if (!confirmed) return wrong_code();
  forgive_tries(holder, client);
  if (replaced) RETURN_IF_ERROR(tell(holder.person, FactorNews::Replaced));
  return *std::move(confirmed);
}

Result<Confirmed> SqlAccess::confirm_first_authenticator(std::string_view half, std::string_view code,
                                                         std::string_view client) {
  ASSIGN_OR_RETURN(const auto holder, half_holder_of(half));
  RETURN_IF_ERROR(require_none(holder));
  return confirm(holder, half, code, client, [&](sql::Connection& connection) -> Result<SignedIn> {
    // Two browsers may have been shown one each: the first that is confirmed counts.
    RETURN_IF_ERROR(connection.run(queries::end_half_sessions, {{"member", to_text(holder.member.id)}}));
    return start_session(connection, holder.member, client, /*proved=*/true);
  });
}

Result<Confirmed> SqlAccess::confirm_authenticator(std::string_view session, std::string_view code,
                                                   std::string_view client) {
  ASSIGN_OR_RETURN(const auto holder, holder_of(session));
  RETURN_IF_ERROR(require_fresh(holder.member));
  return confirm(holder, session, code, client, [&](sql::Connection& connection) -> Result<SignedIn> {
    const auto member = to_text(holder.member.id);
    RETURN_IF_ERROR(connection.run(queries::end_sessions, {{"member", member}, {"keep", hash_of(session)}}));
    RETURN_IF_ERROR(connection.run(queries::end_half_sessions, {{"member", member}}));
    return renew_session(connection, holder, session);
  });
}

Result<RecoveryCodes> SqlAccess::renew_recovery(std::string_view session, std::string_view client) {
  ASSIGN_OR_RETURN(const auto holder, holder_of(session));
  RETURN_IF_ERROR(require_fresh(holder.member));
  return needs_.control.transact([&](sql::Connection& connection) -> Result<RecoveryCodes> {
    ASSIGN_OR_RETURN(const auto state, factors_.state(connection, holder.member.id));
    if (!state.set) return fail(Code::Conflict, "there is no authenticator that they could stand in for");
    RETURN_IF_ERROR(note(connection, "staff.recovery_made", holder, client));
    return factors_.renew_recovery(connection, holder.member.id);
  });
}

Result<FactorState> SqlAccess::factor(MemberId member) {
  FactorState state;
  RETURN_IF_ERROR(needs_.control.with_connection([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(state, factors_.state(connection, member));
    return {};
  }));
  return state;
}

Result<void> SqlAccess::reset_factor(std::string_view address) {
  std::optional<base::PersonId> person;
  if (const auto normalised = vault::normalise_mail(address)) {
    ASSIGN_OR_RETURN(person, needs_.vault.find_by_mail(kStaffScope, *normalised));
  }
  if (!person) return fail(Code::NotFound, "there is no account with this address");
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto row,
                     connection.maybe(queries::member_by_person, {{"person", to_text(*person)}}));
    if (!row) return fail(Code::NotFound, "there is no account with this address");
    const auto member = row->text("member");
    ASSIGN_OR_RETURN(const auto id, base::parse_id<MemberId>(member));
    RETURN_IF_ERROR(factors_.remove(connection, id));
    RETURN_IF_ERROR(connection.run(queries::end_sessions, {{"member", member}, {"keep", ""}}));
    RETURN_IF_ERROR(connection.run(queries::end_half_sessions, {{"member", member}}));
    auto reset = act("staff.factor_reset", std::nullopt, {});
    reset.detail = fmt::format("member {}", member);
    RETURN_IF_ERROR(needs_.journal.record(connection, reset));
    return {};
  }));
  return tell(*person, FactorNews::Reset);
}

// ---- what both share
// ----------------------------------------------------------------------------------------

Result<void> SqlAccess::note(sql::Connection& connection, std::string kind, const Holder& holder,
                             std::string_view client) {
  RETURN_IF_ERROR(needs_.journal.record(connection, act(std::move(kind), holder.member.id, client)));
  return {};
}

Result<void> SqlAccess::tell(base::PersonId person, FactorNews news) {
  return needs_.tell ? needs_.tell(person, news) : Result<void>{};
}

}  // namespace staff
