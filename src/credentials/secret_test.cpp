#include "credentials/secret.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace credentials {
namespace {

TEST(SecretTest, IsLettersDigitsHyphenAndUnderscore) {
  base::OsRandom random;
  for (int i = 0; i < 1000; ++i) {
    const auto secret = draw_secret(random);
    EXPECT_EQ(secret.text().size(), 43u);
    EXPECT_EQ(
        secret.text().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        std::string_view::npos);
  }
}

TEST(SecretTest, Holds256BitsOfChance) {
  base::OsRandom random;
  constexpr int kDraws = 4096;
  std::array<int, 256> ones{};
  std::set<std::string, std::less<>> seen;
  for (int i = 0; i < kDraws; ++i) {
    const auto secret = draw_secret(random);
    EXPECT_TRUE(seen.emplace(secret.text()).second);
    const auto bytes = base::from_base64url(secret.text());
    ASSERT_TRUE(bytes);
    ASSERT_EQ(bytes->size() * 8, ones.size());
    for (std::size_t bit = 0; bit < ones.size(); ++bit) ones[bit] += (*bytes)[bit / 8] >> (bit % 8) & 1;
  }
  // A bit that is not drawn is always the same; of drawn ones seven deviations (224) happen to nobody.
  for (const int count : ones) {
    EXPECT_GT(count, kDraws / 2 - 224);
    EXPECT_LT(count, kDraws / 2 + 224);
  }
}

TEST(SecretTest, LeavesNothingBehindWhenItMoves) {
  Secret one("geheim");
  const Secret other(std::move(one));
  EXPECT_EQ(other.text(), "geheim");
  EXPECT_EQ(one.text(), "");  // NOLINT(bugprone-use-after-move): that is what is tested
  one = Secret("nieuw");
  EXPECT_EQ(one.text(), "nieuw");
}

}  // namespace
}  // namespace credentials
