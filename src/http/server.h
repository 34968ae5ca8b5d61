// The server: one I/O thread per core, a bounded pool of workers, several listeners.
//
//   http::ListenerOptions public_side{.address = "::", .port = 443, .router = router, .tls = {{cert, key}}};
//   ASSIGN_OR_RETURN(auto server, http::Server::start({}, {public_side}, clock, random));
//   …
//   server->stop(std::chrono::seconds{10});
//
// A connection belongs to one I/O thread for its life. It reads one request at a time: those that a client
// sends ahead wait in its buffer and are answered in order.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "http/address.h"
#include "http/exchange.h"
#include "http/limits.h"
#include "http/metrics.h"
#include "http/router.h"

namespace http {

/// PEM files; the certificate's holds its chain too. TLS 1.3 alone.
struct TlsFiles {
  base::Path certificate;
  base::Path key;
};

/// Who may speak plain HTTP to a listener without TLS.
enum class PlainHttp {
  /// This machine and trusted proxies (unless they say that the client came by http); all others are sent
  /// to https with 308.
  LoopbackAndProxies,
  Anyone,  ///< for a listener that is reachable from inside alone
};

struct ListenerOptions {
  std::string address = "127.0.0.1";  ///< numeric; "::" takes IPv4 too
  std::uint16_t port = 0;             ///< 0: a free one
  std::shared_ptr<const Router> router = {};
  std::optional<TlsFiles> tls = {};
  PlainHttp plain = PlainHttp::LoopbackAndProxies;
  /// "app.example" or "app.example:8443": where those are sent who have to use https. It is not what they
  /// asked for: whoever makes others name another host would send them there. Empty: they are refused.
  std::string https_authority = {};
  /// Told of every request that was understood and answered, just before the answer leaves; not of
  /// WebSockets. Runs on the I/O thread: must not block.
  std::function<void(const Exchange&)> seen = {};
};

struct ServerOptions {
  Limits limits = {};
  unsigned io_threads = 0;  ///< 0: one per core
  unsigned workers = 0;     ///< 0: four per core, at least 4
  std::size_t worker_queue_max = 1'024;
  Networks trusted_proxies = {};
};

/// Any thread.
class Server {
 public:
  /// Binds, listens and serves; `clock` and `random` outlive the server. Network deadlines count on the
  /// clock's monotonic time. Errors: Invalid for an address, a certificate or a key that cannot be used,
  /// Conflict for a port that is taken, Denied for one that needs a privilege.
  static base::Result<std::unique_ptr<Server>> start(ServerOptions options,
                                                     std::vector<ListenerOptions> listeners,
                                                     const base::Clock& clock, base::Random& random);
  /// Stops at once if stop() was not called.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The port of each listener, in their order.
  std::vector<std::uint16_t> ports() const;
  Metrics metrics() const;

  /// Reads the certificates and keys of all TLS listeners anew; connections that begin after it get the new
  /// ones. If one of them cannot be used, all stay as they are. Errors: Invalid, NotFound.
  base::Result<void> reload_certificates();

  /// Stops accepting, closes idle connections and (with 1001) WebSockets, lets requests in flight finish
  /// until `at_most` has passed (of real time), then cuts what is left. Returns how many were cut.
  /// Requires: not called on one of the server's own threads.
  std::size_t stop(std::chrono::milliseconds at_most);

 private:
  class Implementation;
  explicit Server(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace http
