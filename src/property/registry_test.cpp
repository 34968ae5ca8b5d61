#include "property/registry.h"

#include <gtest/gtest.h>

#include "property/queries.h"
#include "sql/testing/both_engines.h"

namespace property {
namespace {

class RegistryTest : public sql::testing::BothEngines {
 protected:
  void SetUp() override {
    BothEngines::SetUp();
    ASSERT_TRUE(sql::migrate(database(), queries::kModule, clock_));
  }
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
};
HARTSLAG_ON_BOTH_ENGINES(RegistryTest);

TEST_P(RegistryTest, StatementsPrepare) { expect_prepares(queries::kModule); }

TEST_P(RegistryTest, GivesEachSlugOneNumber) {
  Registry registry(database(), clock_);
  const auto first = registry.create("open-day", "events");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->value, 1U);
  EXPECT_EQ(registry.create("open-day", "events").error().code, base::Code::Conflict);
  EXPECT_EQ(registry.create("second", "events")->value, 2U);
  EXPECT_EQ((*registry.find("second"))->number.value, 2U);
  EXPECT_EQ((*registry.find(base::PropertyNumber{1}))->slug, "open-day");
  EXPECT_FALSE(registry.find("third")->has_value());
  EXPECT_EQ(*registry.free_slug("open-day"), "open-day-2");
  EXPECT_EQ(*registry.free_slug("third"), "third");
}

TEST(Slug, HasTheFormThatOutsidersRelyOn) {
  EXPECT_TRUE(is_slug("a"));
  EXPECT_TRUE(is_slug("0-a-"));
  EXPECT_TRUE(is_slug(std::string(63, 'a')));
  EXPECT_FALSE(is_slug(std::string(64, 'a')));
  for (const auto* wrong : {"", "-a", "A", "a b", "a_b", "é", "a/b"}) EXPECT_FALSE(is_slug(wrong)) << wrong;
}

TEST(Slug, IsMadeOfATitle) {
  EXPECT_EQ(slug_of("Café  Été 2026!"), "cafe-ete-2026");
  EXPECT_EQ(slug_of("Übergrößen"), "ubergrosen");
  EXPECT_EQ(slug_of("日本"), "event");
  EXPECT_TRUE(is_slug(slug_of(std::string(500, 'x'))));
}

}  // namespace
}  // namespace property
