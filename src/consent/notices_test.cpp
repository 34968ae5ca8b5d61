#include "consent/notices.h"

#include <gtest/gtest.h>

#include "consent/queries.h"
#include "policy/testing/example.h"
#include "sql/testing/both_engines.h"

namespace consent {
namespace {

using policy::Policy;
using policy::testing::kExample;
using policy::testing::replaced;

class NoticesTest : public sql::testing::BothEngines {
 protected:
  void SetUp() override {
    BothEngines::SetUp();
    ASSERT_TRUE(sql::migrate(database(), queries::kModule, clock_));
  }
  base::ManualClock clock_{base::instant_from_ms(1'795'000'000'000)};
};
HARTSLAG_ON_BOTH_ENGINES(NoticesTest);

TEST_P(NoticesTest, KeepsEachVersionAsItWasWrittenAndWhenItBegan) {
  Notices notices(database(), clock_);
  EXPECT_TRUE(notices.periods().value().empty());
  const auto first = Policy::parse(kExample).value();
  const auto text = replaced(kExample, "To let you in.", "To let you in at last.");
  const auto second = Policy::parse(text).value();
  ASSERT_NE(first.version(), second.version());

  EXPECT_TRUE(notices.begin(first, kExample).value());
  clock_.advance(base::Millis{5000});
  EXPECT_FALSE(notices.begin(first, kExample).value()) << "it is in force already";
  EXPECT_TRUE(notices.begin(second, text).value());
  clock_.advance(base::Millis{5000});
  EXPECT_TRUE(notices.begin(first, std::string{kExample} + "# with a comment\n").value())
      << "a version that comes back begins anew";

  const auto periods = notices.periods().value();
  ASSERT_EQ(periods.size(), 3U);
  EXPECT_EQ(periods[0].version, first.version());
  EXPECT_EQ(periods[1].version, second.version());
  EXPECT_EQ(periods[2].version, first.version());
  EXPECT_EQ(periods[2].number, 3);
  EXPECT_EQ(periods[1].text, text);
  EXPECT_EQ(periods[1].begun, base::instant_from_ms(1'795'000'005'000));
  EXPECT_EQ(notices.text(first.version()).value(), kExample) << "a version's text is never altered";
  EXPECT_EQ(notices.text(second.version()).value(), text);
  EXPECT_FALSE(notices.text("2020-01-01-000000000000").value());
}

}  // namespace
}  // namespace consent
