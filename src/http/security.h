// The headers that every answer carries, and the checks on where a request comes from.
//
//   Strict-Transport-Security     max-age=63072000; includeSubDomains      over TLS alone
//   Content-Security-Policy       pages: page_policy(); all else: default-src 'none'; frame-ancestors 'none'
//   X-Content-Type-Options        nosniff
//   Referrer-Policy               no-referrer
//   Cross-Origin-Opener-Policy    same-origin
//   Cross-Origin-Resource-Policy  same-origin
//   Permissions-Policy            camera, microphone, geolocation … to nobody
//   Cache-Control                 no-store
//
// Each gives way to a field of the same name in the response. Values after OWASP ASVS 5.0 §3.4 and the
// OWASP cheat sheets on HTTP headers and on cross-site request forgery.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "http/request.h"
#include "http/response.h"

namespace http {

/// One more source for a directive: {"media-src", "https://video.example"}.
struct PolicySource {
  std::string_view directive;
  std::string_view source;
};

/// default-src 'none'; scripts, styles, images, fonts, media, connections, workers, forms from here alone;
/// no base, no objects, no frames around; `nonce` (may be empty) for scripts and styles; and `more`.
std::string page_policy(std::string_view nonce, std::span<const PolicySource> more = {});
/// Sets it on a response.
void set_page_policy(Response& response, const Request& request, std::initializer_list<PolicySource> more);

/// Appends the header lines that `response` does not set itself to `out`.
void write_security_headers(std::string& out, const Request& request, const Response& response);

/// False for a request that another site's page may have caused: Sec-Fetch-Site must be `same-origin` or
/// `none`; without it Origin must name this host (and https, if the request came by it); without both it
/// is refused. To be asked before anything unsafe is done for a signed-in browser.
bool is_same_site(const Request& request);

/// Cross-origin sharing for a list of origins ("https://shop.example"). Sets Access-Control-Allow-Origin,
/// Vary and Cross-Origin-Resource-Policy if the request's Origin is among them; true if so.
bool allow_origin(const Request& request, Response& response, std::span<const std::string> allowed);
/// The answer to an OPTIONS request: 204 with what is allowed, or 403 for an origin that is not.
/// `methods` "POST, GET"; `headers` "content-type".
Response preflight(const Request& request, std::span<const std::string> allowed, std::string_view methods,
                   std::string_view headers);

}  // namespace http
