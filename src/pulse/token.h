// What a page shows with each message to be believed: who opened the session, sealed by a MAC, so that
// no look-up is needed. Opaque to pages; base64url without padding, 80 characters of 60 bytes:
//
//   at  bytes
//    0    1   version, 1
//    1   16   session id
//   17    8   viewer number, 0 when nobody's
//   25    4   property number
//   29    4   slot in the session table
//   33    1   permitted facts, 0 … 127
//   34    6   issued, ms since the epoch
//   40    4   life in ms: expires = issued + life
//   44   16   BLAKE2b of the bytes before, keyed
//
// Numbers are little-endian.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/names.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/key_ring.h"
#include "crypto/secret_key.h"
#include "pulse/facts.h"

namespace pulse {

inline constexpr std::size_t kTokenBytes = 60;
inline constexpr std::size_t kTokenCharacters = 80;

struct Token {
  base::SessionId session;
  base::ViewerNumber viewer;
  base::PropertyNumber property;
  std::uint32_t slot = 0;  ///< where the session stands in the engine's table
  Facts permitted = 0;     ///< 0 … 127
  std::int64_t issued_ms = 0;
  std::int64_t expires_ms = 0;

  bool operator==(const Token&) const = default;
};

/// Makes tokens under the current key of a ring and opens those of all. A token does not name its key: each
/// is tried, the current one first. Any thread.
class TokenMint {
 public:
  explicit TokenMint(crypto::KeyRing keys) : keys_(std::move(keys)) {}
  explicit TokenMint(crypto::SecretKey key) : TokenMint(crypto::KeyRing{std::move(key)}) {}

  /// Requires: 0 ≤ issued_ms < 2^48, 0 < expires_ms - issued_ms ≤ kTokenLifeMaxMs, permitted ≥ 0.
  std::string make(const Token& token) const;

  /// Allocates nothing unless it fails. Valid while now < expires.
  /// Errors: Unauthenticated for what is forged, truncated, of another version, or expired.
  base::Result<Token> open(std::string_view text, base::Instant now) const;

 private:
  crypto::KeyRing keys_;
};

}  // namespace pulse
