#include "approvals/api.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "access/door.h"
#include "http/json_body.h"
#include "http/negotiate.h"
#include "texts/texts.h"

namespace approvals {
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
  Result<Response> read(const Request& request, const staff::Member& by);
  Result<Response> approve(const Request& request, const staff::Member& by);
  Result<Response> refuse(const Request& request, const staff::Member& by);
  Result<Response> withdraw(const Request& request, const staff::Member& by);
  Result<Response> file(const Request& request, const staff::Member& by);
  const ApiNeeds& needs() const { return needs_; }

 private:
  Result<json> to_json(const Approval& approval, const staff::Member& by, Language language, bool whole);
  Result<Response> show(const Request& request, const Approval& approval, const staff::Member& by);
  Result<std::string> name_of(const std::optional<base::MemberId>& member) const {
    return member ? needs_.member_name(*member) : std::string{};
  }
  ApiNeeds needs_;
};

Language language_of(const Request& request) { return http::negotiate_language(request, Language::Nl); }

Result<json> Api::to_json(const Approval& approval, const staff::Member& by, Language language, bool whole) {
  auto& approvals = needs_.approvals;
  ASSIGN_OR_RETURN(const auto described, approvals.describe(approval, language));
  ASSIGN_OR_RETURN(const auto asked_by, name_of(approval.asked_by));
  ASSIGN_OR_RETURN(const auto decided_by, name_of(approval.decided_by));
  ASSIGN_OR_RETURN(const auto deciders, approvals.count_deciders(approval));
  json out = {{"approval", base::to_text(approval.id)},
              {"act", approval.act},
              {"says", texts::word(language, "approval.act.", approval.act)},
              {"title", described.title},
              {"asked_by", asked_by},
              {"own", approval.asked_by == by.id},
              {"asked", base::to_rfc3339(approval.asked)},
              {"until", base::to_rfc3339(approval.until)},
              {"state", to_text(approval.state)},
              {"decided_by", decided_by},
              {"decided", approval.decided ? json(base::to_rfc3339(*approval.decided)) : json()},
              {"can_decide", approvals.may_decide(approval, by)},
              {"can_withdraw", approvals.may_withdraw(approval, by)},
              {"can_fetch", approvals.may_fetch(approval, by)},
              {"deciders", deciders}};
  if (!whole) return out;
  out["reason"] = approval.reason;
  out["lines"] = json::array();
  for (const auto& line : described.lines)
    out["lines"].push_back({{"label", line.label}, {"value", line.value}});
  return out;
}

Result<Response> Api::show(const Request& request, const Approval& approval, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto out, to_json(approval, by, language_of(request), /*whole=*/true));
  return Response::json(out.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<Response> Api::list(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto all, needs_.approvals.list(by));
  auto out = json::array();
  for (const auto& one : all) {
    ASSIGN_OR_RETURN(auto row, to_json(one, by, language_of(request), /*whole=*/false));
    out.push_back(std::move(row));
  }
  return Response::json(out.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<Response> Api::read(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<ApprovalId>("approval"));
  ASSIGN_OR_RETURN(const auto found, needs_.approvals.find(id, by));
  return show(request, found, by);
}

Result<Response> Api::approve(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<ApprovalId>("approval"));
  ASSIGN_OR_RETURN(const auto done, needs_.approvals.approve(id, by));
  return show(request, done, by);
}

Result<Response> Api::refuse(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<ApprovalId>("approval"));
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  if (!given.value("reason", json()).is_string()) return base::fail(Code::Invalid, "reason: a text");
  ASSIGN_OR_RETURN(const auto done,
                   needs_.approvals.refuse(id, given["reason"].get_ref<const std::string&>(), by));
  return show(request, done, by);
}

Result<Response> Api::withdraw(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<ApprovalId>("approval"));
  ASSIGN_OR_RETURN(const auto done, needs_.approvals.withdraw(id, by));
  return show(request, done, by);
}

Result<Response> Api::file(const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<ApprovalId>("approval"));
  return needs_.approvals.fetch(id, by);
}

}  // namespace

void add_api(http::Router& router, ApiNeeds needs) {
  const auto api = std::make_shared<Api>(std::move(needs));
  staff::Door door(router, api->needs().access);
  const auto with = [api](Result<Response> (Api::*handler)(const Request&, const staff::Member&)) {
    return
        [api, handler](Request& request, const staff::Member& by) { return ((*api).*handler)(request, by); };
  };
  // Whoever decides has read it: no program does it for them.
  auto decides = staff::fresh(staff::kApprove);
  decides.seated = true;
  door.get("/api/v1/approvals", staff::kAnyMember, with(&Api::list));
  door.get("/api/v1/approvals/{approval:id}", staff::kAnyMember, with(&Api::read));
  door.post("/api/v1/approvals/{approval:id}/approve", decides, with(&Api::approve));
  door.post("/api/v1/approvals/{approval:id}/refuse", decides, with(&Api::refuse));
  door.post("/api/v1/approvals/{approval:id}/withdraw", staff::kAnyMember, with(&Api::withdraw));
  door.post("/api/v1/approvals/{approval:id}/file", staff::fresh(staff::kAnyMember), with(&Api::file));
}

Response waiting(const Approval& approval) {
  return Response::json(
      json{{"approval", base::to_text(approval.id)}, {"expires", base::to_rfc3339(approval.until)}}.dump(),
      202);
}

}  // namespace approvals
