#include "surfaces/events/staff.h"

#include "http/cookie.h"
#include "http/security.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Result;

constexpr std::string_view kBearer = "Bearer ";

bool is_change(http::Method method) { return method != http::Method::Get && method != http::Method::Head; }

}  // namespace

std::string_view session_cookie(const http::Request& request) {
  return request.secure ? "__Host-hartslag" : "hartslag";
}

Result<staff::Member> member_of(staff::Access& access, const http::Request& request,
                                staff::Permission permission) {
  Result<staff::Member> member = base::fail(Code::Unauthenticated, "Sign in first.");
  const auto authorization = request.header("Authorization").value_or("");
  if (authorization.starts_with(kBearer)) {
    member = access.member_of_token(authorization.substr(kBearer.size()));
  } else if (const auto cookie = http::find_cookie(request, session_cookie(request))) {
    if (is_change(request.method) && !http::is_same_site(request))
      return base::fail(Code::Denied, "This request comes from a page of another site.");
    member = access.member_of(*cookie);
  }
  if (!member) return member;
  member->client = request.client_address;
  RETURN_IF_ERROR(staff::require(*member, permission));
  return member;
}

http::Response refuse(std::vector<http::FieldError> wrong) {
  auto problem = http::to_problem(base::Error{Code::Invalid, "Some of what was given cannot be kept."});
  problem.errors = std::move(wrong);
  return http::to_response(problem);
}

Result<void> record_act(Parts& parts, std::string_view kind, const Event& event, const staff::Member& member,
                        std::string detail) {
  RETURN_IF_ERROR(parts.needs.journal.record({.kind = std::string{kind},
                                              .property = event.property,
                                              .by = member.actor(),
                                              .subject = std::nullopt,
                                              .detail = std::move(detail)}));
  return {};
}

}  // namespace surfaces::events
