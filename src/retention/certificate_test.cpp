#include "retention/certificate.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/random.h"

namespace retention {
namespace {

using base::Code;
using nlohmann::json;

class CertificateTest : public ::testing::Test {
 protected:
  base::SeededRandom random_{3};
  crypto::SigningKey key_ = crypto::SigningKey::draw(random_);
  const std::string statement_ =
      R"({"kind":"erasure","version":1,"of":"Débat \"d'été\"","search":{"found":0},"key_destroyed":true})";
  const std::string certificate_ = sign_certificate(statement_, key_).value();
};

TEST_F(CertificateTest, IsVerifiedWhateverItsLayout) {
  EXPECT_EQ(json::parse(verify_certificate(certificate_, key_.public_key()).value()),
            json::parse(statement_));
  const auto all = json::parse(certificate_);
  EXPECT_TRUE(verify_certificate(all.dump(), key_.public_key()));
  EXPECT_TRUE(verify_certificate(all.dump(7, '\t', true), key_.public_key())) << "escapes do not count";
}

TEST_F(CertificateTest, EveryBitCounts) {
  for (std::size_t at = 0; at < certificate_.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      auto changed = certificate_;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      const auto verified = verify_certificate(changed, key_.public_key());
      if (!verified) continue;
      // Layout, and the key that is there for convenience.
      EXPECT_EQ(*verified, verify_certificate(certificate_, key_.public_key()).value());
    }
  }
}

TEST_F(CertificateTest, RefusesOtherKeysAndOtherThings) {
  const auto other = crypto::SigningKey::draw(random_);
  EXPECT_EQ(verify_certificate(certificate_, other.public_key()).error().code, Code::Denied);
  for (const auto* wrong :
       {"", "[]", "null", "{}", "{\"certificate\":{}}", "{\"certificate\":{},\"key\":\"\"}"})
    EXPECT_EQ(verify_certificate(wrong, key_.public_key()).error().code, Code::Invalid) << wrong;
  auto more = json::parse(certificate_);
  more["more"] = 1;
  EXPECT_EQ(verify_certificate(more.dump(), key_.public_key()).error().code, Code::Invalid);
  for (const auto* statement : {"[]", "1", R"({"a":1.5})", R"({"a":[1]})", R"({"a":null})", "{"})
    EXPECT_EQ(sign_certificate(statement, key_).error().code, Code::Invalid) << statement;
}

TEST_F(CertificateTest, IsNoLargerThanItsLimit) {
  const json small{{"a", std::string(kCertificateBytesMax - 400, 'x')}};
  const auto made = sign_certificate(small.dump(), key_);
  ASSERT_TRUE(made);
  EXPECT_TRUE(verify_certificate(*made, key_.public_key()));
  const std::string large(kCertificateBytesMax + 1, ' ');
  EXPECT_EQ(verify_certificate(large, key_.public_key()).error().code, Code::Invalid);
}

TEST_F(CertificateTest, KeysAreTexts) {
  const auto text = to_text(key_.public_key());
  EXPECT_EQ(parse_certificate_key(text).value(), key_.public_key());
  for (const auto& wrong : {std::string{}, text.substr(1), text + "A", text.substr(0, text.size() - 1)})
    EXPECT_EQ(parse_certificate_key(wrong).error().code, Code::Invalid) << wrong;
}

}  // namespace
}  // namespace retention
