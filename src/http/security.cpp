#include "http/security.h"

#include <algorithm>
#include <array>
#include <vector>

#include "http/problem.h"

namespace http {

namespace {

constexpr std::string_view kStrictPolicy = "default-src 'none'; frame-ancestors 'none'";
constexpr std::string_view kTransport = "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n";

struct Line {
  std::string_view name;
  std::string_view line;
};
constexpr std::array<Line, 6> kLines{{
    {"X-Content-Type-Options", "X-Content-Type-Options: nosniff\r\n"},
    {"Referrer-Policy", "Referrer-Policy: no-referrer\r\n"},
    {"Cross-Origin-Opener-Policy", "Cross-Origin-Opener-Policy: same-origin\r\n"},
    {"Cross-Origin-Resource-Policy", "Cross-Origin-Resource-Policy: same-origin\r\n"},
    {"Permissions-Policy",
     "Permissions-Policy: accelerometer=(), browsing-topics=(), camera=(), display-capture=(), "
     "geolocation=(), "
     "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()\r\n"},
    {"Cache-Control", "Cache-Control: no-store\r\n"},
}};

bool is_page(const Response& response) {
  const auto type = response.headers.get("content-type").value_or("");
  return equal_ignoring_case(type.substr(0, 9), "text/html");
}

/// "https://example.org:443" → "example.org": scheme and default port taken off; empty if it is no origin.
std::string_view authority_of(std::string_view origin, bool& https) {
  https = origin.starts_with("https://");
  if (!https && !origin.starts_with("http://")) return {};
  origin.remove_prefix(https ? 8 : 7);
  return origin;
}

std::string_view without_default_port(std::string_view authority, bool https) {
  const std::string_view port = https ? ":443" : ":80";
  if (authority.ends_with(port)) authority.remove_suffix(port.size());
  return authority;
}

bool is_listed(std::span<const std::string> allowed, std::string_view origin) {
  for (const auto& entry : allowed)
    if (entry == origin) return true;
  return false;
}

}  // namespace

std::string page_policy(std::string_view nonce, std::span<const PolicySource> more) {
  const std::string with_nonce = nonce.empty() ? "" : " 'nonce-" + std::string{nonce} + "'";
  const std::array<std::pair<std::string_view, std::string>, 13> directives{{
      {"default-src", "'none'"},
      {"script-src", "'self'" + with_nonce},
      {"style-src", "'self'" + with_nonce},
      {"img-src", "'self' data:"},
      {"font-src", "'self'"},
      {"connect-src", "'self'"},
      {"media-src", "'self'"},
      {"worker-src", "'self'"},
      {"manifest-src", "'self'"},
      {"form-action", "'self'"},
      {"base-uri", "'none'"},
      {"object-src", "'none'"},
      {"frame-ancestors", "'none'"},
  }};
  const auto add_more = [&](std::string& policy, std::string_view directive) {
    for (const auto& extra : more)
      if (extra.directive == directive) policy.append(" ").append(extra.source);
  };
  std::string policy;
  for (const auto& [directive, sources] : directives) {
    if (!policy.empty()) policy += "; ";
    policy.append(directive);
    policy.push_back(' ');
    // 'none' holds alone: a source more takes its place.
    const auto at = policy.size();
    policy.append(sources);
    add_more(policy, directive);
    if (sources == "'none'" && policy.size() > at + sources.size()) policy.erase(at, sources.size() + 1);
  }
  // Directives that have no default here, such as frame-src: each once, with all its sources.
  std::vector<std::string_view> added;
  for (const auto& extra : more) {
    const auto known = [&](const auto& entry) { return entry.first == extra.directive; };
    if (std::any_of(directives.begin(), directives.end(), known)) continue;
    if (std::find(added.begin(), added.end(), extra.directive) != added.end()) continue;
    added.push_back(extra.directive);
    policy.append("; ").append(extra.directive);
    add_more(policy, extra.directive);
  }
  return policy;
}

void set_page_policy(Response& response, const Request& request, std::initializer_list<PolicySource> more) {
  response.headers.set("Content-Security-Policy",
                       page_policy(request.nonce(), std::span{more.begin(), more.size()}));
}

void write_security_headers(std::string& out, const Request& request, const Response& response) {
  if (request.secure) out += kTransport;
  const bool any = !response.headers.empty();
  if (!any || !response.headers.has("content-security-policy")) {
    out += "Content-Security-Policy: ";
    if (any && is_page(response))
      out += page_policy(request.has_nonce() ? std::string_view{request.nonce()} : std::string_view{});
    else
      out += kStrictPolicy;
    out += "\r\n";
  }
  for (const auto& [name, line] : kLines)
    if (!any || !response.headers.has(name)) out += line;
}

bool is_same_site(const Request& request) {
  if (const auto site = request.header("sec-fetch-site")) return *site == "same-origin" || *site == "none";
  const auto origin = request.header("origin");
  if (!origin || request.host.empty()) return false;
  bool https = false;
  const auto authority = authority_of(*origin, https);
  if (authority.empty() || (request.secure && !https)) return false;
  return equal_ignoring_case(without_default_port(authority, https),
                             without_default_port(request.host, https));
}

bool allow_origin(const Request& request, Response& response, std::span<const std::string> allowed) {
  // A cache must not give one origin's answer to another, whether it was allowed or not.
  if (!response.headers.has_token("vary", "origin")) response.headers.add("Vary", "Origin");
  const auto origin = request.header("origin");
  if (!origin || !is_listed(allowed, *origin)) return false;
  response.headers.set("Access-Control-Allow-Origin", *origin);
  response.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  return true;
}

Response preflight(const Request& request, std::span<const std::string> allowed, std::string_view methods,
                   std::string_view headers) {
  auto response = Response::no_content();
  if (!allow_origin(request, response, allowed)) {
    auto refusal = to_response(base::Error{base::Code::Denied, "This origin is not allowed."});
    refusal.headers.add("Vary", "Origin");
    return refusal;
  }
  response.headers.add("Access-Control-Allow-Methods", methods);
  if (!headers.empty()) response.headers.add("Access-Control-Allow-Headers", headers);
  response.headers.add("Access-Control-Max-Age", "600");
  return response;
}

}  // namespace http
