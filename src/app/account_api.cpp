#include "app/account_api.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "app/staff_api.h"
#include "http/json_body.h"
#include "http/problem.h"

namespace app {
namespace {

using base::Code;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

// ---- sessions and password --------------------------------------------------------------------------

Result<Response> list_sessions(House& house, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto sessions, house.access->sessions(member.id));
  ASSIGN_OR_RETURN(const auto session, staff::session_of(request));
  const auto current = house.access->id_of(session);
  auto out = json::array();
  for (const auto& one : sessions) {
    out.push_back({{"session", one.id},
                   {"started", base::to_rfc3339(one.started)},
                   {"used", base::to_rfc3339(one.used)},
                   {"network", one.network},
                   {"current", one.id == current}});
  }
  return Response::json(out.dump());
}

Result<Response> end_session(House& house, const Request& request, const staff::Member& member) {
  RETURN_IF_ERROR(house.access->end_session(member, request.parameter("session")));
  return Response::no_content();
}

Result<Response> end_other_sessions(House& house, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto session, staff::session_of(request));
  RETURN_IF_ERROR(house.access->end_sessions(member, session));
  return Response::no_content();
}

Result<Response> change_password(House& house, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto session, staff::session_of(request));
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  if (!given.value("present", json()).is_string() || !given.value("wanted", json()).is_string())
    return base::fail(Code::Invalid, "The body is {\"present\", \"wanted\"}.");
  RETURN_IF_ERROR(house.access->change_password(session, given["present"].get<std::string>(),
                                                given["wanted"].get<std::string>(), request.client_address));
  return Response::no_content();
}

// ---- oneself ----------------------------------------------------------------------------------------

Result<Response> correct_own(House& house, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  const auto& name = given.value("name", json());
  const auto& language = given.value("language", json());
  const auto& told = given.value("told_of_approvals", json());
  const auto spoken =
      language.is_string() ? base::parse_language(language.get_ref<const std::string&>()) : std::nullopt;
  if (!name.is_string() || !spoken || !told.is_boolean())
    return base::fail(Code::Invalid, "The body is {\"name\", \"language\", \"told_of_approvals\"}.");
  const auto done = house.members->correct_own(
      member, {.name = name.get<std::string>(), .language = *spoken, .told_of_approvals = told.get<bool>()});
  if (!done) return refuse_account(done.error());
  return Response::no_content();
}

Result<Response> leave(House& house, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto own, house.members->leave(member));
  RETURN_IF_ERROR(house.eraser->erase(own.person));
  return signed_out(request);
}

// ---- API tokens -------------------------------------------------------------------------------------

json token_json(const staff::Token& token) {
  const auto time = [](const std::optional<base::Instant>& at) {
    return at ? json(base::to_rfc3339(*at)) : json();
  };
  auto permissions = json::array();
  for (const auto& name : token.permissions.names()) permissions.push_back(name);
  return {{"token", base::to_text(token.id)}, {"label", token.label},
          {"permissions", permissions},       {"created", base::to_rfc3339(token.created)},
          {"expires", time(token.expires)},   {"last_used", time(token.last_used)}};
}

Result<Response> list_tokens(House& house, const Request&, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto tokens, house.access->tokens(member.id));
  auto out = json::array();
  for (const auto& token : tokens) out.push_back(token_json(token));
  return Response::json(out.dump());
}

Result<Response> create_token(House& house, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  if (!given.value("label", json()).is_string() || !given.value("permissions", json()).is_array())
    return base::fail(Code::Invalid, "The body is {\"label\", \"permissions\": [...], \"expires\"?}.");
  staff::Permissions permissions;
  for (const auto& name : given["permissions"]) {
    const auto* permission = name.is_string() ? staff::find_permission(house.members->permissions(),
                                                                       name.get_ref<const std::string&>())
                                              : nullptr;
    if (permission == nullptr) return base::fail(Code::Invalid, "permissions: there is no such permission");
    permissions.add(*permission);
  }
  std::optional<base::Instant> expires;
  if (given.contains("expires") && given["expires"].is_string()) {
    ASSIGN_OR_RETURN(expires, base::parse_rfc3339(given["expires"].get_ref<const std::string&>()));
  }
  ASSIGN_OR_RETURN(const auto made, house.access->create_token(member, given["label"].get<std::string>(),
                                                               permissions, expires));
  auto out = token_json(made.token);
  out["secret"] = made.secret;
  return Response::json(out.dump(), 201);
}

Result<Response> revoke_token(House& house, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto token, request.id<staff::TokenId>("token"));
  RETURN_IF_ERROR(house.access->revoke_token(member, token));
  return Response::no_content();
}

}  // namespace

void add_account_api(http::Router& router, House& house) {
  staff::Door door(router, *house.access);
  const auto seated = staff::early(staff::seated());
  door.put("/api/v1/me", seated, with_house(house, correct_own));
  door.del("/api/v1/me", staff::fresh(seated), with_house(house, leave));
  door.get("/api/v1/me/sessions", seated, with_house(house, list_sessions));
  door.del("/api/v1/me/sessions", seated, with_house(house, end_other_sessions));
  door.del("/api/v1/me/sessions/{session}", seated, with_house(house, end_session));
  door.post("/api/v1/me/password", staff::fresh(seated), with_house(house, change_password));
  door.get("/api/v1/tokens", staff::early(staff::kAnyMember), with_house(house, list_tokens));
  door.post("/api/v1/tokens", staff::fresh(staff::seated()), with_house(house, create_token));
  door.del("/api/v1/tokens/{token:id}", staff::early(staff::kAnyMember), with_house(house, revoke_token));
}

}  // namespace app
