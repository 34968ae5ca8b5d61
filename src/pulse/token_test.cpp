#include "pulse/token.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/random.h"
#include "crypto/hash.h"
#include "pulse/limits.h"

namespace pulse {
namespace {

constexpr std::int64_t kNowMs = 1'795'356'000'000;
constexpr auto kNow = base::instant_from_ms(kNowMs);

struct TokenTest : testing::Test {
  base::SeededRandom random{1};
  TokenMint mint{crypto::SecretKey::draw(random)};

  Token sample() {
    return {.session = base::SessionId::draw(random),
            .viewer = {random.number()},
            .property = {static_cast<std::uint32_t>(random.number())},
            .slot = static_cast<std::uint32_t>(random.number()),
            .permitted = static_cast<Facts>(random.number() % 128),
            .issued_ms = kNowMs,
            .expires_ms = kNowMs + 3'600'000};
  }

  void expect_refused(const TokenMint& by, std::string_view text) {
    const auto opened = by.open(text, kNow);
    ASSERT_FALSE(opened) << text;
    EXPECT_EQ(opened.error().code, base::Code::Unauthenticated);
  }
};

TEST_F(TokenTest, ComesBackAsItWas) {
  for (int i = 0; i < 1000; ++i) {
    const auto token = sample();
    const auto text = mint.make(token);
    EXPECT_EQ(text.size(), kTokenCharacters);
    EXPECT_LE(text.size(), kTokenCharactersMax);
    ASSERT_EQ(mint.open(text, kNow), token);
  }
}

TEST_F(TokenTest, OpensWhatAnyOfItsKeysSigned) {
  const auto oldest = crypto::SecretKey::draw(random);
  const auto older = crypto::SecretKey::draw(random);
  const auto today = crypto::SecretKey::draw(random);
  crypto::KeyRing ring{today.clone()};
  ring.previous.push_back(older.clone());
  ring.previous.push_back(oldest.clone());
  const TokenMint all(std::move(ring));
  const auto token = sample();
  for (const auto* key : {&today, &older, &oldest})
    EXPECT_EQ(all.open(TokenMint(key->clone()).make(token), kNow), token);
  EXPECT_EQ(all.make(token), TokenMint(today.clone()).make(token));
  expect_refused(all, mint.make(token));
  expect_refused(TokenMint(today.clone()), TokenMint(older.clone()).make(token));
}

TEST_F(TokenTest, HoldsTheExtremes) {
  auto token = sample();
  token.viewer = {};
  token.permitted = 0;
  token.slot = 0xffff'ffff;
  token.issued_ms = 0;
  token.expires_ms = 1;
  EXPECT_EQ(mint.open(mint.make(token), base::instant_from_ms(0)), token);
  token.permitted = 127;
  token.issued_ms = (std::int64_t{1} << 48) - 1;
  token.expires_ms = token.issued_ms + kTokenLifeMaxMs;
  EXPECT_EQ(mint.open(mint.make(token), kNow), token);
}

TEST_F(TokenTest, EndsWhenItExpires) {
  const auto token = sample();
  const auto text = mint.make(token);
  EXPECT_TRUE(mint.open(text, base::instant_from_ms(token.expires_ms - 1)));
  const auto late = mint.open(text, base::instant_from_ms(token.expires_ms));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), (base::Error{base::Code::Unauthenticated, "this session token has expired"}));
}

TEST_F(TokenTest, IsRefusedWithAnyCharacterChanged) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const auto text = mint.make(sample());
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : kAlphabet) {
      if (c == text[i]) continue;
      auto forged = text;
      forged[i] = c;
      expect_refused(mint, forged);
    }
    for (const char c : std::string_view{"=+/ .\0\xff", 7}) {
      auto forged = text;
      forged[i] = c;
      expect_refused(mint, forged);
    }
  }
}

TEST_F(TokenTest, IsRefusedWithAnyOtherLength) {
  const auto text = mint.make(sample());
  for (std::size_t length = 0; length < text.size(); ++length) expect_refused(mint, text.substr(0, length));
  expect_refused(mint, text + "A");
  expect_refused(mint, text + "=");
  expect_refused(mint, text + text);
  expect_refused(mint, std::string(100'000, 'A'));
}

TEST_F(TokenTest, IsRefusedUnderAnotherKeyOrVersion) {
  const auto text = mint.make(sample());
  expect_refused(TokenMint{crypto::SecretKey::draw(random)}, text);
  // A later version's token, well sealed under the same key.
  const auto key = crypto::SecretKey::draw(random);
  const TokenMint later{key.clone()};
  auto raw = *base::from_base64url(later.make(sample()));
  ASSERT_EQ(raw[0], 1);
  for (std::uint8_t version = 0; version <= 2; ++version) {
    raw[0] = version;
    std::ranges::copy(crypto::short_mac(key, base::ByteView{raw}.first(44)), raw.begin() + 44);
    if (version == 1)
      EXPECT_TRUE(later.open(base::to_base64url(raw), kNow));
    else
      expect_refused(later, base::to_base64url(raw));
  }
}

using TokenDeathTest = TokenTest;

TEST_F(TokenDeathTest, IsNeverMadeToLastTooLong) {
  auto token = sample();
  token.expires_ms = token.issued_ms + kTokenLifeMaxMs;
  EXPECT_TRUE(mint.open(mint.make(token), kNow));
  ++token.expires_ms;
  EXPECT_DEATH((void)mint.make(token), "kTokenLifeMaxMs");
}

}  // namespace
}  // namespace pulse
