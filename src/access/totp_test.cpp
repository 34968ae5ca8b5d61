#include "access/totp.h"

#include <gtest/gtest.h>

#include <array>

#include "access/limits.h"
#include "access/second_factor.h"

namespace staff {
namespace {

const auto kSecret = base::as_bytes("12345678901234567890");

base::Instant at(std::int64_t seconds) { return base::instant_from_ms(seconds * 1000); }

// RFC 6238, Appendix B, SHA-1: its codes have eight digits, of which the last six are ours.
TEST(Totp, GivesTheCodesOfTheRfc) {
  struct Case {
    std::int64_t seconds;
    std::string_view code;
  };
  constexpr std::array<Case, 6> kCases{{{59, "94287082"},
                                        {1111111109, "07081804"},
                                        {1111111111, "14050471"},
                                        {1234567890, "89005924"},
                                        {2000000000, "69279037"},
                                        {20000000000, "65353130"}}};
  for (const auto& one : kCases)
    EXPECT_EQ(totp_code(kSecret, totp_step(at(one.seconds))), one.code.substr(2)) << one.seconds;
}

TEST(Totp, TakesOneStepBeforeAndOneAfter) {
  const auto now = at(1111111111);
  const auto step = totp_step(now);
  for (auto other = step - kTotpDrift; other <= step + kTotpDrift; ++other)
    EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, other), now, kNoStep), other);
  EXPECT_FALSE(match_totp(kSecret, totp_code(kSecret, step - kTotpDrift - 1), now, kNoStep));
  EXPECT_FALSE(match_totp(kSecret, totp_code(kSecret, step + kTotpDrift + 1), now, kNoStep));
  EXPECT_FALSE(match_totp(kSecret, "", now, kNoStep));
  EXPECT_FALSE(match_totp(base::as_bytes("another secret"), totp_code(kSecret, step), now, kNoStep));
}

TEST(Totp, TakesNothingAtOrBeforeTheLastStep) {
  const auto now = at(1111111111);
  const auto step = totp_step(now);
  EXPECT_FALSE(match_totp(kSecret, totp_code(kSecret, step), now, step));
  EXPECT_FALSE(match_totp(kSecret, totp_code(kSecret, step - 1), now, step));
  EXPECT_EQ(match_totp(kSecret, totp_code(kSecret, step + 1), now, step), step + 1);
}

TEST(Codes, AreKnownByTheirLooks) {
  EXPECT_EQ(kind_of("123456"), CodeKind::Authenticator);
  EXPECT_EQ(kind_of(" 123 456 "), CodeKind::Authenticator);
  EXPECT_EQ(kind_of("12345"), CodeKind::None);
  EXPECT_EQ(kind_of("1234567"), CodeKind::None);
  EXPECT_EQ(kind_of("12345a"), CodeKind::None);
  EXPECT_EQ(kind_of("abcd-efgh-ijkl-mnop-qrst-uvwx"), CodeKind::Recovery);
  EXPECT_EQ(kind_of("abcd efgh ijkl mnop qrst uvw"), CodeKind::None);
  EXPECT_EQ(kind_of("123456" + std::string(kCodeLength - 6, ' ')), CodeKind::Authenticator);
  EXPECT_EQ(kind_of("123456" + std::string(kCodeLength - 5, ' ')), CodeKind::None);
}

}  // namespace
}  // namespace staff
