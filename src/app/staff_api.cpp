#include "app/staff_api.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "access/limits.h"
#include "app/days.h"
#include "app/duty_api.h"
#include "http/cookie.h"
#include "http/json_body.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "http/security.h"
#include "rights/permissions.h"
#include "services/permissions.h"
#include "surfaces/events/form.h"
#include "surfaces/events/permissions.h"
#include "surfaces/updates/permissions.h"

namespace app {
namespace {

using base::Code;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;
using staff::session_cookie;

/// The throttle lets go after this.
constexpr int kSignInRetrySeconds = 300;

Result<Response> check_setup(House& house, const Request& request) {
  RETURN_IF_ERROR(house.access->check_setup_token(request.query.text("token")));
  return Response::no_content();
}

Result<Response> set_up(House& house, const Request& request) {
  RETURN_IF_ERROR(own_page_only(request));
  ASSIGN_OR_RETURN(auto given, read_texts(request.body));
  const auto session =
      house.access->set_up(given["token"],
                           {.name = given["name"],
                            .address = given["email"],
                            .password = given["password"],
                            .language = http::negotiate_language(request, base::Language::Nl)},
                           from_of(request));
  if (!session) return refuse_account(session.error());
  return passed(house, request, *session, 201);
}

Result<Response> check_invitation(House& house, const Request& request) {
  ASSIGN_OR_RETURN(auto given, read_texts(request.body));
  ASSIGN_OR_RETURN(const auto invitee, house.access->invitee(given["invitation"]));
  ASSIGN_OR_RETURN(const auto organisation, organisation_name(house, invitee.organisation));
  return Response::json(json{{"email", invitee.address}, {"organisation", organisation}}.dump());
}

Result<Response> join(House& house, const Request& request) {
  RETURN_IF_ERROR(own_page_only(request));
  ASSIGN_OR_RETURN(auto given, read_texts(request.body));
  const auto session = house.access->join(given["invitation"],
                                          {.name = given["name"],
                                           .address = {},
                                           .password = given["password"],
                                           .language = http::negotiate_language(request, base::Language::Nl)},
                                          from_of(request));
  if (!session) return refuse_account(session.error());
  return passed(house, request, *session, 201);
}

Result<Response> sign_in(House& house, const Request& request) {
  RETURN_IF_ERROR(own_page_only(request));
  ASSIGN_OR_RETURN(auto given, read_texts(request.body));
  const auto session = house.access->sign_in(given["email"], given["password"], from_of(request));
  if (!session) return refuse_try(session.error());
  return passed(house, request, *session, 200);
}

Result<Response> sign_out(House& house, const Request& request) {
  RETURN_IF_ERROR(own_page_only(request));
  if (const auto cookie = http::find_cookie(request, session_cookie(request)))
    RETURN_IF_ERROR(house.access->sign_out(*cookie, request.client_address));
  return signed_out(request);
}

Result<Response> me(House& house, const Request&, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto profile, house.access->profile(member.id));
  auto permissions = json::array();
  for (const auto& permission : house.members->permissions()) {
    if (member.permissions.has(permission)) permissions.push_back(permission.name);
  }
  ASSIGN_OR_RETURN(const auto colleague, house.members->find(member.organisation, member.id));
  ASSIGN_OR_RETURN(const auto organisation, organisation_name(house, member.organisation));
  json requests;
  json incidents;
  const auto now = house.clock->now();
  // Who manages events hears of it too: without its password mail goes to nobody.
  json credentials;
  if (member.permissions.has(surfaces::events::kManageEvent) || member.permissions.has(staff::kOperate) ||
      member.permissions.has(services::kManageCredentials)) {
    ASSIGN_OR_RETURN(const auto standings, house.credentials->standings());
    credentials = {{"overdue", credentials::count_overdue(standings)}};
  }
  if (member.permissions.has(rights::kAnswerRequests)) {
    ASSIGN_OR_RETURN(const auto tally, house.desk->store().tally(now));
    requests = {{"open", tally.open}, {"overdue", tally.overdue}};
  }
  if (member.permissions.has(rights::kHandleIncidents)) {
    ASSIGN_OR_RETURN(const auto broken, house.incidents->store().tally(now));
    incidents = {{"open", broken.open}, {"overdue", broken.overdue}};
  }
  json updates;
  if (house.updates && member.permissions.has(surfaces::updates::kSendUpdates))
    updates = {{"declared", house.policy->updates().size()}};
  json approvals;
  if (!house.policy->staff().four_eyes.empty()) {
    ASSIGN_OR_RETURN(const auto waiting, house.approvals->count_waiting(member));
    approvals = {{"waiting", waiting}};
  }
  ASSIGN_OR_RETURN(const auto duties, duties_in_short(house, member));
  const auto& until = colleague.grant.until;
  return Response::json(json{
      {"duties", duties},
      {"ends", until ? json(last_day_before(house, *until)) : json()},
      {"approvals", approvals},
      {"updates", updates},
      {"requests", requests},
      {"incidents", incidents},
      {"credentials", credentials},
      {"name", profile.name},
      {"email", profile.address},
      {"language", base::to_text(profile.language)},
      {"told_of_approvals", colleague.told_of_approvals},
      {"member", base::to_text(member.id)},
      {"role", colleague.grant.role},
      {"organisation", organisation},
      {"operates", member.organisation == base::kHouse},
      {"now", base::to_rfc3339(now)},
      {"permissions",
       permissions}}.dump());
}

Result<Response> policy_in_force(House& house, const Request&, const staff::Member&) {
  const auto& policy = *house.policy;
  json out = {{"version", policy.version()}, {"name", policy.name()}};
  for (const auto language : policy.languages()) out["languages"].push_back(base::to_text(language));
  out["four_eyes"] = policy.staff().four_eyes;
  out["fields"] = json::array();
  for (const auto& field : policy.fields()) {
    if (!surfaces::events::is_asked(policy, field)) continue;
    out["fields"].push_back({{"name", field.name},
                             {"type", policy::to_text(field.type)},
                             {"required", field.required},
                             {"label", in_all_languages(policy, field.label)}});
  }
  out["facts"] = json::array();
  for (const auto fact : policy::kFacts) {
    if ((policy.measurement().facts & static_cast<unsigned>(fact)) != 0)
      out["facts"].push_back(policy::to_text(fact));
  }
  out["opens_by"] = json::array();
  if (policy.opens_by_form()) out["opens_by"].push_back("form");
  if (policy.opens_by_link()) out["opens_by"].push_back("link");
  if (policy.opens_by_form() && policy.opens_by_link()) out["opens_by"].push_back("both");
  return Response::json(out.dump());
}

}  // namespace

Result<std::string> organisation_name(House& house, base::OrganisationNumber number) {
  if (number == base::kHouse) return house.options.organisation;
  ASSIGN_OR_RETURN(auto organisation, house.members->organisation(number));
  return std::move(organisation.name);
}

staff::Door::Handler with_house(House& house, HouseHandler handler) {
  return [&house, handler](Request& request, const staff::Member& member) {
    return handler(house, request, member);
  };
}

Result<std::map<std::string, std::string>> read_texts(std::string_view body) {
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(body));
  std::map<std::string, std::string> texts;
  for (const auto& [name, value] : given.items()) {
    if (value.is_string()) texts[name] = value.get<std::string>();
  }
  return texts;
}

Result<void> own_page_only(const Request& request) {
  if (!http::is_same_site(request))
    return base::fail(Code::Denied, "This request comes from a page of another site.");
  return {};
}

std::string_view device_cookie(const Request& request) {
  return request.secure ? "__Host-hartslag-device" : "hartslag-device";
}

staff::From from_of(const Request& request) {
  return {request.client_address, http::find_cookie(request, device_cookie(request)).value_or(""),
          request.header("User-Agent").value_or("")};
}

Result<void> set_session(Response& response, const House& house, const Request& request,
                         const staff::SignedIn& session) {
  const auto life = std::chrono::duration_cast<std::chrono::seconds>(session.expires - house.clock->now());
  RETURN_IF_ERROR(http::set_cookie(response, {.name = std::string{session_cookie(request)},
                                              .value = session.session,
                                              .domain = {},
                                              .max_age = life,
                                              .secure = request.secure}));
  if (session.device.empty()) return {};
  return http::set_cookie(response,
                          {.name = std::string{device_cookie(request)},
                           .value = session.device,
                           .domain = {},
                           .max_age = std::chrono::duration_cast<std::chrono::seconds>(staff::kDeviceLife),
                           .secure = request.secure});
}

Result<Response> signed_out(const Request& request) {
  auto response = Response::no_content();
  response.headers.set("Clear-Site-Data", "\"cache\", \"storage\"");
  RETURN_IF_ERROR(http::set_cookie(response, {.name = std::string{session_cookie(request)},
                                              .value = {},
                                              .domain = {},
                                              .max_age = std::chrono::seconds{0},
                                              .secure = request.secure}));
  return response;
}

Response refuse_account(const base::Error& error) {
  auto problem = http::to_problem(error);
  const auto colon = error.message.find(": ");
  if (error.code == Code::Invalid && colon != std::string::npos)
    problem.errors.push_back({http::pointer_to({std::string_view{error.message}.substr(0, colon)}),
                              error.message.substr(colon + 2)});
  return http::to_response(problem);
}

Response refuse_try(const base::Error& error) {
  return http::to_response(http::to_problem(error, kSignInRetrySeconds));
}

Result<Response> passed(const House& house, const Request& request, const staff::SignedIn& session,
                        int status) {
  auto response = session.next == staff::Next::Nothing
                      ? Response::no_content()
                      : Response::json(json{{"next", to_text(session.next)}}.dump(), status);
  RETURN_IF_ERROR(set_session(response, house, request, session));
  return response;
}

void add_staff_api(http::Router& router, House& house) {
  const auto with = [&house](Result<Response> (*handler)(House&, const Request&)) {
    return [&house, handler](Request& request) { return handler(house, request); };
  };
  router.get("/api/v1/setup", with(check_setup));
  router.post("/api/v1/setup", with(set_up));
  router.post("/api/v1/join/check", with(check_invitation));
  router.post("/api/v1/join", with(join));
  router.post("/api/v1/sign-in", with(sign_in));
  router.post("/api/v1/sign-out", with(sign_out));
  staff::Door door(router, *house.access);
  door.get("/api/v1/me", staff::early(staff::kAnyMember), with_house(house, me));
  door.get("/api/v1/policy", staff::kAnyMember, with_house(house, policy_in_force));
}

}  // namespace app
