// A TCP connection with or without TLS, as one type: what is built on it (HTTP, WebSocket) is compiled
// once, and pays a branch for each read and write.
#pragma once

#include <memory>

#include "http/asio.h"

#include <boost/beast/websocket/stream_base.hpp>
#include <boost/beast/websocket/teardown.hpp>

namespace http {

/// Belongs to one I/O thread. Does not move: TLS holds a reference to the socket.
struct Transport {
  using executor_type = tcp::socket::executor_type;

  explicit Transport(tcp::socket accepted) : socket(std::move(accepted)) {}
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  executor_type get_executor() { return socket.get_executor(); }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls)
      tls->async_read_some(buffers, std::forward<Handler>(handler));
    else
      socket.async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls)
      tls->async_write_some(buffers, std::forward<Handler>(handler));
    else
      socket.async_write_some(buffers, std::forward<Handler>(handler));
  }

  void close() {
    ErrorCode ignored;
    socket.close(ignored);
  }

  tcp::socket socket;
  /// The context that the stream was made from; it may have been replaced since.
  std::shared_ptr<asio::ssl::context> context;
  std::unique_ptr<asio::ssl::stream<tcp::socket&>> tls;
};

inline void beast_close_socket(Transport& transport) { transport.close(); }

/// What Beast does to a connection after the closing handshake of a WebSocket: the frames have said all,
/// so TLS needs no farewell of its own.
inline void teardown(boost::beast::role_type role, Transport& transport, ErrorCode& error) {
  boost::beast::websocket::teardown(role, transport.socket, error);
}
template <class Handler>
void async_teardown(boost::beast::role_type role, Transport& transport, Handler&& handler) {
  boost::beast::websocket::async_teardown(role, transport.socket, std::forward<Handler>(handler));
}

}  // namespace http
