#include "app/device_api.h"

#include <nlohmann/json.hpp>

#include "app/factor_api.h"
#include "app/staff_api.h"
#include "http/cookie.h"

namespace app {
namespace {

using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

Result<Response> enter(House& house, const Request& request) {
  RETURN_IF_ERROR(own_page_only(request));
  ASSIGN_OR_RETURN(const auto half, half_session(request));
  ASSIGN_OR_RETURN(auto given, read_texts(request.body));
  const auto& link = given["link"];
  const auto from = from_of(request);
  ASSIGN_OR_RETURN(const auto session, link.empty() ? house.access->enter(half, from)
                                                    : house.access->open_device_link(half, link, from));
  return passed(house, request, session, 200);
}

Result<Response> list_devices(House& house, const Request& request, const staff::Member& member) {
  const auto secret = http::find_cookie(request, device_cookie(request)).value_or("");
  ASSIGN_OR_RETURN(const auto devices, house.access->devices(member.id, secret));
  auto out = json::array();
  for (const auto& one : devices) {
    out.push_back({{"device", base::to_text(one.id)},
                   {"name", one.name},
                   {"network", one.network},
                   {"added", base::to_rfc3339(one.added)},
                   {"used", base::to_rfc3339(one.used)},
                   {"current", one.is_own}});
  }
  return Response::json(out.dump());
}

Result<Response> end_device(House& house, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto device, request.id<staff::DeviceId>("device"));
  RETURN_IF_ERROR(house.access->end_device(member, device));
  return Response::no_content();
}

Result<Response> list_sign_ins(House& house, const Request&, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto all, house.access->sign_ins(member.id));
  auto out = json::array();
  for (const auto& one : all) {
    out.push_back({{"at", base::to_rfc3339(one.at)},
                   {"outcome", one.outcome},
                   {"name", one.name},
                   {"network", one.network}});
  }
  return Response::json(out.dump());
}

}  // namespace

void add_device_api(http::Router& router, House& house) {
  router.post("/api/v1/sign-in/device", [&house](Request& request) { return enter(house, request); });
  staff::Door door(router, *house.access);
  door.get("/api/v1/me/devices", staff::early(staff::seated()), with_house(house, list_devices));
  door.del("/api/v1/me/devices/{device:id}", staff::early(staff::seated()), with_house(house, end_device));
  door.get("/api/v1/me/sign-ins", staff::early(staff::seated()), with_house(house, list_sign_ins));
}

}  // namespace app
