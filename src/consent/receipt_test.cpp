#include "consent/receipt.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/random.h"
#include "policy/testing/example.h"

namespace consent {
namespace {

using nlohmann::json;

class ReceiptTest : public ::testing::Test {
 protected:
  Entry entry(State state, Method method, std::int64_t at_ms) {
    return {.id = "row" + std::to_string(at_ms),
            .property = {3},
            .session = session_,
            .viewer = {77},
            .purpose = "reading",
            .state = state,
            .method = method,
            .language = base::Language::Nl,
            .policy_version = policy_.version(),
            .fingerprint = policy_.purpose("reading")->fingerprint,
            .text = policy_.consent("reading")->shown(base::Language::Nl),
            .at = base::instant_from_ms(at_ms)};
  }
  base::SeededRandom random_{3};
  base::SessionId session_ = base::SessionId::draw(random_);
  policy::Policy policy_ = policy::Policy::parse(policy::testing::kExample).value();
  ReceiptContext context_{
      .controller = {}, .notice = "https://lees.example/privacy", .withdrawal = "https://lees.example/me"};
};

TEST_F(ReceiptTest, TellsWhatWasAskedAndAnswered) {
  const std::vector entries{entry(State::Asked, Method::Button, 1'000),
                            entry(State::Given, Method::Button, 2'000),
                            entry(State::Withdrawn, Method::Switch, 3'000)};
  const auto text = receipt(entries, policy_, context_);
  ASSERT_TRUE(text) << text.error().message;
  const auto out = json::parse(*text);
  EXPECT_EQ(out["schema_version"], "ISO/IEC TS 27560:2023");
  EXPECT_EQ(out["record_id"], "row3000");
  EXPECT_EQ(out["pii_principal_id"], base::to_text(session_));
  EXPECT_EQ(out["privacy_notice"]["version"], policy_.version());
  EXPECT_EQ(out["privacy_notice"]["address"], "https://lees.example/privacy");
  EXPECT_EQ(out["language"], "nl");
  EXPECT_EQ(out["withdrawal_method"], "https://lees.example/me");
  EXPECT_EQ(out["parties"]["controller"]["name"], "Leeszaal vzw");
  EXPECT_EQ(out["shown"], "Mogen we kijken?\nGeen diploma.\nWe kijken.\nKijk\nKijk weg");

  const auto& purpose = out["purposes"][0];
  EXPECT_EQ(purpose["purpose"], "reading");
  EXPECT_EQ(purpose["says"], "Om te zien wat gelezen wordt.");
  EXPECT_EQ(purpose["basis"], "consent");
  ASSERT_EQ(purpose["pii"].size(), 2U) << "eyes and pages are for reading; card and door are not";
  EXPECT_EQ(purpose["pii"][0]["pii_type"], "eyes");
  EXPECT_EQ(purpose["pii"][0]["items"], (json{"focused", "idle"}));
  EXPECT_EQ(purpose["pii"][0]["retention"], "2 years after event end");
  EXPECT_EQ(purpose["pii"][0]["afterwards"], "anonymise");
  EXPECT_EQ(purpose["pii"][1]["afterwards"], "erase");

  ASSERT_EQ(out["events"].size(), 3U);
  EXPECT_EQ(out["events"][2], (json{{"time", "1970-01-01T00:00:03.000Z"},
                                    {"state", "withdrawn"},
                                    {"method", "switch"},
                                    {"notice_version", policy_.version()}}));
  EXPECT_EQ(text->find("77"), std::string::npos) << "the viewer number stays inside";
}

TEST_F(ReceiptTest, IsOfOneSessionAndOnePurpose) {
  EXPECT_EQ(receipt({}, policy_, context_).error().code, base::Code::Invalid);
  std::vector entries{entry(State::Asked, Method::Button, 1), entry(State::Given, Method::Button, 2)};
  entries[0].purpose = "diploma";
  EXPECT_EQ(receipt(entries, policy_, context_).error().code, base::Code::Invalid);
  entries[0].purpose = "reading";
  entries[0].session = base::SessionId::draw(random_);
  EXPECT_EQ(receipt(entries, policy_, context_).error().code, base::Code::Invalid);
  entries = {entry(State::Given, Method::Button, 2)};
  entries[0].purpose = "unknown";
  EXPECT_EQ(receipt(entries, policy_, context_).error().code, base::Code::Invalid);
}

}  // namespace
}  // namespace consent
