#include "journal/journal.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <latch>
#include <thread>

#include "journal/limits.h"
#include "journal/queries.h"
#include "journal/testing/memory_keys.h"
#include "sql/migrate.h"
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
    journal_ = Journal::open(*control_, keys_, clock_, random_).value();
  }
  void TearDown() override {
    journal_.reset();
    control_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_;
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::SeededRandom random_{3};
  testing::MemoryKeys keys_;
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
          .by = {.member = base::MemberId::draw(random_)},
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
  EXPECT_EQ(entries[0].act.by.member, act.by.member);
  EXPECT_EQ(entries[0].act.subject, act.subject);
  EXPECT_EQ(entries[0].act.detail, "50 rows");
  EXPECT_EQ(base::to_ms(entries[1].at), 1'795'356'000'005);
  EXPECT_FALSE(entries[1].act.property || entries[1].act.by.member || entries[1].act.subject);
}

TEST_P(JournalTest, SearchesBackwards) {
  for (std::uint32_t i = 0; i < 6; ++i) {
    ASSERT_TRUE(journal_->record({.kind = i < 4 ? "a.b" : "c.d", .property = base::PropertyNumber{i % 2}}));
    clock_.advance(base::Millis{1000});
  }
  const auto numbers = [&](const Search& search) {
    std::vector<ActNumber> found;
    for (const auto& entry : journal_->newest(search).value()) found.push_back(entry.number);
    return found;
  };
  const auto first = journal_->list({}).value().front().at;
  EXPECT_EQ(numbers({}), (std::vector<ActNumber>{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(numbers({.before = 5, .count_max = 2}), (std::vector<ActNumber>{4, 3}));
  EXPECT_EQ(numbers({.property = base::PropertyNumber{1}}), (std::vector<ActNumber>{6, 4, 2}));
  EXPECT_EQ(numbers({.module = "c"}), (std::vector<ActNumber>{6, 5}));
  EXPECT_EQ(numbers({.since = first + base::Millis{4000}}), (std::vector<ActNumber>{6, 5}));
  EXPECT_EQ(numbers({.until = first + base::Millis{1000}}), (std::vector<ActNumber>{1}));
  EXPECT_EQ(journal_->newest({.module = "a%"}).error().code, base::Code::Invalid);
  EXPECT_TRUE(journal_->newest({.count_max = kListMax}));
  EXPECT_EQ(journal_->newest({.count_max = kListMax + 1}).error().code, base::Code::Invalid);
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
  journal_ = Journal::open(*control_, keys_, clock_, random_).value();
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

TEST_P(JournalTest, CutsTheAddress) {
  const auto begun = journal_->begin({.kind = "staff.signed_in", .by = {.address = "192.0.2.77"}}).value();
  ASSERT_TRUE(journal_->finish(begun));
  for (const auto& entry : journal_->list({}).value()) EXPECT_EQ(entry.act.by.address, "192.0.2.0/24");
}

TEST_P(JournalTest, ALeafTellsNothingOfTheDetail) {
  const Act act{.kind = "vault.export",
                .property = base::PropertyNumber{7},
                .by = {.member = base::MemberId::draw(random_)},
                .detail = "50 rows"};
  ASSERT_TRUE(journal_->record(act));
  ASSERT_TRUE(journal_->record(act));
  const auto leaves = journal_->leaves(0).value();
  ASSERT_EQ(leaves.size(), 2);
  EXPECT_EQ(leaves[0].kind, "vault.export");
  EXPECT_EQ(leaves[0].number, 1);
  EXPECT_NE(leaves[0].commitment, leaves[1].commitment) << "the same detail twice is not seen to be";
  const auto record = journal_->opening(1).value();
  EXPECT_EQ(commitment_of(record), leaves[0].commitment);
  EXPECT_EQ(parse_detail(record)->text, "50 rows");
  EXPECT_EQ(journal_->opening(3).error().code, Code::NotFound);
  EXPECT_EQ(journal_->leaves(1)->front().number, 2);
  EXPECT_TRUE(journal_->leaves(2)->empty());
}

class DetailTest : public JournalTest {
 protected:
  ActNumber add(std::uint32_t property, std::string detail) {
    Act act{.kind = "a.b", .detail = std::move(detail)};
    if (property != 0) act.property = base::PropertyNumber{property};
    return journal_->record(act).value();
  }
  std::string details() {
    std::string all;
    for (const auto& entry : journal_->list({}).value())
      all += entry.detail_destroyed ? "-" : entry.act.detail;
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Both, DetailTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         [](const auto& info) {
                           return info.param == sql::Engine::Sqlite ? "Sqlite" : "Postgresql";
                         });

TEST_P(DetailTest, OfAPropertyAreDestroyed) {
  for (const auto property : {7U, 8U, 7U, 0U}) add(property, std::to_string(property));
  const auto leaves = journal_->leaves(0).value();
  ASSERT_TRUE(journal_->destroy_details_of(base::PropertyNumber{7}));
  EXPECT_EQ(details(), "-8-0");
  EXPECT_EQ(journal_->leaves(0).value(), leaves) << "the leaves are as they were";
  EXPECT_TRUE(keys_.is_destroyed("journal_7_202611_1"));
  EXPECT_FALSE(keys_.is_destroyed("journal_8_202611_1"));
  EXPECT_EQ(journal_->opening(1).error().code, Code::Gone);
  EXPECT_TRUE(journal_->list({.property = base::PropertyNumber{7}})->empty());
  // It goes on under another key.
  add(7, "7");
  EXPECT_EQ(details(), "-8-07");
  EXPECT_EQ(keys_.find_key("journal_7_202611_2").has_value(), true);
  ASSERT_TRUE(journal_->destroy_details_of(base::PropertyNumber{9})) << "nothing to destroy";
  EXPECT_EQ(details(), "-8-07");
}

TEST_P(DetailTest, OfEndedMonthsAreDestroyed) {
  add(7, "a");  // 22 November 2026
  clock_.advance(base::Millis{std::chrono::days{9}});
  add(7, "b");  // 1 December
  add(0, "c");
  const auto november = base::parse_rfc3339("2026-11-30T23:59:59.999Z").value();
  ASSERT_TRUE(journal_->destroy_details_before(november)) << "November has not ended";
  EXPECT_EQ(details(), "abc");
  ASSERT_TRUE(journal_->destroy_details_before(november + base::Millis{1}));
  EXPECT_EQ(details(), "-bc");
  ASSERT_TRUE(journal_->destroy_details_before(base::parse_rfc3339("2027-01-01T00:00:00Z").value()));
  EXPECT_EQ(details(), "---");
}

TEST_P(DetailTest, OfSomeActsAreDestroyedAndTheOthersKeptUnderAnotherKey) {
  for (const auto* detail : {"a", "b", "c"}) add(7, detail);
  add(8, "d");
  ASSERT_TRUE(journal_->destroy_details({2, 4, 99}));
  EXPECT_EQ(details(), "a-c-");
  EXPECT_TRUE(keys_.is_destroyed("journal_7_202611_1")) << "an old copy of the row opens with no key";
  EXPECT_TRUE(journal_->opening(1));
  ASSERT_TRUE(journal_->destroy_details({2})) << "again";
  EXPECT_EQ(details(), "a-c-");
  EXPECT_FALSE(keys_.is_destroyed("journal_7_202611_2"));
}

TEST_P(DetailTest, AnIntentKeepsItsDetailUntilItIsFinished) {
  const auto begun =
      journal_->begin({.kind = "rights.erase", .property = base::PropertyNumber{7}, .detail = "plan"});
  ASSERT_TRUE(begun);
  ASSERT_TRUE(journal_->destroy_details_of(base::PropertyNumber{7}));
  EXPECT_EQ(journal_->unfinished()->front().act.detail, "plan");
  add(7, "x");
  ASSERT_TRUE(journal_->destroy_details_of(base::PropertyNumber{7}));
  EXPECT_EQ(details(), "plan-");
  EXPECT_EQ(journal_->unfinished()->front().act.detail, "plan");
  ASSERT_TRUE(journal_->finish(*begun, "done"));
  ASSERT_TRUE(journal_->destroy_details_of(base::PropertyNumber{7}));
  EXPECT_EQ(details(), "---");
}

TEST_P(DetailTest, DestroyingIsFinishedAfterAStop) {
  for (const auto* detail : {"a", "b"}) add(7, detail);
  keys_.set_failing(true);
  EXPECT_FALSE(journal_->destroy_details({1}));
  EXPECT_FALSE(keys_.is_destroyed("journal_7_202611_1"));
  EXPECT_EQ(details(), "-b") << "nothing is half done for readers";
  keys_.set_failing(false);
  journal_ = Journal::open(*control_, keys_, clock_, random_).value();
  EXPECT_TRUE(keys_.is_destroyed("journal_7_202611_1"));
  EXPECT_EQ(details(), "-b");
}

TEST_P(DetailTest, ARecordMovedToAnotherActDoesNotOpen) {
  for (const auto* detail : {"a", "b"}) add(7, detail);
  const sql::Query move{"move",
                        "update act_detail set sealed = (select sealed from act_detail where number = 1)",
                        "update act_detail set sealed = (select sealed from act_detail where number = 1)"};
  ASSERT_TRUE(control_->run(move));
  EXPECT_TRUE(journal_->opening(1));
  EXPECT_EQ(journal_->opening(2).error().code, Code::Corrupt);
  EXPECT_EQ(journal_->list({}).error().code, Code::Corrupt);
}

TEST_P(JournalTest, SealsWhatAnEarlierVersionLeftOpen) {
  journal_.reset();
  auto opened = GetParam() == sql::Engine::Sqlite ? sql::Database::open_sqlite(folder_ / "earlier.db")
                                                  : sql::testing::fresh_postgresql();
  const auto earlier = *std::move(opened);
  auto module = queries::kModule;
  module.migrations = module.migrations.first(1);
  ASSERT_TRUE(sql::migrate(*earlier, module, clock_));
  const auto member = base::MemberId::draw(random_);
  const auto insert = [&](int number, std::string_view rest) {
    const auto text = fmt::format(
        "insert into act (number, at_ms, kind, property, member, subject, state, intent, detail) "
        "values ({0}, 1795356000000 + {0}, {1})",
        number, rest);
    ASSERT_TRUE(earlier->run({"insert", text, text}));
  };
  insert(1, fmt::format("'vault.export', 7, '{}', null, 'done', null, '50 rows'", base::to_text(member)));
  insert(2, fmt::format("'rights.erase', null, null, '{}', 'intent', null, 'plan'",
                        base::to_text(SubjectToken{})));
  insert(3, "'rights.erase', null, null, null, 'result', 2, ''");
  journal_ = Journal::open(*earlier, keys_, clock_, random_).value();
  const auto entries = journal_->list({}).value();
  ASSERT_EQ(entries.size(), 3);
  EXPECT_EQ(entries[0].act.by.member, member);
  EXPECT_EQ(entries[0].act.property, base::PropertyNumber{7});
  EXPECT_EQ(entries[0].act.detail, "50 rows");
  EXPECT_EQ(base::to_ms(entries[0].at), 1'795'356'000'001);
  EXPECT_EQ(entries[1].state, State::Intent);
  EXPECT_EQ(entries[1].act.subject, SubjectToken{});
  EXPECT_EQ(entries[2].intent, 2);
  EXPECT_TRUE(journal_->unfinished()->empty());
  const sql::Query left{"left", "select count(*) as n from act_unsealed",
                        "select count(*) as n from act_unsealed"};
  EXPECT_EQ(earlier->one(left)->integer("n"), 0);
  journal_ = Journal::open(*earlier, keys_, clock_, random_).value();
  EXPECT_EQ(journal_->count(), 3) << "once";
  EXPECT_FALSE(earlier->run({"delete", "delete from act", "delete from act"}))
      << "the new table is kept so too";
  journal_.reset();
}

TEST_P(JournalTest, StatementsPrepare) {
  const auto prepared = sql::prepare_all(*control_, queries::kModule);
  EXPECT_TRUE(prepared) << prepared.error().message;
}

}  // namespace
}  // namespace journal
