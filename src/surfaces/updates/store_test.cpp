#include "surfaces/updates/store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "sql/database.h"
#include "sql/migrate.h"
#include "sql/prepare_check.h"
#include "sql/testing/postgres.h"
#include "surfaces/updates/limits.h"
#include "surfaces/updates/mark.h"
#include "surfaces/updates/queries.h"
#include "vault/key_store.h"

namespace surfaces::updates {
namespace {

using base::Code;

class StoreTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("hartslag-updates-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto opened = GetParam() == sql::Engine::Sqlite ? sql::Database::open_sqlite(folder_ / "control.db")
                                                    : sql::testing::fresh_postgresql();
    ASSERT_TRUE(opened) << opened.error().message;
    control_ = *std::move(opened);
    ASSERT_TRUE(sql::migrate(*control_, queries::kModule, clock_));
    key_database_ = sql::Database::open_sqlite(folder_ / "keys.db").value();
    auto master = crypto::SecretKey::from_bytes(base::Bytes(crypto::kKeySize, 7)).value();
    keys_ = vault::KeyStore::open(*key_database_, std::move(master), clock_, random_).value();
  }
  void TearDown() override {
    keys_.reset();
    key_database_.reset();
    control_.reset();
    std::filesystem::remove_all(folder_);
  }

  Subscription subscription(base::PersonId person, std::string name) {
    return {.person = person,
            .name = std::move(name),
            .session = base::SessionId::draw(random_),
            .policy_version = "2026-11-01-x",
            .since = clock_.now()};
  }

  std::filesystem::path folder_;
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::SeededRandom random_{1};
  std::unique_ptr<sql::Database> control_;
  std::unique_ptr<sql::Database> key_database_;
  std::unique_ptr<vault::KeyStore> keys_;
};

TEST_P(StoreTest, EveryStatementCanBePrepared) { EXPECT_TRUE(sql::prepare_all(*control_, queries::kModule)); }

TEST_P(StoreTest, KeepsWhoWaitsUntilTheTimeIsOver) {
  Store store(*control_);
  const Waiting waiting{.person = base::PersonId::draw(random_),
                        .names = {"one", "two"},
                        .session = base::SessionId::draw(random_),
                        .instead = base::PersonId::draw(random_),
                        .expires = clock_.now() + kConfirmWithin};
  ASSERT_TRUE(store.add_waiting(waiting));
  const auto found = store.waiting_of(waiting.person).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->names, waiting.names);
  EXPECT_EQ(found->instead, waiting.instead);
  EXPECT_TRUE(store.expired(waiting.expires - base::Millis{1})->empty());
  EXPECT_EQ(store.expired(waiting.expires)->size(), 1U);
  ASSERT_TRUE(store.remove_waiting(waiting.person));
  EXPECT_FALSE(store.waiting_of(waiting.person).value());
}

TEST_P(StoreTest, EndsEachSubscriptionByItselfAndTheLastOneLeavesNothingButMarks) {
  Store store(*control_);
  Marks marks(*control_, *keys_);
  const auto person = base::PersonId::draw(random_);
  ASSERT_TRUE(store.begin({subscription(person, "one"), subscription(person, "two")}, {}));
  EXPECT_EQ(store.counts()->at("one"), 1);
  EXPECT_EQ(store.of("one", clock_.now())->size(), 1U);
  EXPECT_TRUE(store.of("one", clock_.now() - base::Millis{1})->empty());
  const auto one = marks.of("one", "an@x.example").value();
  const auto two = marks.of("two", "an@x.example").value();
  EXPECT_TRUE(*store.end(person, {"one"}, {one}, clock_.now()));
  EXPECT_TRUE(*marks.stands("one", "an@x.example"));
  EXPECT_FALSE(*marks.stands("two", "an@x.example"));
  EXPECT_FALSE(*store.end(person, {"two"}, {two}, clock_.now()));
  EXPECT_EQ(store.ended()->size(), 1U);
  EXPECT_TRUE(store.ended_of(person).value());
  ASSERT_TRUE(store.forget(person));
  EXPECT_TRUE(store.ended()->empty());
  EXPECT_EQ(*store.count_marks(), 2);
  // Subscribing anew lifts what it is about, and nothing else.
  ASSERT_TRUE(store.begin({subscription(person, "two")}, {two}));
  EXPECT_TRUE(*marks.stands("one", "an@x.example"));
  EXPECT_FALSE(*marks.stands("two", "an@x.example"));
}

TEST_P(StoreTest, AMarkIsOfOneUpdateAndOneAddressAndTellsNeither) {
  Marks marks(*control_, *keys_);
  const auto mark = marks.of("one", "an@x.example").value();
  EXPECT_EQ(mark.size(), 64U);
  EXPECT_EQ(mark, marks.of("one", "  AN@X.example ").value());
  EXPECT_NE(mark, marks.of("two", "an@x.example").value());
  EXPECT_NE(mark, marks.of("one", "bo@x.example").value());
  EXPECT_NE(marks.of("on", "ean@x.example").value(), mark);
  EXPECT_EQ(marks.of("one", "nobody").error().code, Code::Invalid);
}

INSTANTIATE_TEST_SUITE_P(Both, StoreTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         [](const auto& info) {
                           return info.param == sql::Engine::Sqlite ? "Sqlite" : "Postgresql";
                         });

}  // namespace
}  // namespace surfaces::updates
