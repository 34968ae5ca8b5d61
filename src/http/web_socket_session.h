// A WebSocket over a connection that HTTP has left.
//
// Its handle may be used from any thread before, during and after its life. Messages wait in a queue with a
// bound in bytes; the I/O thread writes them one by one. A peer that was silent for half the idle time is
// pinged, and cut after all of it; so is one that takes nothing for the write time.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "http/io_thread.h"
#include "http/request.h"
#include "http/transport.h"
#include "http/web_socket.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace http {

class WebSocketSession final : public WebSocket,
                               public Peer,
                               public std::enable_shared_from_this<WebSocketSession> {
 public:
  explicit WebSocketSession(std::shared_ptr<IoThread> io) : io_(std::move(io)) {}

  // Any thread.
  void send_text(std::string text) override;
  void send_text(std::shared_ptr<const std::string> text) override;
  void close(CloseCode code, std::string_view reason) override;

  // The I/O thread.
  /// Answers the handshake, which `request` holds and which has been checked.
  void begin(std::unique_ptr<Transport> transport, Slot slot, const Request& request, WebSocketEvents events);
  /// The handler refused it: the handle does nothing any more.
  void abandon();
  void tick(std::chrono::nanoseconds now) override;
  void begin_stop() override { close(CloseCode::GoingAway, {}); }
  void cut() override { end(); }

 private:
  using Stream = boost::beast::websocket::stream<Transport&>;
  struct Closing {
    CloseCode code;
    std::string reason;
  };

  void enqueue(std::shared_ptr<const std::string> text) EXCLUDES(mutex_);
  void wake_locked() REQUIRES(mutex_);
  void work();
  void read();
  void start_close(const Closing& closing);
  void end();

  const std::shared_ptr<IoThread> io_;
  std::unique_ptr<Transport> transport_;
  std::optional<Slot> slot_;
  std::unique_ptr<Stream> stream_;
  WebSocketEvents events_;
  boost::beast::flat_buffer incoming_;
  std::shared_ptr<const std::string> writing_;
  bool open_ = false;     ///< the handshake is done
  bool closing_ = false;  ///< the closing handshake has begun
  bool ended_ = false;
  bool counted_ = false;
  bool pinged_ = false;
  std::chrono::nanoseconds heard_{0};
  std::chrono::nanoseconds deadline_{
      std::chrono::nanoseconds::max()};  ///< of the handshake, a write or a close

  base::Mutex mutex_;
  std::deque<std::shared_ptr<const std::string>> queue_ GUARDED_BY(mutex_);
  std::size_t queued_bytes_ GUARDED_BY(mutex_) = 0;
  std::optional<Closing> wanted_close_ GUARDED_BY(mutex_);
  bool overrun_ GUARDED_BY(mutex_) = false;
  bool woken_ GUARDED_BY(mutex_) = false;
  bool dead_ GUARDED_BY(mutex_) = false;
};

}  // namespace http
