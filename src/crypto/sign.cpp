#include "crypto/sign.h"

#include <sodium.h>

#include "base/check.h"
#include "crypto/sodium.h"

namespace crypto {
namespace {

/// Libsodium's secret key: the seed and the public key, one after the other.
using Pair = std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES>;

PublicKey expand_seed(const SecretKey& seed, Pair& pair) {
  start_sodium();
  PublicKey public_key;
  CHECK(crypto_sign_seed_keypair(public_key.data(), pair.data(), seed.bytes().data()) == 0);
  return public_key;
}

}  // namespace

SigningKey::SigningKey(SecretKey seed) : seed_(std::move(seed)) {
  Pair pair;
  public_key_ = expand_seed(seed_, pair);
  wipe(pair);
}

SigningKey SigningKey::draw(base::Random& random) { return SigningKey{SecretKey::draw(random)}; }

Signature SigningKey::sign(base::ByteView message) const {
  Pair pair;
  std::ranges::copy(seed_.bytes(), pair.begin());
  std::ranges::copy(public_key_, pair.begin() + kKeySize);
  Signature signature;
  CHECK(crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), pair.data()) == 0);
  wipe(pair);
  return signature;
}

bool verify(const PublicKey& key, base::ByteView message, const Signature& signature) {
  start_sodium();
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

}  // namespace crypto
