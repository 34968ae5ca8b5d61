#include "base/bytes.h"

#include <array>

namespace base {
namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode64(ByteView bytes, std::string_view alphabet, bool padded) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t group = static_cast<std::uint32_t>(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
    for (int shift = 18; shift >= 0; shift -= 6) out += alphabet[group >> shift & 63];
  }
  const auto rest = bytes.size() - i;
  if (rest == 0) return out;
  const std::uint32_t group =
      static_cast<std::uint32_t>(bytes[i] << 16 | (rest == 2 ? bytes[i + 1] << 8 : 0));
  out += alphabet[group >> 18 & 63];
  out += alphabet[group >> 12 & 63];
  if (rest == 2) out += alphabet[group >> 6 & 63];
  if (padded) out.append(3 - rest, '=');
  return out;
}

Result<Bytes> decode64(std::string_view text, std::string_view alphabet) {
  std::array<std::int8_t, 256> value;
  value.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    value[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  if (text.size() % 4 == 1) return fail(Code::Invalid, "not base64: impossible length");
  Bytes out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (char c : text) {
    const auto digit = value[static_cast<unsigned char>(c)];
    if (digit < 0) return fail(Code::Invalid, "not base64: unexpected character");
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> held));
    }
  }
  // Two spellings of the same bytes would make two tokens of one.
  if ((bits & ((1U << held) - 1)) != 0) return fail(Code::Invalid, "not base64: bits left over");
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string to_hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (auto byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(Code::Invalid, "not hexadecimal: odd length");
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return fail(Code::Invalid, "not hexadecimal: unexpected character");
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return out;
}

std::string to_base64(ByteView bytes) { return encode64(bytes, kStandard, true); }

Result<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return fail(Code::Invalid, "not base64: impossible length");
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return decode64(text, kStandard);
}

std::string to_base32(ByteView bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const auto byte : bytes) {
    held = held << 8U | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += kAlphabet[held >> (bits - 5) & 31U];
  }
  if (bits > 0) text += kAlphabet[held << (5 - bits) & 31U];
  return text;
}

std::string to_base64url(ByteView bytes) { return encode64(bytes, kUrl, false); }
Result<Bytes> from_base64url(std::string_view text) { return decode64(text, kUrl); }

}  // namespace base
