// The one way in for staff. A route of theirs is registered through a door, with its rule: the door finds out
// who asks, by the session of a signed-in browser or by an API token; checks what the rule wants; checks that
// the thing which the path names belongs to their organisation; and only then calls the handler, with the
// member. So no handler can forget to ask, and the table of routes says what each of them wants.
//
// Whoever has something to acknowledge, to sign or to follow before anything else (duties.h) gets through
// nowhere but where a rule says `early`: where that is done, and at their own account.
//
// What belongs to another organisation is answered like what is not there.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "base/result.h"
#include "http/request.h"
#include "http/router.h"

namespace staff {

/// What a route asks of who comes.
struct Rule {
  Rule() = default;
  // A permission alone is the common rule.
  Rule(const Permission& permission) : any_of{permission} {}  // NOLINT(google-explicit-constructor)

  /// One of them is enough. None: whoever is a member.
  std::vector<Permission> any_of = {};
  /// Wants somebody at a browser: no API token.
  bool seated = false;
  /// Wants a second factor shown within kStepUpLife.
  bool fresh = false;
  /// Also for who has something to do before anything else (duties.h): they come in without a permission,
  /// at a browser; their programs do not.
  bool early = false;
};

/// Whoever is a member.
inline const Rule kAnyMember{};
/// Whoever is a member, signed in at a browser.
Rule seated();
/// The same, with a second factor just shown.
Rule fresh(Rule rule);
/// The same, before anything else is done.
Rule early(Rule rule);
/// Whoever may do one of them.
Rule one_of(std::vector<Permission> permissions);

/// "see_names", "export|see_names", "member", "member at a browser": as in the table of routes.
std::string to_text(const Rule& rule);

/// The things that a path names, by a parameter, and whose they are.
struct Owned {
  std::string parameter;  ///< "event"
  /// Errors: NotFound.
  std::function<base::Result<base::OrganisationNumber>(const http::Request&)> owner;
};

/// What stands before one handler. Any thread; may block.
class Guard {
 public:
  Guard(Access& access, Rule rule, std::optional<Owned> owned)
      : access_(&access), rule_(std::move(rule)), owned_(std::move(owned)) {}

  /// Errors: Unauthenticated; Acknowledge; Denied, naming the permission or the foreign page; StepUp;
  /// NotFound for what is another organisation's.
  base::Result<Member> admit(const http::Request& request) const;

 private:
  Access* access_;
  Rule rule_;
  std::optional<Owned> owned_;
};

/// Used while routes are registered, by one thread. Router and access outlive it; access outlives the routes.
class Door {
 public:
  using Handler = std::function<base::Result<http::Response>(http::Request&, const Member&)>;
  using UploadHandler = std::function<base::Result<http::Upload>(http::Request&, const Member&)>;

  Door(http::Router& router, Access& access, std::optional<Owned> owned = {})
      : router_(router), access_(access), owned_(std::move(owned)) {}

  http::RouteInfo& get(std::string_view pattern, const Rule& rule, Handler handler) {
    return plain(http::Method::Get, pattern, rule, std::move(handler));
  }
  http::RouteInfo& post(std::string_view pattern, const Rule& rule, Handler handler) {
    return plain(http::Method::Post, pattern, rule, std::move(handler));
  }
  http::RouteInfo& put(std::string_view pattern, const Rule& rule, Handler handler) {
    return plain(http::Method::Put, pattern, rule, std::move(handler));
  }
  http::RouteInfo& patch(std::string_view pattern, const Rule& rule, Handler handler) {
    return plain(http::Method::Patch, pattern, rule, std::move(handler));
  }
  http::RouteInfo& del(std::string_view pattern, const Rule& rule, Handler handler) {
    return plain(http::Method::Delete, pattern, rule, std::move(handler));
  }
  http::RouteInfo& plain(http::Method method, std::string_view pattern, const Rule& rule, Handler handler,
                         std::optional<std::uint64_t> body_bytes_max = std::nullopt);
  http::RouteInfo& upload(http::Method method, std::string_view pattern, const Rule& rule,
                          UploadHandler handler);

  /// For a handler that must not block: it asks the guard on a thread that may.
  Guard guard(std::string_view pattern, const Rule& rule) const;

 private:
  http::Router& router_;
  Access& access_;
  std::optional<Owned> owned_;
};

/// The name of the session's cookie: with the `__Host-` prefix wherever the connection is encrypted.
std::string_view session_cookie(const http::Request& request);
/// The secret of the session that the request shows. Errors: Unauthenticated.
base::Result<std::string> session_of(const http::Request& request);

}  // namespace staff
