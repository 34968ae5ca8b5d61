#include "access/secret.h"

#include <array>

#include "base/bytes.h"
#include "crypto/hash.h"

namespace staff {

std::string draw_secret(base::Random& random) {
  std::array<std::uint8_t, 32> bytes;
  random.fill(bytes);
  return base::to_base64url(bytes);
}

std::string hash_of(std::string_view secret) {
  return base::to_base64url(crypto::sha256(base::as_bytes(secret)));
}

}  // namespace staff
