#include "surfaces/events/store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "property/queries.h"
#include "property/registry.h"
#include "sql/database.h"
#include "sql/migrate.h"
#include "sql/prepare_check.h"
#include "sql/testing/postgres.h"
#include "surfaces/events/queries.h"

namespace surfaces::events {
namespace {

class StoreTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("hartslag-events-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    auto opened = GetParam() == sql::Engine::Sqlite ? sql::Database::open_sqlite(folder_ / "control.db")
                                                    : sql::testing::fresh_postgresql();
    ASSERT_TRUE(opened) << opened.error().message;
    control_ = *std::move(opened);
    ASSERT_TRUE(sql::migrate(*control_, property::queries::kModule, clock_));
    ASSERT_TRUE(sql::migrate(*control_, queries::kModule, clock_));
    // The numbers 1 to 5, of another organisation than the one that operates.
    property::Registry registry(*control_, clock_);
    for (const auto* slug : {"a", "b", "open-day", "c", "later"})
      ASSERT_TRUE(registry.create(slug, "events", kElsewhere));
  }
  void TearDown() override {
    control_.reset();
    std::filesystem::remove_all(folder_);
  }

  static constexpr base::OrganisationNumber kElsewhere{2};

  static Event full_event() {
    Event event;
    event.organisation = kElsewhere;
    event.property = {3};
    event.slug = "open-day";
    event.title = "Open dag: \"water\" & wind";
    event.description = "Een dag.";
    event.kind = Kind::OnDemand;
    event.opened = true;
    event.starts = base::instant_from_ms(1'795'356'000'000);
    event.ends = base::instant_from_ms(1'795'359'600'000);
    event.runs_on = true;
    event.closed = base::instant_from_ms(1'795'360'000'000);
    event.time_zone = "Europe/Brussels";
    event.language = base::Language::De;
    event.fields = {"called", "post"};
    event.required = {"post"};
    event.opens_by = OpensBy::Both;
    event.measured = false;
    event.capacity = 12;
    event.video = {.kind = VideoKind::Address, .address = "https://video.example/a.m3u8", .captions = true};
    event.moments = {{base::instant_from_ms(1'795'357'000'000), "Pauze"}};
    event.domains = {"https://www.example.org"};
    event.created = base::instant_from_ms(1'795'350'000'000);
    return event;
  }

  std::filesystem::path folder_;
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  std::unique_ptr<sql::Database> control_;
};
INSTANTIATE_TEST_SUITE_P(Both, StoreTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         [](const auto& info) {
                           return info.param == sql::Engine::Sqlite ? "Sqlite" : "Postgresql";
                         });

TEST_P(StoreTest, StatementsPrepare) {
  const auto prepared = sql::prepare_all(*control_, queries::kModule);
  EXPECT_TRUE(prepared) << prepared.error().message;
}

TEST_P(StoreTest, KeepsEverythingOfAnEvent) {
  Store store(*control_, clock_);
  const auto event = full_event();
  ASSERT_TRUE(store.insert(event));
  EXPECT_EQ(store.insert(event).error().code, base::Code::Conflict);
  const auto read = store.by_slug("open-day");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, event);
  auto changed = event;
  changed.title = "Anders";
  changed.capacity.reset();
  changed.closed.reset();
  changed.moments.clear();
  ASSERT_TRUE(store.update(changed));
  EXPECT_EQ(*store.by_property({3}), changed);
  EXPECT_EQ(store.by_property({4}).error().code, base::Code::NotFound);
  changed.property = {4};
  EXPECT_EQ(store.update(changed).error().code, base::Code::NotFound);
}

TEST_P(StoreTest, WritesOverNothingThatChangedMeanwhile) {
  Store store(*control_, clock_);
  const auto read = full_event();
  ASSERT_TRUE(store.insert(read));
  auto moved = read;
  moved.ends += std::chrono::hours{1};
  auto renamed = read;
  renamed.title = "Anders";
  ASSERT_TRUE(store.replace(read, moved));
  EXPECT_EQ(store.replace(read, renamed).error().code, base::Code::Conflict);
  EXPECT_EQ(*store.by_slug("open-day"), moved);
  ASSERT_TRUE(store.set_uploaded(read.property));
  EXPECT_EQ(store.by_slug("open-day")->ends, moved.ends);
}

TEST_P(StoreTest, ListsTheLatestStartFirst) {
  Store store(*control_, clock_);
  auto event = full_event();
  ASSERT_TRUE(store.insert(event));
  event.property = {5};
  event.slug = "later";
  event.starts += std::chrono::hours{1};
  ASSERT_TRUE(store.insert(event));
  const auto all = store.all();
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->front().slug, "later");
}

TEST_P(StoreTest, FollowsAPacking) {
  Store store(*control_, clock_);
  EXPECT_EQ(store.packing({3})->state, PackingState::None);
  ASSERT_TRUE(store.set_packing({3}, {PackingState::Receiving, 0.5, ""}));
  EXPECT_EQ(store.packing({3})->progress, 0.5);
  EXPECT_EQ(store.unfinished_packings()->size(), 1U);
  ASSERT_TRUE(store.set_packing({3}, {PackingState::Failed, 0, "packing"}));
  EXPECT_EQ(store.packing({3})->reason, "packing");
  EXPECT_TRUE(store.unfinished_packings()->empty());
}

}  // namespace
}  // namespace surfaces::events
