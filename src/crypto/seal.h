// Sealing of values at rest: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03, as libsodium has it). The
// nonce of 24 random bytes may be drawn without a counter. A sealed value is
//
//   nonce (24) · ciphertext (as long as the plain text) · tag (16)
//
// and opens only with the same key and the same associated data, which says where the value belongs: a
// sealed value that is moved to another row does not open.
#pragma once

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret_key.h"

namespace crypto {

inline constexpr std::size_t kSealOverhead = 24 + 16;

/// Any thread.
base::Bytes seal(const SecretKey& key, base::ByteView plain, base::ByteView associated, base::Random& random);

/// Any thread. Errors: Corrupt when the key, the associated data or the bytes are not the right ones; which
/// of them cannot be told.
base::Result<base::Bytes> open_sealed(const SecretKey& key, base::ByteView sealed, base::ByteView associated);

}  // namespace crypto
