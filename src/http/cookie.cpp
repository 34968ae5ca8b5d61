#include "http/cookie.h"

#include <algorithm>

#include "http/limits.h"
#include "http/request.h"
#include "http/response.h"
#include "http/token.h"

namespace http {

namespace {

/// cookie-octet of RFC 6265 §4.1.1: visible ASCII without quote, comma, semicolon and backslash.
bool is_cookie_octet(char c) { return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\'; }

bool is_attribute_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != ';'; });
}

base::Result<void> check(const Cookie& cookie) {
  const auto invalid = [](const char* message) { return base::fail(base::Code::Invalid, message); };
  if (!is_token(cookie.name)) return invalid("A cookie's name is a token.");
  if (!std::all_of(cookie.value.begin(), cookie.value.end(), is_cookie_octet))
    return invalid("A cookie's value holds a character that it cannot.");
  if (cookie.path.empty() || cookie.path.front() != '/' || !is_attribute_value(cookie.path))
    return invalid("A cookie's path begins with a slash.");
  if (!is_attribute_value(cookie.domain))
    return invalid("A cookie's domain holds a character that it cannot.");
  if (cookie.name.starts_with("__Host-") && (!cookie.secure || !cookie.domain.empty() || cookie.path != "/"))
    return invalid("A __Host- cookie is secure, has the path / and no domain.");
  if (cookie.name.starts_with("__Secure-") && !cookie.secure) return invalid("A __Secure- cookie is secure.");
  if (cookie.same_site == SameSite::None && !cookie.secure)
    return invalid("A cookie with SameSite=None is secure.");
  return {};
}

}  // namespace

std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name) {
  for (std::size_t seen = 0; !header.empty() && seen < kCookiesMax; ++seen) {
    const auto end = header.find(';');
    const auto pair = trim(header.substr(0, end));
    header = end == std::string_view::npos ? std::string_view{} : header.substr(end + 1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || trim(pair.substr(0, equals)) != name) continue;
    auto value = trim(pair.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> find_cookie(const Request& request, std::string_view name) {
  for (const auto field : request.headers) {
    if (!equal_ignoring_case(field.name, "cookie")) continue;
    if (auto value = find_cookie(field.value, name)) return value;
  }
  return std::nullopt;
}

base::Result<std::string> write_cookie(const Cookie& cookie) {
  RETURN_IF_ERROR(check(cookie));
  std::string out = cookie.name + "=" + cookie.value + "; Path=" + cookie.path;
  if (!cookie.domain.empty()) out += "; Domain=" + cookie.domain;
  if (cookie.max_age) out += "; Max-Age=" + std::to_string(cookie.max_age->count());
  if (cookie.secure) out += "; Secure";
  if (cookie.http_only) out += "; HttpOnly";
  switch (cookie.same_site) {
    case SameSite::Strict: return out + "; SameSite=Strict";
    case SameSite::Lax: return out + "; SameSite=Lax";
    case SameSite::None: return out + "; SameSite=None";
  }
  return out;
}

base::Result<void> set_cookie(Response& response, const Cookie& cookie) {
  ASSIGN_OR_RETURN(const auto text, write_cookie(cookie));
  response.headers.add("Set-Cookie", text);
  return {};
}

}  // namespace http
