#include "base/id.h"

namespace base::detail {
namespace {
constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kLength = 26;
}  // namespace

std::string id_to_text(const std::array<std::uint8_t, 16>& bytes) {
  std::string out(kLength, '0');
  // 130 bits of text hold 128 bits of id: the two spare ones are zeros at the front.
  std::uint32_t bits = 0;
  int held = 2;
  std::size_t at = 0;
  for (auto byte : bytes) {
    bits = bits << 8 | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      out[at++] = kAlphabet[bits >> held & 31];
    }
  }
  return out;
}

Result<std::array<std::uint8_t, 16>> id_from_text(std::string_view text) {
  if (text.size() != kLength) return fail(Code::Invalid, "an id has 26 characters");
  std::array<std::uint8_t, 16> bytes{};
  std::uint32_t bits = 0;
  int held = -2;
  std::size_t at = 0;
  for (char c : text) {
    const auto digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return fail(Code::Invalid, "not a character of an id");
    bits = bits << 5 | static_cast<std::uint32_t>(digit);
    held += 5;
    if (at == 0 && held == 3 && digit > 7) return fail(Code::Invalid, "not an id");
    if (held >= 8) {
      held -= 8;
      bytes[at++] = static_cast<std::uint8_t>(bits >> held);
    }
  }
  return bytes;
}

}  // namespace base::detail
