#include "app/passkey_api.h"

#include <nlohmann/json.hpp>

#include "access/webauthn.h"
#include "app/factor_api.h"
#include "app/staff_api.h"

namespace app {
namespace {

using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

json ask_json(const staff::PasskeyAsk& ask) {
  return {{"challenge", ask.challenge}, {"party", ask.party}, {"credentials", ask.credentials}};
}

Result<Response> show_ask(const Result<staff::PasskeyAsk>& ask) {
  if (!ask) return std::unexpected{ask.error()};
  return Response::json(ask_json(*ask).dump());
}

/// What a new one wants besides: whose it will be, and which keys are taken.
Result<Response> show_new_ask(const House& house, const Result<staff::PasskeyAsk>& ask) {
  if (!ask) return std::unexpected{ask.error()};
  auto out = ask_json(*ask);
  out["site"] = house.options.organisation;
  out["user"] = base::to_base64url(ask->member.bytes);
  out["email"] = ask->address;
  out["algorithms"] = staff::kPasskeyAlgorithms;
  return Response::json(out.dump());
}

Result<staff::GivenPasskey> read_given(const Request& request) {
  ASSIGN_OR_RETURN(auto given, read_texts(request.body));
  staff::GivenPasskey passkey;
  passkey.credential = given["credential"];
  ASSIGN_OR_RETURN(passkey.client_data, base::from_base64url(given["client_data"]));
  ASSIGN_OR_RETURN(passkey.authenticator_data, base::from_base64url(given["authenticator_data"]));
  ASSIGN_OR_RETURN(passkey.signature, base::from_base64url(given["signature"]));
  return passkey;
}

Result<staff::GivenNewPasskey> read_new(const Request& request) {
  ASSIGN_OR_RETURN(auto given, read_texts(request.body));
  staff::GivenNewPasskey passkey;
  passkey.name = given["name"];
  ASSIGN_OR_RETURN(passkey.client_data, base::from_base64url(given["client_data"]));
  ASSIGN_OR_RETURN(passkey.authenticator_data, base::from_base64url(given["authenticator_data"]));
  return passkey;
}

json passkey_json(const staff::Passkey& passkey) {
  return {{"passkey", base::to_text(passkey.id)},
          {"name", passkey.name},
          {"added", base::to_rfc3339(passkey.added)},
          {"used", passkey.used ? json(base::to_rfc3339(*passkey.used)) : json()}};
}

// ---- signing in -------------------------------------------------------------------------------------

Result<Response> ask_passkey(House& house, const Request& request) {
  RETURN_IF_ERROR(own_page_only(request));
  ASSIGN_OR_RETURN(const auto half, half_session(request));
  return show_ask(house.access->ask_passkey(half));
}

Result<Response> finish_with_passkey(House& house, const Request& request) {
  RETURN_IF_ERROR(own_page_only(request));
  ASSIGN_OR_RETURN(const auto half, half_session(request));
  ASSIGN_OR_RETURN(const auto given, read_given(request));
  return pass(house, request, house.access->finish_with_passkey(half, given, from_of(request)));
}

Result<Response> ask_first_passkey(House& house, const Request& request) {
  RETURN_IF_ERROR(own_page_only(request));
  ASSIGN_OR_RETURN(const auto half, half_session(request));
  return show_new_ask(house, house.access->ask_first_passkey(half));
}

Result<Response> confirm_first_passkey(House& house, const Request& request) {
  RETURN_IF_ERROR(own_page_only(request));
  ASSIGN_OR_RETURN(const auto half, half_session(request));
  ASSIGN_OR_RETURN(const auto given, read_new(request));
  ASSIGN_OR_RETURN(const auto confirmed, house.access->confirm_first_passkey(half, given, from_of(request)));
  return show_codes(house, request, confirmed);
}

// ---- one's own --------------------------------------------------------------------------------------

Result<Response> ask_step_up(House& house, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto session, staff::session_of(request));
  return show_ask(house.access->ask_step_up(session));
}

Result<Response> step_up(House& house, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto session, staff::session_of(request));
  ASSIGN_OR_RETURN(const auto given, read_given(request));
  return pass(house, request, house.access->step_up_with_passkey(session, given, request.client_address));
}

Result<Response> list_passkeys(House& house, const Request&, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto passkeys, house.access->passkeys(member.id));
  auto out = json::array();
  for (const auto& one : passkeys) out.push_back(passkey_json(one));
  return Response::json(out.dump());
}

Result<Response> ask_new_passkey(House& house, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto session, staff::session_of(request));
  return show_new_ask(house, house.access->ask_new_passkey(session));
}

Result<Response> add_passkey(House& house, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto session, staff::session_of(request));
  ASSIGN_OR_RETURN(const auto given, read_new(request));
  ASSIGN_OR_RETURN(const auto added, house.access->add_passkey(session, given, request.client_address));
  auto out = passkey_json(added.passkey);
  if (!added.codes.empty()) out["recovery_codes"] = added.codes;
  return Response::json(out.dump(), 201);
}

Result<Response> remove_passkey(House& house, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto session, staff::session_of(request));
  ASSIGN_OR_RETURN(const auto passkey, request.id<staff::PasskeyId>("passkey"));
  RETURN_IF_ERROR(house.access->remove_passkey(session, passkey, request.client_address));
  return Response::no_content();
}

}  // namespace

void add_passkey_api(http::Router& router, House& house) {
  const auto with = [&house](Result<Response> (*handler)(House&, const Request&)) {
    return [&house, handler](Request& request) { return handler(house, request); };
  };
  router.post("/api/v1/sign-in/passkey", with(ask_passkey));
  router.post("/api/v1/sign-in/passkey/confirm", with(finish_with_passkey));
  router.post("/api/v1/sign-in/first-passkey", with(ask_first_passkey));
  router.post("/api/v1/sign-in/first-passkey/confirm", with(confirm_first_passkey));
  staff::Door door(router, *house.access);
  const auto seated = staff::early(staff::seated());
  door.post("/api/v1/me/step-up/passkey", seated, with_house(house, ask_step_up));
  door.post("/api/v1/me/step-up/passkey/confirm", seated, with_house(house, step_up));
  door.get("/api/v1/me/passkeys", seated, with_house(house, list_passkeys));
  door.post("/api/v1/me/passkeys", staff::fresh(seated), with_house(house, ask_new_passkey));
  door.post("/api/v1/me/passkeys/confirm", staff::fresh(seated), with_house(house, add_passkey));
  door.del("/api/v1/me/passkeys/{passkey:id}", staff::fresh(seated), with_house(house, remove_passkey));
}

}  // namespace app
