#include "journal/journal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <latch>
#include <thread>

#include "journal/limits.h"
#include "journal/queries.h"
#include "sql/prepare_check.h"
#include "sql/testing/postgres.h"

namespace journal {
namespace {

using base::Code;
using base::Result;

class JournalTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("hartslag-journal-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    auto opened = GetParam() == sql::Engine::Sqlite ? sql::Database::open_sqlite(folder_ / "control.db")
                                                    : sql::testing::fresh_postgresql();
    ASSERT_TRUE(opened) << opened.error().message;
    control_ = *std::move(opened);
    journal_ = Journal::open(*control_, clock_, random_).value();
  }
  void TearDown() override {
    journal_.reset();
    control_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_;
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::SeededRandom random_{3};
  std::unique_ptr<sql::Database> control_;
  std::unique_ptr<Journal> journal_;
};
INSTANTIATE_TEST_SUITE_P(Both, JournalTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         [](const auto& info) {
                           return info.param == sql::Engine::Sqlite ? "Sqlite" : "Postgresql";
                         });

TEST_P(JournalTest, RecordsAnAct) {
  Act act{.kind = "vault.export",
          .property = base::PropertyNumber{7},
          .member = base::MemberId::draw(random_),
          .subject = journal_->draw_subject(),
          .detail = "50 rows"};
  EXPECT_EQ(journal_->record(act), 1);
  clock_.advance(base::Millis{5});
  EXPECT_EQ(journal_->record({.kind = "program.start"}), 2);
  const auto entries = journal_->list({}).value();
  ASSERT_EQ(entries.size(), 2);
  EXPECT_EQ(entries[0].number, 1);
  EXPECT_EQ(base::to_ms(entries[0].at), 1'795'356'000'000);
  EXPECT_EQ(entries[0].state, State::Done);
  EXPECT_EQ(entries[0].act.kind, "vault.export");
  EXPECT_EQ(entries[0].act.property, act.property);
  EXPECT_EQ(entries[0].act.member, act.member);
  EXPECT_EQ(entries[0].act.subject, act.subject);
  EXPECT_EQ(entries[0].act.detail, "50 rows");
  EXPECT_EQ(base::to_ms(entries[1].at), 1'795'356'000'005);
  EXPECT_FALSE(entries[1].act.property || entries[1].act.member || entries[1].act.subject);
}

TEST_P(JournalTest, ListsWhatIsAskedFor) {
  for (std::uint32_t i = 0; i < 6; ++i) {
    ASSERT_TRUE(journal_->record({.kind = i < 4 ? "a.b" : "c.d", .property = base::PropertyNumber{i % 2}}));
  }
  EXPECT_EQ(journal_->list({.property = base::PropertyNumber{1}})->size(), 3);
  EXPECT_EQ(journal_->list({.kind = "c.d"})->size(), 2);
  EXPECT_EQ(journal_->list({.property = base::PropertyNumber{1}, .kind = "c.d"})->front().number, 6);
  EXPECT_EQ(journal_->list({.after = 4})->front().number, 5);
  EXPECT_EQ(journal_->list({.count_max = 2})->size(), 2);
  EXPECT_EQ(journal_->list({.count_max = kListMax})->size(), 6);
  EXPECT_EQ(journal_->list({.count_max = kListMax + 1}).error().code, Code::Invalid);
  EXPECT_EQ(journal_->list({.count_max = 0}).error().code, Code::Invalid);
  EXPECT_EQ(journal_->count(), 6);
}

TEST_P(JournalTest, FinishesWhatWasBegun) {
  const auto subject = journal_->draw_subject();
  const auto erase = journal_->begin({.kind = "rights.erase", .subject = subject, .detail = "plan"}).value();
  const auto move = journal_->begin({.kind = "rights.move"}).value();
  ASSERT_TRUE(journal_->record({.kind = "program.start"}));
  auto open = journal_->unfinished().value();
  ASSERT_EQ(open.size(), 2);
  EXPECT_EQ(open[0].number, erase);
  EXPECT_EQ(open[0].state, State::Intent);
  EXPECT_EQ(open[0].act.detail, "plan");

  const auto result = journal_->finish(erase, "3 stores").value();
  EXPECT_EQ(journal_->finish(erase, "again"), result) << "finishing twice leaves one result";
  open = journal_->unfinished().value();
  ASSERT_EQ(open.size(), 1);
  EXPECT_EQ(open[0].number, move);

  const auto last = journal_->list({.after = result - 1})->front();
  EXPECT_EQ(last.state, State::Result);
  EXPECT_EQ(last.intent, erase);
  EXPECT_EQ(last.act.kind, "rights.erase");
  EXPECT_EQ(last.act.subject, subject);
  EXPECT_EQ(last.act.detail, "3 stores");
  EXPECT_EQ(journal_->finish(99).error().code, Code::NotFound);
  EXPECT_EQ(journal_->finish(result).error().code, Code::NotFound) << "a result is no intent";
  EXPECT_EQ(journal_->count(), 4);
}

TEST_P(JournalTest, KnowsAfterAReopeningWhatIsUnfinished) {
  const auto begun = journal_->begin({.kind = "rights.erase"}).value();
  journal_ = Journal::open(*control_, clock_, random_).value();
  EXPECT_EQ(journal_->unfinished()->front().number, begun);
  EXPECT_TRUE(journal_->finish(begun));
  EXPECT_TRUE(journal_->unfinished()->empty());
}

TEST_P(JournalTest, NeverChangesAnAct) {
  ASSERT_TRUE(journal_->record({.kind = "program.start"}));
  EXPECT_FALSE(control_->run({"update", "update act set kind = 'x'", "update act set kind = 'x'"}));
  EXPECT_FALSE(control_->run({"delete", "delete from act", "delete from act"}));
  EXPECT_EQ(journal_->list({})->front().act.kind, "program.start");
}

TEST_P(JournalTest, HasLimits) {
  EXPECT_TRUE(journal_->record({.kind = std::string(kKindBytesMax, 'k')}));
  EXPECT_EQ(journal_->record({.kind = std::string(kKindBytesMax + 1, 'k')}).error().code, Code::Invalid);
  EXPECT_EQ(journal_->record({.kind = ""}).error().code, Code::Invalid);
  EXPECT_EQ(journal_->record({.kind = "Not A Kind"}).error().code, Code::Invalid);
  EXPECT_TRUE(journal_->record({.kind = "a", .detail = std::string(kDetailBytesMax, 'd')}));
  EXPECT_EQ(journal_->record({.kind = "a", .detail = std::string(kDetailBytesMax + 1, 'd')}).error().code,
            Code::Invalid);
  EXPECT_EQ(journal_->count(), 2);
}

TEST_P(JournalTest, JoinsATransactionOfTheCallers) {
  const auto failed = control_->transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(journal_->record(connection, {.kind = "a.b"}));
    return base::fail(Code::Denied, "on second thoughts");
  });
  EXPECT_FALSE(failed);
  EXPECT_EQ(journal_->count(), 0);
}

TEST_P(JournalTest, NumbersHaveNoGapAmongThreads) {
  constexpr int kThreads = 4, kEach = 15;
  std::atomic<int> done = 0;
  {
    std::latch start{kThreads};
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        for (int i = 0; i < kEach; ++i) done += journal_->record({.kind = "a.b"}).has_value();
      });
    }
  }
  EXPECT_EQ(done, kThreads * kEach);
  const auto entries = journal_->list({.count_max = kListMax}).value();
  ASSERT_EQ(entries.size(), static_cast<std::size_t>(kThreads * kEach));
  for (std::size_t i = 0; i < entries.size(); ++i) EXPECT_EQ(entries[i].number, static_cast<int>(i) + 1);
}

TEST_P(JournalTest, StatementsPrepare) {
  const auto prepared = sql::prepare_all(*control_, queries::kModule);
  EXPECT_TRUE(prepared) << prepared.error().message;
}

}  // namespace
}  // namespace journal
