// A listening socket and what its connections need to know.
#pragma once

#include <memory>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "http/asio.h"
#include "http/io_thread.h"
#include "http/server.h"

namespace http {

/// A context for TLS 1.3 with these files. Errors: Invalid.
base::Result<std::shared_ptr<asio::ssl::context>> make_tls_context(const TlsFiles& files);

/// Shared by its connections.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  /// Binds and listens; accepts nothing yet.
  static base::Result<std::shared_ptr<Listener>> open(ListenerOptions options,
                                                      std::vector<std::shared_ptr<IoThread>> threads,
                                                      std::size_t own_thread);
  void start();
  /// Any thread.
  void stop();

  std::uint16_t port() const { return port_; }
  const ListenerOptions& options() const { return options_; }
  std::shared_ptr<asio::ssl::context> tls() const EXCLUDES(mutex_);
  void set_tls(std::shared_ptr<asio::ssl::context> context) EXCLUDES(mutex_);

 private:
  Listener(ListenerOptions options, std::vector<std::shared_ptr<IoThread>> threads, std::size_t own_thread);
  base::Result<void> bind();
  void accept();
  void accepted(std::shared_ptr<IoThread> io, tcp::socket socket);

  const ListenerOptions options_;
  /// Connections are dealt out in turn; the acceptor itself runs on one of them.
  const std::vector<std::shared_ptr<IoThread>> threads_;
  const std::shared_ptr<IoThread> own_thread_;
  std::size_t next_ = 0;
  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  std::uint16_t port_ = 0;
  mutable base::Mutex mutex_;
  std::shared_ptr<asio::ssl::context> tls_ GUARDED_BY(mutex_);
};

}  // namespace http
