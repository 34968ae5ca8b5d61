#include "app/member_api.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "access/door.h"
#include "access/staff_policy.h"
#include "app/days.h"
#include "app/duty_api.h"
#include "app/staff_api.h"
#include "http/json_body.h"
#include "http/problem.h"
#include "retention/erasure.h"
#include "surfaces/events/store.h"

namespace app {
namespace {

using base::Code;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;
using staff::Member;

json grant_json(const House& house, const staff::Grant& grant) {
  return {{"role", grant.role},
          {"export", grant.exports},
          {"ends", grant.until ? json(last_day_before(house, *grant.until)) : json()}};
}

Result<json> member_json(House& house, const staff::Colleague& one, base::MemberId self) {
  ASSIGN_OR_RETURN(const auto profile, house.access->profile(one.id));
  auto out = grant_json(house, one.grant);
  out["member"] = base::to_text(one.id);
  out["name"] = profile.name;
  out["email"] = profile.address;
  out["since"] = base::to_rfc3339(one.created);
  out["used"] = base::to_rfc3339(one.used);
  out["has_factor"] = one.has_factor;
  out["self"] = one.id == self;
  ASSIGN_OR_RETURN(out["duties"], duties_json(house, one.id));
  return out;
}

Result<json> invitation_json(House& house, const staff::Invitation& one) {
  ASSIGN_OR_RETURN(const auto fields, house.vault->read_fields(one.person));
  const auto* address = fields.find(staff::kAddressField);
  auto out = grant_json(house, one.grant);
  out["invitation"] = base::to_text(one.id);
  out["email"] = address == nullptr ? std::string{} : *address;
  out["since"] = base::to_rfc3339(one.created);
  out["until"] = base::to_rfc3339(one.expires);
  return out;
}

std::string text_in(const json& given, const char* name) {
  const auto found = given.find(name);
  return found != given.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool truth_in(const json& given, const char* name) {
  const auto found = given.find(name);
  return found != given.end() && found->is_boolean() && found->get<bool>();
}

/// The end of a membership, by its last day: `before` where nothing is said of it, none for null.
Result<std::optional<base::Instant>> end_in(const House& house, const json& given,
                                            std::optional<base::Instant> before) {
  const auto found = given.find("ends");
  if (found == given.end()) return before;
  if (found->is_null()) return std::nullopt;
  if (!found->is_string()) return base::fail(Code::Invalid, "ends: a day, or null");
  const auto end = end_of_day(house, found->get_ref<const std::string&>());
  if (!end) return base::fail(Code::Invalid, "ends: " + end.error().message);
  return std::optional{*end};
}

staff::NewInvitation invitation_in(const json& given) {
  return {.address = text_in(given, "email"),
          .language = base::parse_language(text_in(given, "language")).value_or(base::Language::Nl),
          .grant = {.role = text_in(given, "role"), .exports = truth_in(given, "export")}};
}

// ---- who there is ---------------------------------------------------------------------------------

Result<Response> list_members(House& house, const Request&, const Member& by) {
  ASSIGN_OR_RETURN(const auto colleagues, house.members->of(by.organisation));
  ASSIGN_OR_RETURN(const auto invitations, house.members->invitations(by.organisation));
  json out{{"members", json::array()}, {"invitations", json::array()}};
  for (const auto& one : colleagues) {
    ASSIGN_OR_RETURN(auto shown, member_json(house, one, by.id));
    out["members"].push_back(std::move(shown));
  }
  for (const auto& one : invitations) {
    ASSIGN_OR_RETURN(auto shown, invitation_json(house, one));
    out["invitations"].push_back(std::move(shown));
  }
  RETURN_IF_ERROR(house.journal->record({.kind = "staff.members_read", .by = by.actor()}));
  return Response::json(out.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<Response> regrant(House& house, const Request& request, const Member& by) {
  ASSIGN_OR_RETURN(const auto member, request.id<base::MemberId>("member"));
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  ASSIGN_OR_RETURN(const auto found, house.members->find(by.organisation, member));
  const auto until = end_in(house, given, found.grant.until);
  if (!until) return refuse_account(until.error());
  const staff::Grant grant{
      .role = text_in(given, "role"), .exports = truth_in(given, "export"), .until = *until};
  if (const auto done = house.members->regrant(by, member, grant); !done) return refuse_account(done.error());
  return Response::no_content();
}

Result<Response> remove_member(House& house, const Request& request, const Member& by) {
  ASSIGN_OR_RETURN(const auto member, request.id<base::MemberId>("member"));
  ASSIGN_OR_RETURN(const auto found, house.members->take_out(by, member));
  RETURN_IF_ERROR(house.eraser->erase(found.person));
  return Response::no_content();
}

/// A browser of theirs that waits, by the number that it shows: whoever manages members knows whom they talk
/// to.
Result<Response> vouch_for_browser(House& house, const Request& request, const Member& by) {
  ASSIGN_OR_RETURN(const auto member, request.id<base::MemberId>("member"));
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  ASSIGN_OR_RETURN(const auto found, house.members->find(by.organisation, member));
  ASSIGN_OR_RETURN(const auto profile, house.access->profile(found.id));
  RETURN_IF_ERROR(house.access->vouch(by.actor(), profile.address, text_in(given, "number")));
  return Response::no_content();
}

Result<Response> invite(House& house, const Request& request, const Member& by) {
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  auto invitation = invitation_in(given);
  const auto until = end_in(house, given, std::nullopt);
  if (!until) return refuse_account(until.error());
  invitation.grant.until = *until;
  const auto made = house.members->invite(by, invitation);
  if (!made) return refuse_account(made.error());
  ASSIGN_OR_RETURN(const auto shown, invitation_json(house, *made));
  return Response::json(shown.dump(), 201);
}

Result<Response> invite_again(House& house, const Request& request, const Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<staff::InvitationId>("invitation"));
  RETURN_IF_ERROR(house.members->invite_again(by, id));
  return Response::no_content();
}

Result<Response> withdraw(House& house, const Request& request, const Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<staff::InvitationId>("invitation"));
  RETURN_IF_ERROR(house.members->withdraw(by, id));
  return Response::no_content();
}

// ---- roles ----------------------------------------------------------------------------------------

/// The table that every route asks: what each role may do.
Result<Response> list_roles(House& house, const Request&, const Member& by) {
  ASSIGN_OR_RETURN(const auto roles, house.members->roles(by.organisation));
  const bool of_house = by.organisation == base::kHouse;
  json out{{"permissions", json::array()}, {"roles", json::array()}};
  for (const auto& permission : house.members->permissions()) {
    if (of_house || permission.reach == staff::Reach::Anybody) out["permissions"].push_back(permission.name);
  }
  for (const auto& role : roles)
    out["roles"].push_back({{"role", role.role},
                            {"name", role.name},
                            {"permissions", role.permissions.names()},
                            {"redrawn", role.is_redrawn}});
  return Response::json(out.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<staff::RoleDrawn> role_in(const Request& request, std::string id) {
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  staff::RoleDrawn role{
      .role = std::move(id), .name = text_in(given, "name"), .permissions = {}, .is_redrawn = false};
  const auto permissions = given.find("permissions");
  if (permissions == given.end() || !permissions->is_array())
    return base::fail(Code::Invalid, "permissions: a list of texts");
  for (const auto& name : *permissions) {
    if (!name.is_string()) return base::fail(Code::Invalid, "permissions: a list of texts");
    role.permissions.add(name.get_ref<const std::string&>());
  }
  return role;
}

Result<Response> make_role(House& house, const Request& request, const Member& by) {
  ASSIGN_OR_RETURN(const auto role, role_in(request, {}));
  const auto made = house.members->draw_role(by, role);
  if (!made) return refuse_account(made.error());
  return Response::json(json{{"role", *made}}.dump(), 201);
}

Result<Response> draw_role(House& house, const Request& request, const Member& by) {
  ASSIGN_OR_RETURN(const auto role, role_in(request, std::string{request.parameter("role")}));
  const auto drawn = house.members->draw_role(by, role);
  if (!drawn) return refuse_account(drawn.error());
  return Response::no_content();
}

Result<Response> undraw_role(House& house, const Request& request, const Member& by) {
  RETURN_IF_ERROR(house.members->undraw_role(by, request.parameter("role")));
  return Response::no_content();
}

// ---- organisations --------------------------------------------------------------------------------

json organisation_json(const House& house, const staff::Organisation& one) {
  return {{"organisation", one.number.value},
          {"name", one.number == base::kHouse ? house.options.organisation : one.name},
          {"operates", one.number == base::kHouse},
          {"closed", one.closed ? json(base::to_rfc3339(*one.closed)) : json()},
          {"members", one.members},
          {"invited", one.invited}};
}

Result<Response> list_organisations(House& house, const Request&, const Member&) {
  ASSIGN_OR_RETURN(const auto all, house.members->organisations());
  auto out = json::array();
  for (const auto& one : all) out.push_back(organisation_json(house, one));
  return Response::json(out.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<Response> make_organisation(House& house, const Request& request, const Member& by) {
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  const auto made = house.members->make_organisation(by, text_in(given, "name"), invitation_in(given));
  if (!made) return refuse_account(made.error());
  return Response::json(organisation_json(house, *made).dump(), 201);
}

Result<base::OrganisationNumber> organisation_in(const Request& request) {
  ASSIGN_OR_RETURN(const auto number, request.number("organisation"));
  if (number > std::numeric_limits<std::uint32_t>::max())
    return base::fail(Code::NotFound, "no such organisation");
  return base::OrganisationNumber{static_cast<std::uint32_t>(number)};
}

Result<Response> rename_organisation(House& house, const Request& request, const Member& by) {
  ASSIGN_OR_RETURN(const auto number, organisation_in(request));
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  const auto done = house.members->rename_organisation(by, number, text_in(given, "name"));
  if (!done) return refuse_account(done.error());
  return Response::no_content();
}

/// Whoever comes to an event that is not over would find nobody who answers for it.
Result<Response> close_organisation(House& house, const Request& request, const Member& by) {
  ASSIGN_OR_RETURN(const auto number, organisation_in(request));
  ASSIGN_OR_RETURN(const auto events, house.events->all());
  const auto now = house.clock->now();
  const bool runs = std::ranges::any_of(events, [&](const surfaces::events::Event& event) {
    const auto state = surfaces::events::state_at(event, now);
    return event.organisation == number && state != surfaces::events::State::Draft &&
           state != surfaces::events::State::Ended;
  });
  if (runs) return base::fail(Code::Conflict, "it has events that are not over");
  RETURN_IF_ERROR(house.members->close_organisation(by, number));
  RETURN_IF_ERROR(erase_left_behind(house));
  return Response::no_content();
}

}  // namespace

Result<void> erase_left_behind(House& house) {
  ASSIGN_OR_RETURN(const auto people, house.members->left_behind());
  for (const auto person : people) RETURN_IF_ERROR(house.eraser->erase(person));
  return house.members->end_expired();
}

void add_member_api(http::Router& router, House& house) {
  staff::Door door(router, *house.access);
  const auto manages = staff::kManageMembers;
  const auto changes = staff::fresh(manages);
  door.get("/api/v1/members", manages, with_house(house, list_members));
  door.patch("/api/v1/members/{member:id}", changes, with_house(house, regrant));
  door.del("/api/v1/members/{member:id}", changes, with_house(house, remove_member));
  door.post("/api/v1/members/{member:id}/browser", changes, with_house(house, vouch_for_browser));
  door.post("/api/v1/invitations", changes, with_house(house, invite));
  door.post("/api/v1/invitations/{invitation:id}/again", changes, with_house(house, invite_again));
  door.del("/api/v1/invitations/{invitation:id}", changes, with_house(house, withdraw));
  door.get("/api/v1/roles", staff::kAnyMember, with_house(house, list_roles));
  door.post("/api/v1/roles", changes, with_house(house, make_role));
  door.put("/api/v1/roles/{role}", changes, with_house(house, draw_role));
  door.del("/api/v1/roles/{role}", changes, with_house(house, undraw_role));
  door.get("/api/v1/organisations", staff::kOperate, with_house(house, list_organisations));
  door.post("/api/v1/organisations", staff::fresh(staff::kOperate), with_house(house, make_organisation));
  door.put("/api/v1/organisations/{organisation:number}", staff::fresh(staff::kOperate),
           with_house(house, rename_organisation));
  door.del("/api/v1/organisations/{organisation:number}", staff::fresh(staff::kOperate),
           with_house(house, close_organisation));
}

}  // namespace app
