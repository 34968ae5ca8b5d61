// Limits of the server's own log, by name.
#pragma once

#include <chrono>
#include <cstddef>

namespace request_log {

/// Of a User-Agent so much is looked at.
inline constexpr std::size_t kAgentBytesMax = 500;
/// Lines that wait to be written; what is past it is lost, and counted.
inline constexpr std::size_t kWaitingBytesMax = std::size_t{1} << 20;
inline constexpr std::chrono::seconds kWriteEvery{1};
/// What is there for so much longer than its term says that something is wrong.
inline constexpr std::chrono::minutes kGrace{10};

}  // namespace request_log
