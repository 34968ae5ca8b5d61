// AES-256-GCM (NIST SP 800-38D) for blocks of segments, where the processor's AES instructions count. The
// caller gives the nonce and answers for never using it twice with one key: number the blocks.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/secret_key.h"

namespace crypto {

/// The key schedule is made once and reused for every block. One thread at a time.
class AesGcm {
 public:
  static constexpr std::size_t kNonceSize = 12;
  static constexpr std::size_t kTagSize = 16;
  using Nonce = std::span<const std::uint8_t, kNonceSize>;

  explicit AesGcm(const SecretKey& key);
  AesGcm(AesGcm&&) noexcept;
  AesGcm& operator=(AesGcm&&) noexcept;
  ~AesGcm();

  /// Appends the ciphertext (as long as `plain`) and its tag to `out`.
  void seal(Nonce nonce, base::ByteView plain, base::ByteView associated, base::Bytes& out);

  /// Appends the plain text of what `seal` made to `out`; upon an error `out` is as it was.
  /// Errors: Corrupt when nonce, key, associated data or bytes are not the right ones.
  base::Result<void> open(Nonce nonce, base::ByteView sealed, base::ByteView associated, base::Bytes& out);

 private:
  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
};

}  // namespace crypto
