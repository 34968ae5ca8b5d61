// How patient and how large the queue is. Each limit has a test at it and one past it.
#pragma once

#include <chrono>
#include <cstddef>

namespace outbox {

/// A mail that somebody claimed and never finished is free again after this. Longer than any transport's
/// own time for one mail.
inline constexpr std::chrono::milliseconds kLease = std::chrono::minutes{5};
/// The wait after the first try; doubled after each further one, up to kBackoffLongest.
inline constexpr std::chrono::milliseconds kBackoffFirst = std::chrono::minutes{1};
inline constexpr std::chrono::milliseconds kBackoffLongest = std::chrono::hours{4};
/// A mail that could not be delivered this long after it was due has failed.
inline constexpr std::chrono::milliseconds kGiveUpAfter = std::chrono::days{3};
/// A mail's parameters, as JSON.
inline constexpr std::size_t kParameterBytes = 4'000;
/// What a member of staff writes, in bytes.
inline constexpr std::size_t kSubjectBytesMax = 200;
inline constexpr std::size_t kBodyBytesMax = 32 * 1024;

}  // namespace outbox
