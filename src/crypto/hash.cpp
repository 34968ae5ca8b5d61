#include "crypto/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include "base/check.h"
#include "crypto/sodium.h"

namespace crypto {

Digest sha256(base::ByteView bytes) {
  Digest digest;
  crypto_hash_sha256(digest.data(), bytes.data(), bytes.size());
  return digest;
}

Digest hmac_sha256(const SecretKey& key, base::ByteView bytes) {
  static_assert(crypto_auth_hmacsha256_KEYBYTES == kKeySize);
  Digest digest;
  crypto_auth_hmacsha256(digest.data(), bytes.data(), bytes.size(), key.bytes().data());
  return digest;
}

Sha1Mac hmac_sha1(base::ByteView key, base::ByteView bytes) {
  Sha1Mac mac;
  const auto* made = HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(),
                          mac.data(), nullptr);
  CHECK(made != nullptr);
  return mac;
}

ShortMac short_mac(const SecretKey& key, base::ByteView bytes) {
  // Picks the implementation for this processor; without it BLAKE2b is several times slower.
  start_sodium();
  ShortMac mac;
  const int status = crypto_generichash(mac.data(), mac.size(), bytes.data(), bytes.size(),
                                        key.bytes().data(), key.bytes().size());
  CHECK(status == 0);
  return mac;
}

SecretKey derive_key(const SecretKey& key, std::string_view use) {
  start_sodium();
  Digest derived;
  const auto bytes = base::as_bytes(use);
  const int status = crypto_generichash(derived.data(), derived.size(), bytes.data(), bytes.size(),
                                        key.bytes().data(), key.bytes().size());
  CHECK(status == 0);
  auto child = SecretKey::from_bytes(derived);
  wipe(derived);
  return *std::move(child);
}

bool equal(base::ByteView one, base::ByteView other) {
  return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace crypto
