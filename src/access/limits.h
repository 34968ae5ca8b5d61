// The bounds of staff sign-in. Each has a test at the limit and one past it.
#pragma once

#include <chrono>
#include <cstddef>

namespace staff {

/// A setup token works this long.
inline constexpr std::chrono::milliseconds kSetupTokenLife = std::chrono::minutes{30};

/// OWASP ASVS 5.0 §6.2: at least 8 characters, at least 64 allowed. Characters are code points.
inline constexpr std::size_t kPasswordMinimum = 8;
inline constexpr std::size_t kPasswordMaximum = 128;
inline constexpr std::size_t kNameLength = 200;

/// A session ends when unused this long …
inline constexpr std::chrono::milliseconds kSessionIdle = std::chrono::minutes{30};
/// … and in any case this long after sign-in.
inline constexpr std::chrono::milliseconds kSessionLife = std::chrono::hours{8};
/// The last use is written down at most this often, so that reading a page costs no write. A session may
/// thus end this much early.
inline constexpr std::chrono::milliseconds kSessionTouch = std::chrono::minutes{1};
/// One member's sessions; signing in once more ends the oldest.
inline constexpr std::size_t kSessionsPerMember = 20;

/// Wrong passwords for one account from one address within kThrottleWindow; the next try is refused.
inline constexpr std::size_t kTries = 5;
/// The same from one address for whatever accounts: an office behind one address is not locked out by one
/// forgetful person, and nobody fills the journal or keeps the hashing busy.
inline constexpr std::size_t kTriesPerClient = 30;
inline constexpr std::chrono::milliseconds kThrottleWindow = std::chrono::minutes{5};
/// Pairs of account and address that are remembered; past it the one used longest ago is forgotten.
inline constexpr std::size_t kThrottled = 10'000;

inline constexpr std::size_t kTokensPerMember = 50;
inline constexpr std::size_t kTokenLabelLength = 100;

}  // namespace staff
