#include "crypto/seal.h"

#include <sodium.h>

#include "base/check.h"
#include "crypto/sodium.h"

namespace crypto {
namespace {

constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
static_assert(kSealOverhead == kNonceSize + crypto_aead_xchacha20poly1305_ietf_ABYTES);
static_assert(kKeySize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

}  // namespace

base::Bytes seal(const SecretKey& key, base::ByteView plain, base::ByteView associated,
                 base::Random& random) {
  start_sodium();
  base::Bytes sealed(plain.size() + kSealOverhead);
  const std::span nonce{sealed.data(), kNonceSize};
  random.fill(nonce);
  const int status = crypto_aead_xchacha20poly1305_ietf_encrypt(
      sealed.data() + kNonceSize, nullptr, plain.data(), plain.size(), associated.data(), associated.size(),
      nullptr, nonce.data(), key.bytes().data());
  CHECK(status == 0);
  return sealed;
}

base::Result<base::Bytes> open_sealed(const SecretKey& key, base::ByteView sealed,
                                      base::ByteView associated) {
  start_sodium();
  if (sealed.size() < kSealOverhead) return base::fail(base::Code::Corrupt, "a sealed value is cut short");
  base::Bytes plain(sealed.size() - kSealOverhead);
  const int status = crypto_aead_xchacha20poly1305_ietf_decrypt(
      plain.data(), nullptr, nullptr, sealed.data() + kNonceSize, sealed.size() - kNonceSize,
      associated.data(), associated.size(), sealed.data(), key.bytes().data());
  if (status != 0) return base::fail(base::Code::Corrupt, "a sealed value does not open");
  return plain;
}

}  // namespace crypto
