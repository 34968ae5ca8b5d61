#include "crypto/secret_key.h"

#include <sodium.h>

namespace crypto {

using base::Code;
using base::fail;

SecretKey SecretKey::draw(base::Random& random) {
  SecretKey key;
  random.fill(key.bytes_);
  return key;
}

base::Result<SecretKey> SecretKey::from_bytes(base::ByteView bytes) {
  if (bytes.size() != kKeySize) return fail(Code::Invalid, "a key has 32 bytes");
  SecretKey key;
  std::ranges::copy(bytes, key.bytes_.begin());
  return key;
}

SecretKey::SecretKey(SecretKey&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }

SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
  if (this != &other) {
    bytes_ = other.bytes_;
    wipe(other.bytes_);
  }
  return *this;
}

SecretKey::~SecretKey() { wipe(bytes_); }

SecretKey SecretKey::clone() const {
  SecretKey key;
  key.bytes_ = bytes_;
  return key;
}

void wipe(std::span<std::uint8_t> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

}  // namespace crypto
