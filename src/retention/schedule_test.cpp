#include "retention/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/testing/example.h"
#include "retention/queries.h"
#include "sql/migrate.h"
#include "sql/prepare_check.h"
#include "vault/testing/house.h"

namespace retention {
namespace {

using policy::testing::kExample;
using policy::testing::replaced;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr base::PropertyNumber kOne{1};
constexpr base::PropertyNumber kTwo{2};

class ScheduleTest : public vault::testing::House {
 protected:
  void SetUp() override {
    House::SetUp();
    ASSERT_TRUE(sql::migrate(*database_, queries::kModule, clock_));
    Surface surface;
    surface.name = "events";
    surface.keeps.ends = {"event end", "stored"};
    surface.ends = [this]() -> base::Result<std::vector<End>> {
      return std::vector<End>{{kOne, "event end", ends_, "Een", "UTC", "/een"},
                              {kTwo, "event end", std::nullopt, "Twee", "UTC", "/twee"}};
    };
    surfaces_.push_back(std::move(surface));
  }
  std::vector<std::string> names(const std::vector<Due>& all) {
    std::vector<std::string> names;
    for (const auto& each : all) names.push_back(each.datum);
    return names;
  }
  void run(const std::string& datum, std::string_view did) {
    ASSERT_TRUE(database_->run(queries::add_run, {{"property", kOne.value},
                                                  {"datum", datum},
                                                  {"due", clock_.now()},
                                                  {"now", clock_.now()},
                                                  {"did", did},
                                                  {"removed", 0},
                                                  {"act", 1}}));
  }

  Schedule schedule() { return Schedule({*database_, example_, surfaces_}); }

  std::optional<base::Instant> ends_ = base::parse_rfc3339("2026-12-31T20:00:00.000Z").value();
  std::vector<Surface> surfaces_;
  policy::Policy example_ = policy::Policy::parse(kExample).value();
};
INSTANTIATE_TEST_SUITE_P(On, ScheduleTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         vault::testing::engine_name);

TEST_P(ScheduleTest, StatementsPrepare) {
  EXPECT_TRUE(sql::prepare_all(*database_, queries::kModule));
  ASSERT_TRUE(sql::migrate(*keys_database_, queries::kKeysModule, clock_));
  EXPECT_TRUE(sql::prepare_all(*keys_database_, queries::kKeysModule));
}

TEST_P(ScheduleTest, EachDatumEndsByItsOwnTerm) {
  const auto all = schedule().of(kOne).value();
  EXPECT_THAT(names(all), ElementsAre("door", "card", "eyes", "pages"));
  EXPECT_EQ(base::to_rfc3339(*all[0].due), "2027-01-01T20:00:00.000Z");
  EXPECT_EQ(base::to_rfc3339(*all[1].due), "2027-02-28T20:00:00.000Z") << "a shorter month has its last day";
  EXPECT_EQ(base::to_rfc3339(*all[2].due), "2028-12-31T20:00:00.000Z");
  EXPECT_EQ(all[2].then, policy::Afterwards::Anonymise);
  EXPECT_EQ(all[3].then, policy::Afterwards::Erase);
  for (const auto& each : all) EXPECT_TRUE(each.kept);
}

TEST_P(ScheduleTest, WhatHasNotEndedHasNoDate) {
  for (const auto& each : schedule().of(kTwo).value()) EXPECT_EQ(each.due, std::nullopt);
  EXPECT_EQ(schedule().fate(kTwo).value().next, std::nullopt);
  EXPECT_EQ(schedule().all().value().size(), 8U);
}

TEST_P(ScheduleTest, IsDueFromTheVeryInstant) {
  const auto door = *schedule().of(kOne).value()[0].due;
  EXPECT_THAT(names(schedule().due(door - base::Millis{1}).value()), IsEmpty());
  EXPECT_THAT(names(schedule().due(door).value()), ElementsAre("door"));
  run("door", "erased");
  EXPECT_THAT(names(schedule().due(door).value()), IsEmpty());
  const auto years_later = door + std::chrono::hours{24 * 4000};
  EXPECT_THAT(names(schedule().due(years_later).value()), ElementsAre("card", "eyes", "pages"));
}

TEST_P(ScheduleTest, AnEndThatMovesMovesItsDates) {
  const auto door = *schedule().of(kOne).value()[0].due;
  ends_ = *ends_ + std::chrono::hours{5};
  EXPECT_EQ(*schedule().of(kOne).value()[0].due, door + std::chrono::hours{5});
}

TEST_P(ScheduleTest, TellsWhatBecomesOfAProperty) {
  auto fate = schedule().fate(kOne).value();
  EXPECT_EQ(fate.next, schedule().of(kOne).value()[0].due);
  EXPECT_EQ(fate.anonymous_since, std::nullopt);
  run("card", "erased");
  EXPECT_EQ(schedule().fate(kOne).value().anonymous_since, std::nullopt)
      << "what was filled in is no behaviour";
  run("eyes", "anonymised");
  EXPECT_EQ(schedule().fate(kOne).value().anonymous_since, clock_.now());
  clock_.advance(std::chrono::hours{1});
  run("", "ended");
  fate = schedule().fate(kOne).value();
  EXPECT_EQ(fate.ended, clock_.now());
  EXPECT_EQ(fate.next, std::nullopt);
}

TEST_P(ScheduleTest, TellsApartWhatNothingEnds) {
  example_ = policy::Policy::parse(
                 replaced(replaced(kExample, "keep: 1 day after event end", "keep: 1 day after account end"),
                          "keep: 2 months after event end", "keep: 6 months"))
                 .value();
  for (const auto& each : schedule().of(kOne).value()) {
    EXPECT_EQ(each.kept, each.datum != "door") << each.datum;
    EXPECT_EQ(each.each_by_itself, each.datum == "card");
    EXPECT_EQ(each.due.has_value(), each.datum == "eyes" || each.datum == "pages");
  }
}

}  // namespace
}  // namespace retention
