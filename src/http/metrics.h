// What a server counts; never about a person.
#pragma once

#include <array>
#include <cstdint>

namespace http {

struct Metrics {
  std::array<std::uint64_t, 5> responses{};  ///< by class: [0] 1xx … [4] 5xx
  std::uint64_t requests = 0;                ///< heads read
  std::uint64_t requests_in_flight = 0;
  std::uint64_t connections = 0;  ///< accepted since the start
  std::uint64_t connections_open = 0;
  std::uint64_t connections_refused = 0;  ///< past a limit
  std::uint64_t web_sockets_open = 0;
  std::uint64_t web_sockets_overrun = 0;  ///< closed since they took too slowly
  std::uint64_t timeouts = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t worker_queue = 0;  ///< calls that wait for a worker
  std::uint64_t workers_busy = 0;
  std::uint64_t worker_refused = 0;  ///< answered with 503 since the queue was full
};

}  // namespace http
