#include "app/factor_api.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/duty_api.h"
#include "app/qr_code.h"
#include "app/staff_api.h"
#include "base/trim.h"
#include "http/cookie.h"
#include "http/percent.h"

namespace app {
namespace {

using base::Code;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

constexpr std::uint64_t kAddressBytesMax = 1024;

Result<std::string> read_code(const Request& request) {
  ASSIGN_OR_RETURN(auto given, read_texts(request.body));
  return std::move(given["code"]);
}

// ---- what is shown once -----------------------------------------------------------------------------

/// What an authenticator app takes: https://github.com/google/google-authenticator/wiki/Key-Uri-Format
std::string otpauth_address(std::string_view issuer, std::string_view account, std::string_view secret) {
  const auto by = http::percent_encode(issuer);
  return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits=6&period=30", by,
                     http::percent_encode(account), secret, by);
}

Result<Response> show_authenticator(House& house, std::string_view account, const std::string& secret) {
  const auto address = otpauth_address(house.options.organisation, account, secret);
  ASSIGN_OR_RETURN(const auto picture, make_qr_code(address));
  return Response::json(json{{"secret", secret},
                             {"address", address},
                             {"picture", {{"size", picture.size}, {"path", picture.path}}}}
                            .dump(),
                        201);
}

// ---- the second step of signing in ------------------------------------------------------------------

Result<Response> tell_next(House& house, const Request& request) {
  ASSIGN_OR_RETURN(const auto half, half_session(request));
  ASSIGN_OR_RETURN(const auto halfway, house.access->halfway(half));
  json out = {{"next", to_text(halfway.next)}};
  if (halfway.next == staff::Next::Code) {
    out["ways"] = json::array();
    if (halfway.factor.set) out["ways"].push_back("authenticator");
    if (halfway.factor.passkeys > 0) out["ways"].push_back("passkey");
  }
  if (halfway.next == staff::Next::Device) {
    out["number"] = halfway.number;
    // Where the mail with the link can be read, where there is no other way to read it.
    if (house.options.demo) out["mails"] = "/demo/mail";
  }
  return Response::json(out.dump());
}

Result<Response> finish_sign_in(House& house, const Request& request) {
  RETURN_IF_ERROR(own_page_only(request));
  ASSIGN_OR_RETURN(const auto half, half_session(request));
  ASSIGN_OR_RETURN(const auto code, read_code(request));
  return pass(house, request, house.access->finish_sign_in(half, code, from_of(request)));
}

Result<Response> draw_first(House& house, const Request& request) {
  RETURN_IF_ERROR(own_page_only(request));
  ASSIGN_OR_RETURN(const auto half, half_session(request));
  ASSIGN_OR_RETURN(const auto drawn, house.access->draw_first_authenticator(half));
  return show_authenticator(house, drawn.address, drawn.secret);
}

Result<Response> confirm_first(House& house, const Request& request) {
  RETURN_IF_ERROR(own_page_only(request));
  ASSIGN_OR_RETURN(const auto half, half_session(request));
  ASSIGN_OR_RETURN(const auto code, read_code(request));
  const auto confirmed = house.access->confirm_first_authenticator(half, code, from_of(request));
  if (!confirmed) return refuse_try(confirmed.error());
  return show_codes(house, request, *confirmed);
}

// ---- one's own --------------------------------------------------------------------------------------

Result<Response> step_up(House& house, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto session, staff::session_of(request));
  ASSIGN_OR_RETURN(const auto code, read_code(request));
  return pass(house, request, house.access->step_up(session, code, request.client_address));
}

Result<Response> show_factor(House& house, const Request&, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto state, house.access->factor(member.id));
  return Response::json(json{
      {"set", state.set ? json(base::to_rfc3339(*state.set)) : json()},
      {"recovery_left", state.recovery_left},
      {"passkeys",
       state.passkeys}}.dump());
}

Result<Response> draw_next(House& house, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto session, staff::session_of(request));
  ASSIGN_OR_RETURN(const auto drawn, house.access->draw_authenticator(session));
  return show_authenticator(house, drawn.address, drawn.secret);
}

Result<Response> confirm_next(House& house, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto session, staff::session_of(request));
  ASSIGN_OR_RETURN(const auto code, read_code(request));
  const auto confirmed = house.access->confirm_authenticator(session, code, request.client_address);
  if (!confirmed) return refuse_try(confirmed.error());
  return show_codes(house, request, *confirmed);
}

Result<Response> renew_codes(House& house, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto session, staff::session_of(request));
  ASSIGN_OR_RETURN(const auto codes, house.access->renew_recovery(session, request.client_address));
  return Response::json(json{{"recovery_codes", codes}}.dump(), 201);
}

}  // namespace

Result<Response> show_codes(House& house, const Request& request, const staff::Confirmed& confirmed) {
  auto response = Response::json(json{{"recovery_codes", confirmed.codes}}.dump(), 201);
  RETURN_IF_ERROR(set_session(response, house, request, confirmed.signed_in));
  return response;
}

Result<Response> pass(House& house, const Request& request, const Result<staff::SignedIn>& session) {
  if (!session) return refuse_try(session.error());
  return passed(house, request, *session, 200);
}

void add_factor_api(http::Router& router, House& house) {
  const auto with = [&house](Result<Response> (*handler)(House&, const Request&)) {
    return [&house, handler](Request& request) { return handler(house, request); };
  };
  router.get("/api/v1/sign-in", with(tell_next));
  router.post("/api/v1/sign-in/code", with(finish_sign_in));
  router.post("/api/v1/sign-in/authenticator", with(draw_first));
  router.post("/api/v1/sign-in/authenticator/confirm", with(confirm_first));
  staff::Door door(router, *house.access);
  const auto seated = staff::early(staff::seated());
  door.post("/api/v1/me/step-up", seated, with_house(house, step_up));
  door.get("/api/v1/me/authenticator", seated, with_house(house, show_factor));
  door.post("/api/v1/me/authenticator", staff::fresh(seated), with_house(house, draw_next));
  door.post("/api/v1/me/authenticator/confirm", staff::fresh(seated), with_house(house, confirm_next));
  door.post("/api/v1/me/recovery-codes", staff::fresh(seated), with_house(house, renew_codes));
}

Result<std::string> half_session(const Request& request) {
  const auto cookie = http::find_cookie(request, staff::session_cookie(request));
  if (!cookie) return base::fail(Code::Unauthenticated, "Begin with address and password.");
  return std::string{*cookie};
}

void add_local_staff(http::Router& router, House& house) {
  const auto add = [&](std::string_view path, Result<void> (*act)(House&, std::string_view)) {
    router.plain(
        http::Method::Post, path,
        [&house, act](Request& request) -> Result<Response> {
          if (!request.loopback) return base::fail(Code::Denied, "This is for callers of this machine.");
          RETURN_IF_ERROR(act(house, base::trimmed(request.body)));
          return Response::no_content();
        },
        kAddressBytesMax);
  };
  add("/staff/reset-factor",
      [](House& house, std::string_view address) { return house.access->reset_factor(address); });
  add("/staff/confirm-device", [](House& house, std::string_view words) -> Result<void> {
    const auto space = words.rfind(' ');
    if (space == std::string_view::npos) return base::fail(Code::Invalid, "The body is ADDRESS NUMBER.");
    return house.access->vouch({}, base::trimmed(words.substr(0, space)), words.substr(space + 1));
  });
  add("/staff/record-training", record_training_locally);
}

}  // namespace app
