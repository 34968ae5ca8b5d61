#include "pulse/token.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/bytes.h"
#include "base/check.h"
#include "crypto/hash.h"
#include "pulse/limits.h"

namespace pulse {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSignedBytes = 44;
using Raw = std::array<std::uint8_t, kTokenBytes>;

static_assert(kTokenBytes % 3 == 0 && kTokenBytes / 3 * 4 == kTokenCharacters);
static_assert(kTokenCharacters <= kTokenCharactersMax);

constexpr std::array<std::uint8_t, 256> make_digits() {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::array<std::uint8_t, 256> digits{};
  digits.fill(0xff);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  return digits;
}
constexpr auto kDigits = make_digits();

/// The length has no remainder, so every text of the right length and alphabet is exactly one `Raw`.
bool decode(std::string_view text, Raw& raw) {
  if (text.size() != kTokenCharacters) return false;
  std::uint32_t wrong = 0;
  for (std::size_t i = 0, at = 0; i < kTokenCharacters; i += 4, at += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const std::uint32_t digit = kDigits[static_cast<unsigned char>(text[i + k])];
      wrong |= digit;
      group = group << 6 | (digit & 63);
    }
    raw[at] = static_cast<std::uint8_t>(group >> 16);
    raw[at + 1] = static_cast<std::uint8_t>(group >> 8);
    raw[at + 2] = static_cast<std::uint8_t>(group);
  }
  return wrong < 64;
}

std::unexpected<base::Error> forged() {
  return base::fail(base::Code::Unauthenticated, "this session token is not ours");
}

}  // namespace

std::string TokenMint::make(const Token& token) const {
  const auto life_ms = token.expires_ms - token.issued_ms;
  CHECK(token.issued_ms >= 0 && token.issued_ms < std::int64_t{1} << 48);
  CHECK(life_ms > 0 && life_ms <= kTokenLifeMaxMs);
  CHECK(token.permitted >= 0);
  Raw raw{};
  raw[0] = kVersion;
  std::ranges::copy(token.session.bytes, raw.begin() + 1);
  base::store_le(raw.data() + 17, token.viewer.value);
  base::store_le(raw.data() + 25, token.property.value);
  base::store_le(raw.data() + 29, token.slot);
  raw[33] = static_cast<std::uint8_t>(token.permitted);
  base::store_le(raw.data() + 34, static_cast<std::uint32_t>(token.issued_ms));
  base::store_le(raw.data() + 38, static_cast<std::uint16_t>(token.issued_ms >> 32));
  base::store_le(raw.data() + 40, static_cast<std::uint32_t>(life_ms));
  const auto mac = crypto::short_mac(keys_.current, base::ByteView{raw}.first(kSignedBytes));
  std::ranges::copy(mac, raw.begin() + kSignedBytes);
  return base::to_base64url(raw);
}

base::Result<Token> TokenMint::open(std::string_view text, base::Instant now) const {
  Raw raw;
  if (!decode(text, raw)) return forged();
  const base::ByteView bytes{raw};
  const auto is_signed_by = [&](const crypto::SecretKey& key) {
    return crypto::equal(crypto::short_mac(key, bytes.first(kSignedBytes)), bytes.subspan(kSignedBytes));
  };
  if (raw[0] != kVersion ||
      (!is_signed_by(keys_.current) && !std::ranges::any_of(keys_.previous, is_signed_by)))
    return forged();
  Token token;
  std::memcpy(token.session.bytes.data(), raw.data() + 1, token.session.bytes.size());
  token.viewer.value = base::load_le<std::uint64_t>(raw.data() + 17);
  token.property.value = base::load_le<std::uint32_t>(raw.data() + 25);
  token.slot = base::load_le<std::uint32_t>(raw.data() + 29);
  token.permitted = static_cast<Facts>(raw[33]);
  token.issued_ms = base::load_le<std::uint32_t>(raw.data() + 34) |
                    std::int64_t{base::load_le<std::uint16_t>(raw.data() + 38)} << 32;
  token.expires_ms = token.issued_ms + base::load_le<std::uint32_t>(raw.data() + 40);
  if (base::to_ms(now) >= token.expires_ms)
    return base::fail(base::Code::Unauthenticated, "this session token has expired");
  return token;
}

}  // namespace pulse
