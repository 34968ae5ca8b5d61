// What the cryptography costs at most.
#pragma once

#include <cstddef>

namespace crypto {

/// Argon2id with one pass over 46 MiB and one lane: the first row of OWASP ASVS 5.0, appendix C.
inline constexpr std::size_t kPasswordMemoryBytes = std::size_t{47104} * 1024;
inline constexpr unsigned long long kPasswordPasses = 1;

/// Longer passwords are refused, since hashing is work that anyone may ask of us.
inline constexpr std::size_t kPasswordBytesMax = 1024;

/// As many hashes at once as memory is set aside for: 4 × 46 MiB.
inline constexpr int kPasswordHashesAtOnceMax = 4;

}  // namespace crypto
