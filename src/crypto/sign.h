// Ed25519 signatures (RFC 8032): what is signed here is verified by others with the public key alone.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/random.h"
#include "crypto/secret_key.h"

namespace crypto {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

/// Kept as its seed of 32 bytes, which is what a key store wraps. Any thread.
class SigningKey {
 public:
  explicit SigningKey(SecretKey seed);
  static SigningKey draw(base::Random& random);

  Signature sign(base::ByteView message) const;
  const PublicKey& public_key() const { return public_key_; }
  const SecretKey& seed() const { return seed_; }

 private:
  SecretKey seed_;
  PublicKey public_key_{};
};

/// Any thread. False for any signature that the key did not make over exactly these bytes.
bool verify(const PublicKey& key, base::ByteView message, const Signature& signature);

}  // namespace crypto
