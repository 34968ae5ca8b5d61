// Which handler answers which path.
//
// A pattern is a path whose segments may be parameters:
//
//   /api/v1/events/{event:slug}/people/{viewer:number}     typed: another spelling is 404
//   /v1/sessions/{session:id}/withdraw                     26 characters of base/id.h
//   /files/{name}                                          any one segment that is not empty
//   /assets/{path...}                                      all the rest, one segment or more
//
// A literal segment is tried before a typed parameter, that before an untyped one, the tail last; a way
// that leads nowhere is taken back. A GET route answers HEAD. A path that has routes for other methods is
// answered with 405 and Allow, OPTIONS with 204 and Allow, unless there is a route for it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/problem.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/response.h"
#include "http/upload.h"
#include "http/web_socket.h"

namespace http {

/// Runs on a worker; may block. An Error becomes problem+json.
using PlainHandler = std::function<base::Result<Response>(Request&)>;
/// Runs on the I/O thread; must not block. The request lives until the reply is answered.
using DeferredHandler = std::function<void(Request&, Reply)>;
/// Runs on a worker when the head of the request is there; an Error is the answer.
using UploadHandler = std::function<base::Result<Upload>(Request&)>;
/// Runs on the I/O thread before the handshake is answered; must not block. An Error refuses it. What is
/// sent on the socket meanwhile follows the handshake.
using WebSocketHandler =
    std::function<base::Result<WebSocketEvents>(Request&, const std::shared_ptr<WebSocket>&)>;
/// Gives a page instead of problem+json, for a person at a browser, or nothing. May run on the I/O thread:
/// must not block.
using ErrorPage = std::function<std::optional<Response>(const Request&, const Problem&)>;

enum class RouteKind { Plain, Deferred, Upload, WebSocket };

struct RouteInfo {
  Method method;
  std::string pattern;
  RouteKind kind;
  /// A page or a player asks for it by itself, again and again: not an act of whoever is there. The server's
  /// own log leaves it out.
  bool continuous = false;
  /// What whoever asks has to be allowed to do, in the words of who guards the route; empty: open to anybody.
  std::string permission = {};
};

struct Route {
  RouteInfo info;
  PlainHandler plain;
  DeferredHandler deferred;
  UploadHandler upload;
  WebSocketHandler web_socket;
  std::optional<std::uint64_t> body_bytes_max;  ///< instead of Limits::body_bytes
};

/// Built by one thread, then handed to servers and only read, by any.
/// Requires (CHECK): patterns are well-formed, a method and pattern comes once.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// Each returns what can be said of the route besides.
  RouteInfo& get(std::string_view pattern, PlainHandler handler) {
    return plain(Method::Get, pattern, std::move(handler));
  }
  RouteInfo& post(std::string_view pattern, PlainHandler handler) {
    return plain(Method::Post, pattern, std::move(handler));
  }
  RouteInfo& put(std::string_view pattern, PlainHandler handler) {
    return plain(Method::Put, pattern, std::move(handler));
  }
  RouteInfo& patch(std::string_view pattern, PlainHandler handler) {
    return plain(Method::Patch, pattern, std::move(handler));
  }
  RouteInfo& del(std::string_view pattern, PlainHandler handler) {
    return plain(Method::Delete, pattern, std::move(handler));
  }
  RouteInfo& plain(Method method, std::string_view pattern, PlainHandler handler,
                   std::optional<std::uint64_t> body_bytes_max = std::nullopt);
  RouteInfo& deferred(Method method, std::string_view pattern, DeferredHandler handler,
                      std::optional<std::uint64_t> body_bytes_max = std::nullopt);
  RouteInfo& upload(Method method, std::string_view pattern, UploadHandler handler);
  /// GET with an upgrade; a plain or deferred GET route may stand at the same pattern for all others.
  RouteInfo& web_socket(std::string_view pattern, WebSocketHandler handler);

  /// Takes all routes of another, under a prefix: "" or "/x".
  void mount(std::string_view prefix, Router other);
  void set_error_page(ErrorPage page) { error_page_ = std::move(page); }
  const ErrorPage& error_page() const { return error_page_; }

  /// In the order they were added.
  std::vector<RouteInfo> routes() const;

  struct Match {
    const Route* route = nullptr;  ///< absent: 404, 405 or an OPTIONS answer
    bool path_known = false;
    bool upgrade_required = false;  ///< only a WebSocket is here
    std::string allow;              ///< filled if the path is known and the method is not
  };
  /// `path` as Request::path. Fills `parameters`.
  Match find(Method method, std::string_view path, bool upgrade, PathParameters& parameters) const;

 private:
  struct Node;
  RouteInfo& add(Route route);
  std::unique_ptr<Node> root_;
  std::vector<std::unique_ptr<Route>> routes_;
  ErrorPage error_page_;
};

}  // namespace http
