// What a handler sees of a request.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/random.h"
#include "base/result.h"
#include "http/form.h"
#include "http/headers.h"
#include "http/method.h"

namespace http {

/// The values of a pattern's `{names}`, decoded.
class PathParameters {
 public:
  void add(std::string_view name, std::string value) { values_.emplace_back(name, std::move(value)); }
  void clear() { values_.clear(); }
  /// Empty if the pattern has no such name, which a handler's own tests find.
  std::string_view get(std::string_view name) const;
  std::size_t size() const { return values_.size(); }

 private:
  /// Names are the router's, which outlives every request.
  std::vector<std::pair<std::string_view, std::string>> values_;
};

/// One thread at a time. The server's own requests live until they are answered: a deferred handler that
/// keeps a Reply may look at its request until it answers, from one thread.
struct Request {
  Method method = Method::Get;
  std::string target;  ///< as sent: "/search?q=a%20b"
  std::string path;    ///< decoded, without the query: "/search"
  Form query;
  Headers headers;
  std::string body;  ///< empty for upload routes
  PathParameters parameters;
  /// The client's address, behind trusted proxies the one they vouch for. Personal data: never logged.
  std::string client_address;
  std::string host;     ///< "example.org" or "example.org:8443", in lower case; empty for HTTP/1.0 without it
  bool secure = false;  ///< came over TLS, or a trusted proxy says that it did
  bool loopback = false;  ///< the peer itself is on this machine, and no proxy spoke for somebody else

  std::optional<std::string_view> header(std::string_view name) const { return headers.get(name); }
  std::string_view parameter(std::string_view name) const { return parameters.get(name); }
  /// `request.id<base::SessionId>("session")`. Errors: NotFound, since it is part of the path.
  template <class IdType>
  base::Result<IdType> id(std::string_view name) const {
    auto parsed = base::parse_id<IdType>(parameter(name));
    if (!parsed) return base::fail(base::Code::NotFound, "There is nothing at this address.");
    return parsed;
  }
  /// Decimal digits without sign. Errors: NotFound.
  base::Result<std::uint64_t> number(std::string_view name) const;

  /// "https://example.org"
  std::string origin() const;
  /// The media type of the body in lower case without its parameters: "application/json".
  std::string content_type() const;

  /// 128 random bits in base64url, drawn at the first call: what this answer's Content-Security-Policy
  /// allows as 'nonce-…' in script-src and style-src, if the answer does not set a policy of its own.
  const std::string& nonce() const;
  bool has_nonce() const { return !nonce_.empty(); }

  base::Random* random = nullptr;  ///< set by the server; the system's when absent

  /// Ready for the next request, with the memory of the last one.
  void clear();

 private:
  mutable std::string nonce_;
};

/// A request as a test of a handler wants it; the target is taken apart as the server does.
/// Errors: Invalid for a malformed target.
base::Result<Request> make_request(Method method, std::string_view target, std::string body = {});

/// Takes `target` (origin-form, RFC 9112 §3.2.1) apart into path and query. Refused: a path that does not
/// begin with "/", malformed percent-encoding or UTF-8, control characters, an encoded slash, a backslash,
/// "." and ".." as segments. Errors: Invalid.
base::Result<void> parse_target(std::string_view target, Request& request);

}  // namespace http
