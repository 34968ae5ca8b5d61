// A WebSocket (RFC 6455) as its handler sees it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace http {

/// Close codes that the program itself uses (RFC 6455 §7.4.1 and the IANA registry).
enum class CloseCode : std::uint16_t {
  Normal = 1000,
  GoingAway = 1001,  ///< the server stops
  Policy = 1008,     ///< not, or no longer, allowed
  TooBig = 1009,
  Internal = 1011,
  TryAgainLater = 1013,  ///< the peer takes too slowly what is sent to it
};

/// A handle that any thread may keep and use; after the end it does nothing.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// Queues a text message. If more than Limits::send_queue_bytes would wait, the peer is closed with 1013
  /// instead: a page that cannot follow asks again later.
  virtual void send_text(std::string text) = 0;
  /// The same text for many peers, held once.
  virtual void send_text(std::shared_ptr<const std::string> text) = 0;
  virtual void close(CloseCode code, std::string_view reason = {}) = 0;
};

/// Both run on the connection's I/O thread, never two at a time, and must not block. They may hold the
/// WebSocket itself: both are dropped at its end.
struct WebSocketEvents {
  std::function<void(std::string_view message)> on_message = {};  ///< a whole message, text (UTF-8) or binary
  std::function<void()> on_close = {};                            ///< exactly once
};

}  // namespace http
