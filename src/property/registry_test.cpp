#include "property/registry.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "property/queries.h"
#include "sql/database.h"
#include "sql/migrate.h"
#include "sql/prepare_check.h"
#include "sql/testing/postgres.h"

namespace property {
namespace {

class RegistryTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("hartslag-property-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    auto opened = GetParam() == sql::Engine::Sqlite ? sql::Database::open_sqlite(folder_ / "control.db")
                                                    : sql::testing::fresh_postgresql();
    ASSERT_TRUE(opened) << opened.error().message;
    control_ = *std::move(opened);
    ASSERT_TRUE(sql::migrate(*control_, queries::kModule, clock_));
  }
  void TearDown() override {
    control_.reset();
    std::filesystem::remove_all(folder_);
  }

  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::Path folder_;
  std::unique_ptr<sql::Database> control_;
};

INSTANTIATE_TEST_SUITE_P(Both, RegistryTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         [](const auto& info) {
                           return info.param == sql::Engine::Sqlite ? "Sqlite" : "Postgresql";
                         });

TEST_P(RegistryTest, StatementsPrepare) {
  const auto prepared = sql::prepare_all(*control_, queries::kModule);
  EXPECT_TRUE(prepared) << prepared.error().message;
}

TEST_P(RegistryTest, GivesEachSlugOneNumber) {
  Registry registry(*control_, clock_);
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
