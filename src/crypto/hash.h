// Hashes and codes: SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104), a short keyed BLAKE2b (RFC 7693) for
// tokens, keys derived from keys, and comparison that takes the same time whatever differs.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "crypto/secret_key.h"

namespace crypto {

using Digest = std::array<std::uint8_t, 32>;
using ShortMac = std::array<std::uint8_t, 16>;
using Sha1Mac = std::array<std::uint8_t, 20>;

/// Any thread, as all of these.
Digest sha256(base::ByteView bytes);
Digest hmac_sha256(const SecretKey& key, base::ByteView bytes);

/// HMAC-SHA-1 (RFC 2104), for codes of RFC 6238 alone: authenticators know no other.
Sha1Mac hmac_sha1(base::ByteView key, base::ByteView bytes);

/// Keyed BLAKE2b with 16 bytes of output: the MAC of session tokens, under a microsecond.
ShortMac short_mac(const SecretKey& key, base::ByteView bytes);

/// Another key for another use: keyed BLAKE2b with 32 bytes of output over `use`. Who has the derived key
/// learns nothing about `key` or its other children.
SecretKey derive_key(const SecretKey& key, std::string_view use);

/// True if both are the same bytes. The time taken depends on their lengths alone.
bool equal(base::ByteView one, base::ByteView other);

}  // namespace crypto
