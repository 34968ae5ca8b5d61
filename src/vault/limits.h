// How much the vault holds of one person.
#pragma once

#include <cstddef>

namespace vault {

inline constexpr std::size_t kFieldNameBytesMax = 64;
inline constexpr std::size_t kFieldBytesMax = 16 * 1024;
inline constexpr std::size_t kFieldsPerPersonMax = 100;
/// RFC 5321 §4.5.3.1.3: a path of 256 octets with its angle brackets.
inline constexpr std::size_t kMailAddressBytesMax = 254;
/// 24 random bytes: 192 bits, 32 characters of base64url.
inline constexpr std::size_t kLinkTokenBytes = 24;
inline constexpr std::size_t kLinkTokenCharacters = 32;
/// What is enough to recognise a sealed value or an index by: base64 of 24 bytes, its nonce.
inline constexpr std::size_t kTraceCharacters = 32;

}  // namespace vault
