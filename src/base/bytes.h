// Bytes and their spellings: little-endian numbers, hexadecimal, base32, base64, base64url.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

static_assert(std::endian::native == std::endian::little, "stored numbers are little-endian");

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Requires: sizeof(T) bytes at `from`.
template <std::integral T>
T load_le(const std::uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <std::integral T>
void store_le(std::uint8_t* to, T value) {
  std::memcpy(to, &value, sizeof value);
}
template <std::integral T>
void append_le(Bytes& to, T value) {
  const auto at = to.size();
  to.resize(at + sizeof value);
  store_le(to.data() + at, value);
}

std::string to_hex(ByteView bytes);
Result<Bytes> from_hex(std::string_view text);

/// RFC 4648 §6 without padding: capitals and the digits 2 to 7.
std::string to_base32(ByteView bytes);

/// RFC 4648 §4 with padding.
std::string to_base64(ByteView bytes);
Result<Bytes> from_base64(std::string_view text);

/// RFC 4648 §5 without padding. Refuses padding, other characters, and bits left over.
std::string to_base64url(ByteView bytes);
Result<Bytes> from_base64url(std::string_view text);

}  // namespace base
