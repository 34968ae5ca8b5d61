#include "services/api.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "access/door.h"
#include "approvals/api.h"
#include "base/bytes.h"
#include "base/contains.h"
#include "http/json_body.h"
#include "http/negotiate.h"
#include "http/percent.h"
#include "services/permissions.h"
#include "texts/texts.h"

namespace services {
namespace {

using base::Code;
using base::Language;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

class Api {
 public:
  explicit Api(ApiNeeds needs) : needs_(std::move(needs)) {}

  Result<Response> list(const Request& request, const staff::Member& by);
  Result<Response> add(const Request& request, const staff::Member& by);
  Result<Response> read(const Request& request, const staff::Member& by);
  Result<Response> remove(const Request& request, const staff::Member& by);
  Result<Response> allow(const Request& request, const staff::Member& by);
  Result<Response> set(const Request& request, const staff::Member& by);
  Result<Response> rotate(const Request& request, const staff::Member& by);
  Result<Response> use(const Request& request, const staff::Member& by);
  Result<Response> reveal(const Request& request, const staff::Member& by);
  staff::Access& access() const { return needs_.access; }

 private:
  Result<json> to_json(const Service& service, const std::vector<credentials::Standing>& standings,
                       Language language, const staff::Member& by);
  Result<json> history_json(const Service& service, Language language);
  Services& services() const { return needs_.services; }
  ApiNeeds needs_;
};

Language language_of(const Request& request) { return http::negotiate_language(request, Language::Nl); }

Result<ServiceId> id_of(const Request& request) { return request.id<ServiceId>("credential"); }

Result<std::string> text_of(const json& given, const char* name) {
  const auto found = given.find(name);
  if (found == given.end() || !found->is_string())
    return base::fail(Code::Invalid, std::string{name} + ": a text is wanted");
  return found->get<std::string>();
}

std::string text_or(const json& given, const char* name, std::string otherwise) {
  const auto found = given.find(name);
  return found != given.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

json instant(const std::optional<base::Instant>& at) { return at ? json(base::to_rfc3339(*at)) : json(); }

Result<json> Api::to_json(const Service& service, const std::vector<credentials::Standing>& standings,
                          Language language, const staff::Member& by) {
  json out = {{"credential", base::to_text(service.id)},
              {"name", service.name},
              {"origin", service.declared.origin},
              {"tasks", services::to_json(service.declared)["tasks"]},
              {"usable", base::contains(service.users, by.id) && by.permissions.has(kUseCredentials)},
              {"standing", json()}};
  const auto standing = std::ranges::find(standings, service.name, &credentials::Standing::name);
  if (!by.permissions.has(kManageCredentials) || standing == standings.end()) return out;
  const auto& current = standing->current;
  out["standing"] = {{"overdue", standing->overdue},
                     {"rotates_by_itself", standing->rotates_by_itself},
                     {"made", current ? json(base::to_rfc3339(current->made_at)) : json()},
                     {"due", instant(standing->due)},
                     {"seen", current ? instant(current->seen_at) : json()},
                     {"failed", standing->trouble.has_value()},
                     {"says", needs_.says(*standing, language)}};
  return out;
}

Result<json> Api::history_json(const Service& service, Language language) {
  ASSIGN_OR_RETURN(const auto events, services().history(service));
  auto out = json::array();
  for (const auto& event : events) {
    std::string name;
    if (event.by) {
      ASSIGN_OR_RETURN(name, needs_.member_name(*event.by));
    }
    out.push_back({{"at", base::to_rfc3339(event.at)},
                   {"kind", event.kind},
                   {"says", texts::word(language, "act.", event.kind)},
                   {"name", name},
                   {"task", event.task},
                   {"outcome", event.outcome}});
  }
  return out;
}

Result<Response> Api::list(const Request& request, const staff::Member& by) {
  const bool manages = by.permissions.has(kManageCredentials);
  ASSIGN_OR_RETURN(const auto all, manages ? services().list() : services().usable_by(by.id));
  ASSIGN_OR_RETURN(const auto standings, services().keeper().standings());
  auto out = json::array();
  for (const auto& service : all) {
    ASSIGN_OR_RETURN(auto one, to_json(service, standings, language_of(request), by));
    out.push_back(std::move(one));
  }
  return Response::json(json{{"credentials", std::move(out)},
                             {"can_manage", manages},
                             {"can_reveal", manages && services().may_be_revealed()}}
                            .dump());
}

Result<Response> Api::add(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  ASSIGN_OR_RETURN(const auto name, text_of(given, "name"));
  ASSIGN_OR_RETURN(const auto secret, text_of(given, "secret"));
  ASSIGN_OR_RETURN(const auto declared, read_declared(given));
  ASSIGN_OR_RETURN(const auto service, services().add(name, declared, secret, by));
  return Response::json(json{{"credential", base::to_text(service.id)}}.dump(), 201);
}

Result<Response> Api::read(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, id_of(request));
  ASSIGN_OR_RETURN(const auto service, services().find(id));
  const bool manages = by.permissions.has(kManageCredentials);
  if (!manages && !base::contains(service.users, by.id))
    return base::fail(Code::NotFound, "There is no such credential.");
  ASSIGN_OR_RETURN(const auto standings, services().keeper().standings());
  ASSIGN_OR_RETURN(auto out, to_json(service, standings, language_of(request), by));
  out["users"] = json::array();
  out["history"] = json::array();
  out["can_manage"] = manages;
  out["can_reveal"] = manages && services().may_be_revealed();
  if (!manages) return Response::json(out.dump());
  ASSIGN_OR_RETURN(const auto colleagues, needs_.colleagues());
  for (const auto& one : colleagues) {
    out["users"].push_back({{"member", base::to_text(one.id)},
                            {"name", one.name},
                            {"allowed", base::contains(service.users, one.id)}});
  }
  ASSIGN_OR_RETURN(out["history"], history_json(service, language_of(request)));
  return Response::json(out.dump());
}

Result<Response> Api::remove(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, id_of(request));
  RETURN_IF_ERROR(services().remove(id, by));
  return Response::no_content();
}

Result<Response> Api::allow(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, id_of(request));
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  const auto wanted = given.value("members", json());
  if (!wanted.is_array()) return base::fail(Code::Invalid, "members: a list is wanted");
  ASSIGN_OR_RETURN(const auto colleagues, needs_.colleagues());
  std::vector<base::MemberId> members;
  for (const auto& one : wanted) {
    const auto text = one.is_string() ? one.get<std::string>() : std::string{};
    const auto found =
        std::ranges::find(colleagues, text, [](const Colleague& c) { return base::to_text(c.id); });
    if (found == colleagues.end())
      return base::fail(Code::Invalid, "members: somebody who may not use credentials");
    members.push_back(found->id);
  }
  RETURN_IF_ERROR(services().allow(id, std::move(members), by));
  return Response::no_content();
}

Result<Response> Api::set(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, id_of(request));
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  ASSIGN_OR_RETURN(const auto secret, text_of(given, "secret"));
  RETURN_IF_ERROR(services().set(id, secret, by));
  return Response::no_content();
}

Result<Response> Api::rotate(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, id_of(request));
  RETURN_IF_ERROR(services().rotate(id, by));
  return Response::no_content();
}

Result<Response> Api::use(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, id_of(request));
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  ASSIGN_OR_RETURN(const auto task, text_of(given, "task"));
  ASSIGN_OR_RETURN(const auto service, services().find(id));
  const auto* known = find_task(service.declared, task);
  const Wanted wanted{.task = task,
                      .path = text_or(given, "path", known == nullptr ? std::string{} : known->path),
                      .query = text_or(given, "query", {}),
                      .type = text_or(given, "type", {}),
                      .body = text_or(given, "body", {})};
  ASSIGN_OR_RETURN(const auto answer, services().use(id, wanted, by));
  const bool is_text = http::is_utf8(answer.body);
  return Response::json(
      json{{"status", answer.status},
           {"type", http::is_utf8(answer.type) ? answer.type : std::string{}},
           {"text", is_text ? json(answer.body) : json()},
           {"base64", is_text ? json() : json(base::to_base64(base::as_bytes(answer.body)))}}
          .dump());
}

Result<Response> Api::reveal(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, id_of(request));
  ASSIGN_OR_RETURN(const auto asked, services().ask_to_reveal(id, by));
  return approvals::waiting(asked);
}

}  // namespace

void add_api(http::Router& router, ApiNeeds needs) {
  const auto api = std::make_shared<Api>(std::move(needs));
  staff::Door door(router, api->access());
  const auto with = [&](Result<Response> (Api::*handler)(const Request&, const staff::Member&)) {
    return
        [api, handler](Request& request, const staff::Member& by) { return ((*api).*handler)(request, by); };
  };
  const auto any = staff::one_of({kManageCredentials, kUseCredentials});
  const auto manage = staff::fresh(kManageCredentials);
  door.get("/api/v1/credentials", any, with(&Api::list));
  door.post("/api/v1/credentials", manage, with(&Api::add));
  door.get("/api/v1/credentials/{credential:id}", any, with(&Api::read));
  door.del("/api/v1/credentials/{credential:id}", manage, with(&Api::remove));
  door.put("/api/v1/credentials/{credential:id}/users", manage, with(&Api::allow));
  door.post("/api/v1/credentials/{credential:id}/secret", manage, with(&Api::set));
  door.post("/api/v1/credentials/{credential:id}/rotate", manage, with(&Api::rotate));
  door.post("/api/v1/credentials/{credential:id}/use", kUseCredentials, with(&Api::use));
  door.post("/api/v1/credentials/{credential:id}/reveal", manage, with(&Api::reveal));
}

}  // namespace services
