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

std::unexpected<base::Error> wrong_code() {
  return fail(Code::Denied, "this code is not right, or was used already");
}

std::unexpected<base::Error> wrong_passkey() {
  return fail(Code::Denied, "this passkey does not count here");
}

std::string tries_key(MemberId member, std::string_view client) {
  return hash_of(fmt::format("{}\n{}", to_text(member), client));
}

}  // namespace

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

Result<std::optional<Outcome>> SqlAccess::take_proof(sql::Connection& connection, const Holder& holder,
                                                     const Proof& proof, const From& from) {
  const auto member = holder.member.id;
  if (proof.passkey == nullptr) {
    ASSIGN_OR_RETURN(const auto kind, take_code(connection, holder, proof.code, from.client));
    if (kind == CodeKind::Authenticator) return Outcome::Authenticator;
    if (kind == CodeKind::Recovery) return Outcome::Recovery;
    RETURN_IF_ERROR(devices_.note(connection, member, Outcome::WrongCode, from));
    return std::nullopt;
  }
  ASSIGN_OR_RETURN(const auto use, passkeys_.use(connection, member, hash_of(proof.session), *proof.passkey));
  if (use == Passkeys::Use::Counts) return Outcome::Passkey;
  const bool copied = use == Passkeys::Use::Copied;
  RETURN_IF_ERROR(
      note(connection, copied ? "staff.passkey_copied" : "staff.passkey_refused", holder, from.client));
  RETURN_IF_ERROR(devices_.note(connection, member, Outcome::WrongPasskey, from));
  if (copied) return Outcome::WrongPasskey;
  return std::nullopt;
}

Result<SignedIn> SqlAccess::pass_proof(const Holder& holder, const Proof& proof, const From& from,
                                       const Passed& passed) {
  if (proof.passkey == nullptr) {
    RETURN_IF_ERROR(allow_try(holder, proof.code, from.client));
  } else if (!client_tries_.try_once(std::string{from.client})) {
    return fail(Code::TooMany, "too many tries: wait five minutes");
  }
  std::optional<Outcome> shown;
  // A refusal is an act as well, and stands: it is no error of the transaction.
  ASSIGN_OR_RETURN(auto step,
                   needs_.control.transact([&](sql::Connection& connection) -> Result<std::optional<Step>> {
                     ASSIGN_OR_RETURN(shown, take_proof(connection, holder, proof, from));
                     if (!shown || is_refused(*shown)) return std::nullopt;
                     ASSIGN_OR_RETURN(auto done, passed(connection, *shown));
                     return done;
                   }));
  if (shown == Outcome::WrongPasskey) RETURN_IF_ERROR(tell(holder.person, FactorNews::PasskeyCopied));
  if (!step) return proof.passkey == nullptr ? wrong_code() : wrong_passkey();
  forgive_tries(holder, from.client);
  if (shown == Outcome::Recovery) RETURN_IF_ERROR(tell(holder.person, FactorNews::RecoveryUsed));
  return tell_of(holder.person, *std::move(step));
}

SqlAccess::Passed SqlAccess::finishing(std::string_view half, Entrant entrant, const From& from) {
  return [this, half, entrant, from](sql::Connection& connection, Outcome shown) mutable -> Result<Step> {
    RETURN_IF_ERROR(end_half_session(connection, half));
    entrant.proved = needs_.clock.now();
    entrant.by = shown;
    return go_on(connection, entrant, from);
  };
}

SqlAccess::Passed SqlAccess::stepping_up(std::string_view session, const Holder& holder,
                                         std::string_view client) {
  return [this, session, &holder, client](sql::Connection& connection, Outcome) -> Result<Step> {
    RETURN_IF_ERROR(note(connection, "staff.stepped_up", holder, client));
    return renew_session(connection, holder, session);
  };
}

Result<SignedIn> SqlAccess::finish_sign_in(std::string_view half, std::string_view code, const From& from) {
  ASSIGN_OR_RETURN(const auto entrant, entrant_of(half));
  return pass_proof(entrant.holder, {.code = code}, from, finishing(half, entrant, from));
}

Result<SignedIn> SqlAccess::step_up(std::string_view session, std::string_view code,
                                    std::string_view client) {
  ASSIGN_OR_RETURN(const auto holder, holder_of(session));
  return pass_proof(holder, {.code = code}, client, stepping_up(session, holder, client));
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
  ASSIGN_OR_RETURN(const auto entrant, entrant_of(half));
  RETURN_IF_ERROR(require_none(entrant));
  return draw_for(entrant.holder, half);
}

Result<DrawnAuthenticator> SqlAccess::draw_authenticator(std::string_view session) {
  ASSIGN_OR_RETURN(const auto holder, holder_of(session));
  RETURN_IF_ERROR(require_fresh(holder.member));
  return draw_for(holder, session);
}

Result<void> SqlAccess::require_none(const Entrant& entrant) {
  ASSIGN_OR_RETURN(const auto state, factor(entrant.holder.member.id));
  // The password alone replaces nothing.
  if (state.any()) return fail(Code::Conflict, "this account has a second factor: show it");
  if (needs_.known_devices && entrant.voucher == Voucher::Nobody)
    return fail(Code::Denied, "nobody vouched for this browser yet");
  return {};
}

Result<Confirmed> SqlAccess::confirm(const Holder& holder, std::string_view secret, std::string_view code,
                                     std::string_view client, const Passed& passed) {
  RETURN_IF_ERROR(allow_try(holder, code, client));
  bool replaced = false;
  Step step;
  ASSIGN_OR_RETURN(
      auto confirmed,
      needs_.control.transact([&](sql::Connection& connection) -> Result<std::optional<RecoveryCodes>> {
        ASSIGN_OR_RETURN(const auto before, factors_.state(connection, holder.member.id));
        replaced = before.set.has_value();
        ASSIGN_OR_RETURN(auto codes, factors_.confirm(connection, holder.owner(), hash_of(secret), code));
        if (!codes) {
          RETURN_IF_ERROR(note(connection, "staff.code_refused", holder, client));
          return std::nullopt;
        }
        RETURN_IF_ERROR(
            note(connection, replaced ? "staff.factor_replaced" : "staff.factor_set", holder, client));
        ASSIGN_OR_RETURN(step, passed(connection, Outcome::Authenticator));
        return codes;
      }));
  if (!confirmed) return wrong_code();
  forgive_tries(holder, client);
  if (replaced) RETURN_IF_ERROR(tell(holder.person, FactorNews::Replaced));
  ASSIGN_OR_RETURN(auto signed_in, tell_of(holder.person, std::move(step)));
  return Confirmed{std::move(signed_in), *std::move(confirmed)};
}

/// Two browsers may have been shown a factor each: the first that is confirmed counts, and ends the other's.
Result<void> SqlAccess::end_all_halves(sql::Connection& connection, std::string_view half, MemberId member) {
  ASSIGN_OR_RETURN(const auto ended, connection.run(queries::end_half_session, {{"secret", hash_of(half)}}));
  if (ended == 0) return fail(Code::Unauthenticated, "another browser was quicker");
  RETURN_IF_ERROR(connection.run(queries::end_half_sessions, {{"member", to_text(member)}}));
  return {};
}

Result<Confirmed> SqlAccess::confirm_first_authenticator(std::string_view half, std::string_view code,
                                                         const From& from) {
  ASSIGN_OR_RETURN(auto entrant, entrant_of(half));
  RETURN_IF_ERROR(require_none(entrant));
  return confirm(entrant.holder, half, code, from.client,
                 [&](sql::Connection& connection, Outcome) -> Result<Step> {
                   RETURN_IF_ERROR(end_all_halves(connection, half, entrant.holder.member.id));
                   entrant.proved = needs_.clock.now();
                   entrant.by = Outcome::Authenticator;
                   return go_on(connection, entrant, from);
                 });
}

Result<Confirmed> SqlAccess::confirm_authenticator(std::string_view session, std::string_view code,
                                                   std::string_view client) {
  ASSIGN_OR_RETURN(const auto holder, holder_of(session));
  RETURN_IF_ERROR(require_fresh(holder.member));
  return confirm(holder, session, code, client, [&](sql::Connection& connection, Outcome) -> Result<Step> {
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
    if (!state.any()) return fail(Code::Conflict, "there is no factor that they could stand in for");
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
  ASSIGN_OR_RETURN(const auto person, find_person(address));
  if (!person) return fail(Code::NotFound, "there is no account with this address");
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto row,
                     connection.maybe(queries::member_by_person, {{"person", to_text(*person)}}));
    if (!row) return fail(Code::NotFound, "there is no account with this address");
    const auto member = row->text("member");
    ASSIGN_OR_RETURN(const auto id, base::parse_id<MemberId>(member));
    RETURN_IF_ERROR(factors_.remove(connection, id));
    // What was lost may have been the browser as well.
    RETURN_IF_ERROR(devices_.end_all(connection, id));
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

Result<void> SqlAccess::tell(base::PersonId person, FactorNews news, std::string about) {
  return needs_.tell ? needs_.tell(person, news, std::move(about)) : Result<void>{};
}

}  // namespace staff
