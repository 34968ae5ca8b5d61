#include "crypto/aes_gcm.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace crypto {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

/// OpenSSL counts in int; blocks are far smaller.
int length(std::size_t size) {
  CHECK(size <= std::size_t{1} << 30);
  return static_cast<int>(size);
}

}  // namespace

struct AesGcm::Contexts {
  Context sealing{EVP_CIPHER_CTX_new()};
  Context opening{EVP_CIPHER_CTX_new()};
};

AesGcm::AesGcm(const SecretKey& key) : contexts_(std::make_unique<Contexts>()) {
  // Only a machine without memory, or an OpenSSL without AES, fails here and below.
  CHECK(contexts_->sealing && contexts_->opening);
  CHECK(EVP_EncryptInit_ex(contexts_->sealing.get(), EVP_aes_256_gcm(), nullptr, key.bytes().data(),
                           nullptr) == 1);
  CHECK(EVP_DecryptInit_ex(contexts_->opening.get(), EVP_aes_256_gcm(), nullptr, key.bytes().data(),
                           nullptr) == 1);
}

AesGcm::AesGcm(AesGcm&&) noexcept = default;
AesGcm& AesGcm::operator=(AesGcm&&) noexcept = default;
AesGcm::~AesGcm() = default;

void AesGcm::seal(Nonce nonce, base::ByteView plain, base::ByteView associated, base::Bytes& out) {
  auto* const context = contexts_->sealing.get();
  const auto start = out.size();
  out.resize(start + plain.size() + kTagSize);
  int written = 0;
  // The key schedule of the constructor stays; only the nonce is new.
  CHECK(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1);
  if (!associated.empty()) {
    CHECK(EVP_EncryptUpdate(context, nullptr, &written, associated.data(), length(associated.size())) == 1);
  }
  if (!plain.empty()) {
    CHECK(EVP_EncryptUpdate(context, out.data() + start, &written, plain.data(), length(plain.size())) == 1);
    CHECK(written == length(plain.size()));
  }
  auto* const tag = out.data() + start + plain.size();
  CHECK(EVP_EncryptFinal_ex(context, tag, &written) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, kTagSize, tag) == 1);
}

base::Result<void> AesGcm::open(Nonce nonce, base::ByteView sealed, base::ByteView associated,
                                base::Bytes& out) {
  if (sealed.size() < kTagSize) return base::fail(base::Code::Corrupt, "an encrypted block is cut short");
  auto* const context = contexts_->opening.get();
  const auto start = out.size();
  const auto size = sealed.size() - kTagSize;
  std::array<std::uint8_t, kTagSize> tag;
  std::ranges::copy(sealed.last(kTagSize), tag.begin());
  out.resize(start + size);
  int written = 0;
  CHECK(EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1);
  CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()) == 1);
  if (!associated.empty()) {
    CHECK(EVP_DecryptUpdate(context, nullptr, &written, associated.data(), length(associated.size())) == 1);
  }
  if (size != 0) {
    CHECK(EVP_DecryptUpdate(context, out.data() + start, &written, sealed.data(), length(size)) == 1);
  }
  std::array<std::uint8_t, kTagSize> rest;
  if (EVP_DecryptFinal_ex(context, rest.data(), &written) != 1) {
    // Nobody may look at a plain text whose tag is wrong.
    wipe(std::span{out}.subspan(start));
    out.resize(start);
    return base::fail(base::Code::Corrupt, "an encrypted block does not open");
  }
  return {};
}

}  // namespace crypto
