#include "access/totp.h"

#include <fmt/format.h>

#include <array>

#include "access/limits.h"
#include "crypto/hash.h"

namespace staff {
namespace {

constexpr std::uint32_t kCodes = 1'000'000;

}  // namespace

std::int64_t totp_step(base::Instant at) { return base::to_ms(at) / kTotpStep.count(); }

std::string totp_code(base::ByteView secret, std::int64_t step) {
  std::array<std::uint8_t, 8> number;
  for (std::size_t i = 0; i < number.size(); ++i)
    number[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(step) >> (56 - 8 * i));
  const auto mac = crypto::hmac_sha1(secret, number);
  // RFC 4226 §5.3: the last four bits say where the 31 bits are that count.
  const std::size_t at = mac.back() & 0x0fU;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(mac[at + i]); };
  const auto truncated = (byte(0) & 0x7fU) << 24U | byte(1) << 16U | byte(2) << 8U | byte(3);
  return fmt::format("{:06}", truncated % kCodes);
}

std::optional<std::int64_t> match_totp(base::ByteView secret, std::string_view code, base::Instant now,
                                       std::int64_t used) {
  const auto present = totp_step(now);
  std::optional<std::int64_t> matched;
  // All of them are tried, so that the time taken says nothing.
  for (auto step = present - kTotpDrift; step <= present + kTotpDrift; ++step) {
    const bool same = crypto::equal(base::as_bytes(totp_code(secret, step)), base::as_bytes(code));
    if (same && step > used && !matched) matched = step;
  }
  return matched;
}

}  // namespace staff
