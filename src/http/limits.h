// Every bound of the HTTP module by name. Those that an operator may want to move are fields of
// http::Limits; the constants are the defaults and the bounds that nobody needs to move.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace http {

inline constexpr std::size_t kHeaderBytesMax = 16 * 1024;    ///< request line and header fields together
inline constexpr std::size_t kHeaderFieldsMax = 100;         ///< header fields of a request
inline constexpr std::uint64_t kBodyBytesMax = 1024 * 1024;  ///< a body that is held in memory
inline constexpr std::size_t kFormFieldsMax = 1'000;         ///< name=value pairs of a form or a query
inline constexpr std::size_t kCookiesMax = 64;               ///< cookies that are looked at in a request
inline constexpr std::size_t kForwardedMax = 32;             ///< X-Forwarded-For entries that are looked at
inline constexpr std::size_t kPathSegmentsMax = 32;          ///< segments of a path
inline constexpr std::size_t kJsonDepthMax = 64;            ///< lists and objects of a body within each other
inline constexpr std::size_t kMessageBytesMax = 64 * 1024;  ///< a WebSocket message from a client
inline constexpr std::size_t kSendQueueBytesMax = 256 * 1024;    ///< WebSocket text waiting for a slow client
inline constexpr std::size_t kCertificateBytesMax = 256 * 1024;  ///< a PEM file with its chain
inline constexpr std::size_t kPieceBytes = 64 * 1024;  ///< what is read from or written to a body at once

struct Limits {
  std::size_t header_bytes = kHeaderBytesMax;
  std::size_t header_fields = kHeaderFieldsMax;
  std::uint64_t body_bytes = kBodyBytesMax;
  std::size_t connections = 1'000'000;
  std::size_t connections_per_address = 512;  ///< an IPv6 network of 64 bits counts as one address
  std::size_t message_bytes = kMessageBytesMax;
  std::size_t send_queue_bytes = kSendQueueBytesMax;

  std::chrono::milliseconds header_timeout{10'000};  ///< from the first byte (or the connection) to the end
  std::chrono::milliseconds keep_alive_timeout{75'000};  ///< between two requests
  std::chrono::milliseconds body_idle_timeout{20'000};   ///< between two pieces of a request body
  std::chrono::milliseconds body_grace{10'000};          ///< after which the minimum rate counts
  std::uint64_t body_bytes_per_s_min = 512;
  std::chrono::milliseconds write_timeout{30'000};  ///< without the client taking anything
  /// A WebSocket peer that was silent for half of this is pinged, and dropped after all of it.
  std::chrono::milliseconds web_socket_idle_timeout{120'000};
};

}  // namespace http
