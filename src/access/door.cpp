#include "access/door.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/cookie.h"
#include "http/security.h"

namespace staff {
namespace {

using base::Code;
using base::Result;
using http::Request;

constexpr std::string_view kBearer = "Bearer ";

bool is_change(http::Method method) { return method != http::Method::Get && method != http::Method::Head; }

Result<Member> member_behind(Access& access, const Request& request, bool seated) {
  const auto authorization = request.header("Authorization").value_or("");
  if (!authorization.empty() && seated)
    return base::fail(Code::Denied, "This is done at a browser, by whoever signed in there.");
  if (authorization.starts_with(kBearer)) return access.member_of_token(authorization.substr(kBearer.size()));
  const auto cookie = http::find_cookie(request, session_cookie(request));
  if (!cookie) return base::fail(Code::Unauthenticated, "Sign in first.");
  if (is_change(request.method) && !http::is_same_site(request))
    return base::fail(Code::Denied, "This request comes from a page of another site.");
  return access.member_of(*cookie);
}

std::string names_of(const Rule& rule) {
  std::string names;
  for (const auto& permission : rule.any_of) {
    if (!names.empty()) names += '|';
    names += permission.name;
  }
  return names;
}

}  // namespace

Rule seated() {
  Rule rule;
  rule.seated = true;
  return rule;
}

Rule fresh(Rule rule) {
  rule.fresh = true;
  return rule;
}

Rule early(Rule rule) {
  rule.early = true;
  return rule;
}

Rule one_of(std::vector<Permission> permissions) {
  Rule rule;
  rule.any_of = std::move(permissions);
  return rule;
}

std::string to_text(const Rule& rule) {
  if (!rule.any_of.empty()) return names_of(rule);
  return rule.seated ? "member at a browser" : "member";
}

Result<Member> Guard::admit(const Request& request) const {
  auto member = member_behind(*access_, request, rule_.seated);
  if (!member) return member;
  member->client = request.client_address;
  if (member->open_duties > 0) {
    const bool is_program = !request.header("Authorization").value_or("").empty();
    if (!rule_.early || is_program)
      return base::fail(Code::Acknowledge, "there is something to acknowledge before anything else");
    member->permissions = {};
  }
  const auto has = [&](const Permission& permission) { return member->permissions.has(permission); };
  if (!rule_.any_of.empty() && std::ranges::none_of(rule_.any_of, has))
    return base::fail(Code::Denied, fmt::format("this takes the permission {}", names_of(rule_)));
  if (owned_) {
    const auto owner = owned_->owner(request);
    if (!owner && owner.error().code != Code::NotFound) return base::fail(owner.error());
    if (!owner || *owner != member->organisation) return base::fail(Code::NotFound, "There is nothing here.");
  }
  if (rule_.fresh) RETURN_IF_ERROR(require_fresh(*member));
  return member;
}

Guard Door::guard(std::string_view pattern, const Rule& rule) const {
  const bool names_one = owned_ && (pattern.contains(fmt::format("{{{}:", owned_->parameter)) ||
                                    pattern.contains(fmt::format("{{{}}}", owned_->parameter)));
  return Guard{access_, rule, names_one ? owned_ : std::nullopt};
}

http::RouteInfo& Door::plain(http::Method method, std::string_view pattern, const Rule& rule, Handler handler,
                             std::optional<std::uint64_t> body_bytes_max) {
  auto& route = router_.plain(
      method, pattern,
      [guard = guard(pattern, rule),
       handler = std::move(handler)](Request& request) -> Result<http::Response> {
        ASSIGN_OR_RETURN(const auto member, guard.admit(request));
        return handler(request, member);
      },
      body_bytes_max);
  route.permission = to_text(rule);
  return route;
}

http::RouteInfo& Door::upload(http::Method method, std::string_view pattern, const Rule& rule,
                              UploadHandler handler) {
  auto& route = router_.upload(
      method, pattern,
      [guard = guard(pattern, rule), handler = std::move(handler)](Request& request) -> Result<http::Upload> {
        ASSIGN_OR_RETURN(const auto member, guard.admit(request));
        return handler(request, member);
      });
  route.permission = to_text(rule);
  return route;
}

std::string_view session_cookie(const Request& request) {
  return request.secure ? "__Host-hartslag" : "hartslag";
}

Result<std::string> session_of(const Request& request) {
  const auto cookie = http::find_cookie(request, session_cookie(request));
  if (!cookie) return base::fail(Code::Unauthenticated, "Sign in first.");
  return std::string{*cookie};
}

}  // namespace staff
