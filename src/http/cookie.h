// Cookies (RFC 6265bis): what a request carries, and what a response sets.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace http {

struct Request;
struct Response;

/// The value of the first cookie of that name in a Cookie header; quotes around it are taken off. Only the
/// first kCookiesMax pairs are looked at.
std::optional<std::string_view> find_cookie(std::string_view cookie_header, std::string_view name);
std::optional<std::string_view> find_cookie(const Request& request, std::string_view name);

enum class SameSite { Strict, Lax, None };

/// The defaults are the strictest, those of a session: `__Host-` names need exactly them.
struct Cookie {
  std::string name = {};
  std::string value = {};
  std::string path = "/";
  std::string domain = {};  ///< empty: this host alone
  /// Absent: until the browser closes. Zero: removes the cookie.
  std::optional<std::chrono::seconds> max_age = {};
  bool secure = true;
  bool http_only = true;
  SameSite same_site = SameSite::Strict;
};

/// The value of a Set-Cookie header. Errors: Invalid for a name that is no token, characters that a value,
/// path or domain cannot hold, a `__Host-` name with a domain, without `secure` or with a path other than
/// "/", a `__Secure-` name or SameSite=None without `secure`.
base::Result<std::string> write_cookie(const Cookie& cookie);

/// Adds a Set-Cookie header. Errors: as write_cookie.
base::Result<void> set_cookie(Response& response, const Cookie& cookie);

}  // namespace http
