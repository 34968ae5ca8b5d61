// Passkeys as factors: to come in with, to show once more, and one's own.
#include "access/secret.h"
#include "access/sql_access.h"

namespace staff {

using base::Code;
using base::fail;
using base::MemberId;
using base::Result;

namespace {

std::unexpected<base::Error> no_new_passkey() {
  return fail(Code::Denied, "this is no new passkey for what was asked");
}

}  // namespace

Result<PasskeyAsk> SqlAccess::ask_for(const Holder& holder, std::string_view session) {
  ASSIGN_OR_RETURN(auto own, profile(holder.member.id));
  ASSIGN_OR_RETURN(auto ask, needs_.control.transact([&](sql::Connection& connection) {
    return passkeys_.ask(connection, holder.member.id, hash_of(session));
  }));
  ask.member = holder.member.id;
  ask.address = std::move(own.address);
  return ask;
}

// ---- to come in with, and to show once more ---------------------------------------------------------

Result<PasskeyAsk> SqlAccess::ask_passkey(std::string_view half) {
  ASSIGN_OR_RETURN(const auto entrant, entrant_of(half));
  ASSIGN_OR_RETURN(auto ask, ask_for(entrant.holder, half));
  if (ask.credentials.empty()) return fail(Code::Conflict, "this account has no passkey");
  return ask;
}

Result<SignedIn> SqlAccess::finish_with_passkey(std::string_view half, const GivenPasskey& given,
                                                const From& from) {
  ASSIGN_OR_RETURN(const auto entrant, entrant_of(half));
  return pass_proof(entrant.holder, {.passkey = &given, .session = half}, from,
                    finishing(half, entrant, from));
}

Result<PasskeyAsk> SqlAccess::ask_step_up(std::string_view session) {
  ASSIGN_OR_RETURN(const auto holder, holder_of(session));
  ASSIGN_OR_RETURN(auto ask, ask_for(holder, session));
  if (ask.credentials.empty()) return fail(Code::Conflict, "this account has no passkey");
  return ask;
}

Result<SignedIn> SqlAccess::step_up_with_passkey(std::string_view session, const GivenPasskey& given,
                                                 std::string_view client) {
  ASSIGN_OR_RETURN(const auto holder, holder_of(session));
  return pass_proof(holder, {.passkey = &given, .session = session}, client,
                    stepping_up(session, holder, client));
}

// ---- the first one ----------------------------------------------------------------------------------

Result<PasskeyAsk> SqlAccess::ask_first_passkey(std::string_view half) {
  ASSIGN_OR_RETURN(const auto entrant, entrant_of(half));
  RETURN_IF_ERROR(require_none(entrant));
  return ask_for(entrant.holder, half);
}

Result<Confirmed> SqlAccess::confirm_first_passkey(std::string_view half, const GivenNewPasskey& given,
                                                   const From& from) {
  ASSIGN_OR_RETURN(auto entrant, entrant_of(half));
  RETURN_IF_ERROR(require_none(entrant));
  const auto member = entrant.holder.member.id;
  Step step;
  ASSIGN_OR_RETURN(
      auto codes,
      needs_.control.transact([&](sql::Connection& connection) -> Result<std::optional<RecoveryCodes>> {
        ASSIGN_OR_RETURN(const auto added, passkeys_.add(connection, member, hash_of(half), given));
        RETURN_IF_ERROR(note(connection, added ? "staff.passkey_added" : "staff.passkey_refused",
                             entrant.holder, from.client));
        if (!added) return std::nullopt;
        ASSIGN_OR_RETURN(auto made, factors_.renew_recovery(connection, member));
        RETURN_IF_ERROR(end_all_halves(connection, half, member));
        entrant.proved = needs_.clock.now();
        entrant.by = Outcome::Passkey;
        ASSIGN_OR_RETURN(step, go_on(connection, entrant, from));
        return made;
      }));
  if (!codes) return no_new_passkey();
  ASSIGN_OR_RETURN(auto signed_in, tell_of(entrant.holder.person, std::move(step)));
  return Confirmed{std::move(signed_in), *std::move(codes)};
}

// ---- one's own --------------------------------------------------------------------------------------

Result<PasskeyAsk> SqlAccess::ask_new_passkey(std::string_view session) {
  ASSIGN_OR_RETURN(const auto holder, holder_of(session));
  RETURN_IF_ERROR(require_fresh(holder.member));
  return ask_for(holder, session);
}

Result<AddedPasskey> SqlAccess::add_passkey(std::string_view session, const GivenNewPasskey& given,
                                            std::string_view client) {
  ASSIGN_OR_RETURN(const auto holder, holder_of(session));
  RETURN_IF_ERROR(require_fresh(holder.member));
  const auto member = holder.member.id;
  ASSIGN_OR_RETURN(
      auto added,
      needs_.control.transact([&](sql::Connection& connection) -> Result<std::optional<AddedPasskey>> {
        ASSIGN_OR_RETURN(const auto before, factors_.state(connection, member));
        ASSIGN_OR_RETURN(auto passkey, passkeys_.add(connection, member, hash_of(session), given));
        RETURN_IF_ERROR(
            note(connection, passkey ? "staff.passkey_added" : "staff.passkey_refused", holder, client));
        if (!passkey) return std::nullopt;
        AddedPasskey made{.passkey = *std::move(passkey), .codes = {}};
        if (!before.any()) {
          ASSIGN_OR_RETURN(made.codes, factors_.renew_recovery(connection, member));
        }
        return made;
      }));
  if (!added) return no_new_passkey();
  RETURN_IF_ERROR(tell(holder.person, FactorNews::PasskeyAdded, added->passkey.name));
  return *std::move(added);
}

Result<std::vector<Passkey>> SqlAccess::passkeys(MemberId member) { return passkeys_.list(member); }

Result<void> SqlAccess::remove_passkey(std::string_view session, PasskeyId passkey, std::string_view client) {
  ASSIGN_OR_RETURN(const auto holder, holder_of(session));
  RETURN_IF_ERROR(require_fresh(holder.member));
  const auto member = holder.member.id;
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const bool removed, passkeys_.remove(connection, member, passkey));
    if (!removed) return fail(Code::NotFound, "no such passkey");
    ASSIGN_OR_RETURN(const auto left, factors_.state(connection, member));
    if (!left.any() && needs_.factors >= 2)
      return fail(Code::Conflict, "this is the only second factor: add another one first");
    return note(connection, "staff.passkey_removed", holder, client);
  });
}

}  // namespace staff
