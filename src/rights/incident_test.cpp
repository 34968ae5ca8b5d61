#include "rights/incident.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "policy/policy.h"
#include "policy/testing/example.h"
#include "rights/incident_clock.h"
#include "rights/limits.h"
#include "rights/queries.h"
#include "rights/request.h"
#include "sql/database.h"
#include "sql/migrate.h"
#include "sql/testing/postgres.h"
#include "vault/key_store.h"

namespace rights {
namespace {

using base::Code;
using policy::Told;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr base::PropertyNumber kScope{9};

class IncidentTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("hartslag-incident-" + std::to_string(::getpid()));
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
    store_ = std::make_unique<IncidentStore>(*control_, *keys_, random_, kScope);
  }
  void TearDown() override {
    store_.reset();
    keys_.reset();
    key_database_.reset();
    control_.reset();
    std::filesystem::remove_all(folder_);
  }

  Incident incident() {
    Incident made;
    made.id = IncidentId::draw(random_);
    made.language = base::Language::Fr;
    made.policy_version = "2026-11-01-x";
    made.opened = made.aware = clock_.now();
    made.duties.resize(2);
    made.duties[0].whom = Told::Authority;
    made.duties[0].due = clock_.now() + hours{72};
    made.duties[1].whom = Told::People;
    made.duties[1].due = clock_.now() + hours{24};
    made.account.what = "Een \"schijf\" is kwijt.";
    made.account.reach = {{"webinar"}, {"door"}, {3, 4}};
    made.account.clients = {{"Huis", "data@huis.example", base::Language::De}};
    made.account.letters[base::Language::De] = {"a", "b", "c"};
    made.account.reopened = {{clock_.now(), "Toch niet."}};
    made.account.remedy = "Een andere schijf.";
    return made;
  }
  static base::Result<void> nothing(sql::Connection&) { return {}; }

  std::filesystem::path folder_;
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::SeededRandom random_{1};
  std::unique_ptr<sql::Database> control_;
  std::unique_ptr<sql::Database> key_database_;
  std::unique_ptr<vault::KeyStore> keys_;
  std::unique_ptr<IncidentStore> store_;
};
INSTANTIATE_TEST_SUITE_P(Both, IncidentTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         [](const auto& info) {
                           return info.param == sql::Engine::Sqlite ? "Sqlite" : "Postgresql";
                         });

TEST_P(IncidentTest, KeepsEverythingAndShowsNothingInClear) {
  auto made = incident();
  ASSERT_TRUE(store_->add(made, nothing));
  auto found = store_->find(made.id).value();
  EXPECT_EQ(found.account, made.account);
  EXPECT_EQ(found.duties, made.duties);
  made.risk = Risk::High;
  made.duties[0].tell = false;
  made.duties[0].reasons = "Niemand.";
  made.closed = clock_.now();
  ASSERT_TRUE(store_->update(made, nothing));
  found = store_->find(made.id).value();
  EXPECT_EQ(found.risk, Risk::High);
  EXPECT_EQ(found.duties, made.duties);
  EXPECT_FALSE(found.is_open());
  EXPECT_EQ(store_->find(IncidentId::draw(random_)).error().code, Code::NotFound);
}

TEST_P(IncidentTest, WhatHappensTogetherHappensOrDoesNot) {
  const auto made = incident();
  const auto refuse = [](sql::Connection&) -> base::Result<void> { return base::fail(Code::Conflict, "no"); };
  EXPECT_FALSE(store_->add(made, refuse));
  EXPECT_EQ(store_->find(made.id).error().code, Code::NotFound);
}

TEST_P(IncidentTest, CountsDutiesThatNobodyHasDone) {
  auto made = incident();
  ASSERT_TRUE(store_->add(made, nothing));
  auto later = incident();
  later.duties[1].due += hours{1};
  ASSERT_TRUE(store_->add(later, nothing));
  EXPECT_EQ(store_->tally(made.duties[1].due).value().overdue, 0) << "the last moment is in time";
  EXPECT_EQ(store_->tally(made.duties[1].due + milliseconds{1}).value().overdue, 1);
  EXPECT_EQ(store_->list().value().front().id, made.id) << "soonest due first";
  made.duties[1].tell = false;
  ASSERT_TRUE(store_->update(made, nothing));
  EXPECT_EQ(store_->tally(made.duties[1].due + milliseconds{1}).value().overdue, 0);
  EXPECT_EQ(store_->tally(made.duties[0].due + hours{1}).value().overdue, 3);
  made.duties[0].done = clock_.now();
  made.closed = clock_.now();
  ASSERT_TRUE(store_->update(made, nothing));
  EXPECT_EQ(store_->tally(made.opened).value().open, 1);
  EXPECT_EQ(store_->open_ones().value().size(), 1U);
}

TEST_P(IncidentTest, LettersAreOnceAndForgetWhoIsErased) {
  const auto made = incident();
  const auto ana = base::PersonId::draw(random_);
  const auto bo = base::PersonId::draw(random_);
  const auto letters = [&](sql::Connection& connection) -> base::Result<void> {
    for (const auto person : {ana, bo, ana})
      RETURN_IF_ERROR(store_->add_letter(connection, made.id, {{3}, person, "due", clock_.now()}));
    return {};
  };
  ASSERT_TRUE(store_->add(made, letters));
  ASSERT_TRUE(store_->set_letter(made.id, {{3}, ana, "sent", clock_.now()}));
  EXPECT_EQ(store_->letter_counts(made.id).value(),
            (std::map<std::string, std::int64_t>{{"due", 1}, {"sent", 1}}));
  ASSERT_TRUE(store_->forget_person(ana));
  ASSERT_EQ(store_->letters(made.id).value().size(), 1U);
  EXPECT_EQ(store_->letters(made.id).value().front().person, bo);
  ASSERT_TRUE(store_->forget_property({3}));
  EXPECT_TRUE(store_->letters(made.id).value().empty());
}

TEST_P(IncidentTest, KnowsWhoReportedItUntilTheyAreErased) {
  auto made = incident();
  const auto ana = base::PersonId::draw(random_);
  made.reporter = ana;
  ASSERT_TRUE(store_->add(made, nothing));
  ASSERT_TRUE(store_->add(incident(), nothing)) << "nobody is not somebody twice";
  Store requests(*control_, *keys_, random_, kScope);
  EXPECT_EQ(store_->find(made.id).value().reporter, ana);
  EXPECT_TRUE(requests.has_written(ana).value());
  EXPECT_FALSE(requests.has_written(base::PersonId::draw(random_)).value());
  ASSERT_TRUE(store_->forget_person(ana));
  EXPECT_EQ(store_->find(made.id).value().reporter, std::nullopt);
  EXPECT_FALSE(requests.has_written(ana).value());
}

TEST_P(IncidentTest, NoticesStandInTheirOrder) {
  const auto made = incident();
  const auto both = [&](sql::Connection& connection) -> base::Result<void> {
    RETURN_IF_ERROR(store_->add_notice(connection, made.id, {"preliminary", clock_.now(), "A-1", "{}"}));
    return store_->add_notice(connection, made.id, {"complete", clock_.now(), "A-2", "{\"x\":1}"});
  };
  ASSERT_TRUE(store_->add(made, both));
  const auto notices = store_->notices(made).value();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(notices[0].reference, "A-1");
  EXPECT_EQ(notices[1].document, "{\"x\":1}");
}

TEST_P(IncidentTest, FactsAndRemedyStayWhenItsTextsEnd) {
  auto made = incident();
  made.reporter = base::PersonId::draw(random_);
  made.account.found_by = "Ana";
  made.duties[0].reasons = "Volgens Ana.";
  made.duties[0].done = clock_.now();
  made.closed = clock_.now();
  ASSERT_TRUE(store_->add(made, [&](sql::Connection& connection) -> base::Result<void> {
    RETURN_IF_ERROR(store_->add_letter(connection, made.id, {{3}, *made.reporter, "sent", clock_.now()}));
    return store_->add_notice(connection, made.id, {"complete", clock_.now(), "A-1", "{\"x\":1}"});
  }));
  ASSERT_TRUE(store_->add(incident(), nothing));
  EXPECT_TRUE(store_->closed_before(clock_.now()).value().empty());
  const auto closed = store_->closed_before(clock_.now() + milliseconds{1}).value();
  ASSERT_EQ(closed.size(), 1U) << "the other one is open";

  const auto refuse = [](sql::Connection&) -> base::Result<void> { return base::fail(Code::Conflict, "no"); };
  EXPECT_FALSE(store_->end_texts(closed[0], clock_.now(), refuse));
  EXPECT_EQ(store_->find(made.id).value().account.what, made.account.what) << "together or not at all";

  ASSERT_TRUE(store_->end_texts(closed[0], clock_.now(), nothing));
  const auto left = store_->find(made.id).value();
  EXPECT_EQ(left.texts_ended, clock_.now());
  EXPECT_EQ(left.account, left_of(made).account);
  EXPECT_EQ(left.duties, left_of(made).duties);
  EXPECT_EQ(left.account.remedy, "Een andere schijf.");
  EXPECT_EQ(left.account.reach, made.account.reach);
  EXPECT_EQ(left.duties[0].done, made.duties[0].done);
  EXPECT_EQ(
      left.account.what + left.account.found_by + left.duties[0].reasons + left.account.reopened[0].reasons,
      "");
  EXPECT_TRUE(left.account.clients.empty() && left.account.letters.empty() && !left.reporter);
  EXPECT_TRUE(store_->letters(made.id).value().empty());
  const auto notices = store_->notices(left).value();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].reference + notices[0].document, "");
  EXPECT_EQ(notices[0].at, clock_.now());
  const auto key = vault::KeyName::service(kScope, "incident_" + base::to_text(made.id));
  EXPECT_EQ(keys_->state(key).value(), vault::KeyState::Destroyed) << "an old copy opens with no key";
  ASSERT_TRUE(store_->end_texts(left, clock_.now(), refuse)) << "once more changes nothing";
}

TEST(BreachClock, TextsAreKeptAsLongAsWhatPeopleWrite) {
  const auto closed = base::parse_rfc3339("2026-11-20T19:30:00Z").value();
  const auto silent = policy::Policy::parse(policy::testing::kExample).value();
  EXPECT_EQ(texts_end(silent, closed), closed + kTextsKept) << "it says nothing of what people write";
}

TEST(BreachClock, RunsInHoursThroughNightsAndWeekends) {
  const auto policy = policy::Policy::parse(policy::testing::kExample).value();
  // A Friday evening in Brussels.
  const auto aware = base::parse_rfc3339("2026-11-20T19:30:00Z").value();
  EXPECT_EQ(due_of(policy, {Told::Authority, {72, policy::Unit::Hours}, true}, aware).value(),
            aware + hours{72});
  EXPECT_EQ(due_of(policy, {Told::Controller, {}, false}, aware).value(), aware + hours{24})
      << "without delay is late after a day";
}

TEST(BreachClock, WarnsAt12And24And48And66Of72Hours) {
  const auto aware = base::instant_from_ms(1'795'356'000'000);
  const auto due = aware + hours{72};
  const auto before = milliseconds{1};
  const auto at = [&](auto passed) { return breach_stage_at(aware, due, aware + passed); };
  EXPECT_EQ(at(hours{12} - before), BreachStage::Calm);
  EXPECT_EQ(at(hours{12}), BreachStage::Sixth);
  EXPECT_EQ(at(hours{24} - before), BreachStage::Sixth);
  EXPECT_EQ(at(hours{24}), BreachStage::Third);
  EXPECT_EQ(at(hours{48} - before), BreachStage::Third);
  EXPECT_EQ(at(hours{48}), BreachStage::TwoThirds);
  EXPECT_EQ(at(hours{66} - before), BreachStage::TwoThirds);
  EXPECT_EQ(at(hours{66}), BreachStage::Last);
  EXPECT_EQ(at(hours{72}), BreachStage::Last);
  EXPECT_EQ(at(hours{72} + before), BreachStage::Overdue);
}

}  // namespace
}  // namespace rights
