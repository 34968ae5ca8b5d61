#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <latch>
#include <thread>

#include "sql/database.h"
#include "sql/limits.h"
#include "sql/migrate.h"
#include "sql/prepare_check.h"
#include "sql/queries.h"
#include "sql/statement.h"
#include "sql/testing/postgres.h"

namespace sql {
namespace {

using base::Code;
using base::Result;

constexpr Query both(std::string_view name, std::string_view text) { return {name, text, text}; }

constexpr auto kCreate =
    both("create", "create table thing (id bigint primary key, name text, weight double precision)");
constexpr auto kAdd = both("add", "insert into thing (id, name, weight) values (:id, :name, :weight)");
constexpr auto kFind = both("find", "select id, name, weight from thing where id = :id");
constexpr auto kAll = both("all", "select id, name, weight from thing order by id");
constexpr auto kCount =
    both("count", "select count(*) as count, sum(id) as sum, max(name) as name from thing");
constexpr auto kRename = both("rename", "update thing set name = :name where id >= :id");

/// Every test of this suite runs on both engines.
class Engines : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("hartslag sql " + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    auto opened = GetParam() == Engine::Sqlite ? Database::open_sqlite(folder_ / "test.db")
                                               : testing::fresh_postgresql();
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = *std::move(opened);
    const auto created = database_->run(kCreate);
    ASSERT_TRUE(created) << created.error().message;
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::int64_t count() { return database_->one(kCount)->integer("count"); }

  std::filesystem::path folder_;
  std::unique_ptr<Database> database_;
};
INSTANTIATE_TEST_SUITE_P(Both, Engines, ::testing::Values(Engine::Sqlite, Engine::Postgresql),
                         [](const auto& info) {
                           return info.param == Engine::Sqlite ? "Sqlite" : "Postgresql";
                         });

TEST_P(Engines, KeepsWhatIsGiven) {
  constexpr auto kLarge = std::int64_t{9'007'199'254'740'993};
  EXPECT_EQ(database_->run(kAdd, {{"id", kLarge}, {"name", "caf\u00e9 :id 'x'"}, {"weight", 0.1}}), 1);
  EXPECT_EQ(database_->run(kAdd, {{"id", -1}, {"name", nullptr}, {"weight", std::nullopt}}), 1);
  const auto row = database_->one(kFind, {{"id", kLarge}});
  ASSERT_TRUE(row) << row.error().message;
  EXPECT_EQ(row->size(), 3);
  EXPECT_EQ(row->integer("id"), kLarge);
  EXPECT_EQ(row->text("name"), "caf\u00e9 :id 'x'");
  EXPECT_EQ(row->number("weight"), 0.1);
  const auto nulls = database_->one(kFind, {{"id", -1}}).value();
  EXPECT_TRUE(nulls.is_null("name"));
  EXPECT_EQ(nulls.maybe_text("name"), std::nullopt);
  EXPECT_EQ(nulls.maybe_integer("weight"), std::nullopt);
  EXPECT_EQ(nulls.maybe_integer("id"), -1);
}

TEST_P(Engines, ReadsExpressions) {
  for (int id = 1; id <= 3; ++id) {
    ASSERT_TRUE(database_->run(kAdd, {{"id", id}, {"name", std::to_string(id)}, {"weight", id}}));
  }
  const auto row = database_->one(kCount).value();
  EXPECT_EQ(row.integer("count"), 3);
  EXPECT_EQ(row.integer("sum"), 6);
  EXPECT_EQ(row.text("name"), "3");
}

TEST_P(Engines, CountsAndRepeats) {
  for (int round = 0; round < 3; ++round) {
    for (int id = 0; id < 10; ++id) {
      ASSERT_TRUE(database_->run(kAdd, {{"id", round * 10 + id}, {"name", "n"}, {"weight", 1.5}}));
    }
    EXPECT_EQ(database_->run(kRename, {{"name", "m"}, {"id", round * 10 + 4}}), 6);
    EXPECT_EQ(database_->all(kAll)->size(), static_cast<std::size_t>(round + 1) * 10);
  }
  EXPECT_EQ(database_->run(kRename, {{"name", "m"}, {"id", 1000}}), 0);
}

TEST_P(Engines, BindsOneParameterAsAnything) {
  // The same statement with null, then a number, then null again.
  ASSERT_TRUE(database_->run(kAdd, {{"id", 1}, {"name", nullptr}, {"weight", nullptr}}));
  ASSERT_TRUE(database_->run(kAdd, {{"id", 2}, {"name", "x"}, {"weight", 2.5}}));
  ASSERT_TRUE(database_->run(kAdd, {{"id", 3}, {"name", nullptr}, {"weight", nullptr}}));
  ASSERT_TRUE(database_->run(kAdd, {{"id", 4}, {"name", "y"}, {"weight", 4}}));
  const auto rows = database_->all(kAll).value();
  ASSERT_EQ(rows.size(), 4);
  EXPECT_TRUE(rows[0].is_null("weight"));
  EXPECT_EQ(rows[1].number("weight"), 2.5);
  EXPECT_TRUE(rows[2].is_null("name"));
  EXPECT_EQ(rows[3].number("weight"), 4.0);
}

TEST_P(Engines, ReturnsFromAChange) {
  constexpr auto kAddReturning =
      both("add_returning",
           "insert into thing (id, name) select coalesce(max(id), 0) + 1, :name from thing returning id");
  EXPECT_EQ(database_->one(kAddReturning, {{"name", "a"}})->integer("id"), 1);
  EXPECT_EQ(database_->one(kAddReturning, {{"name", "b"}})->integer("id"), 2);
  EXPECT_EQ(count(), 2);
}

TEST_P(Engines, MaybeThereIsNone) {
  EXPECT_EQ(database_->maybe(kFind, {{"id", 1}})->has_value(), false);
  EXPECT_EQ(database_->one(kFind, {{"id", 1}}).error().code, Code::NotFound);
  EXPECT_TRUE(database_->all(kAll)->empty());
}

TEST_P(Engines, ErrorsAreTold) {
  ASSERT_TRUE(database_->run(kAdd, {{"id", 1}, {"name", "canary-in-an-error"}, {"weight", 1.0}}));
  for (int i = 0; i < 2; ++i) {
    const auto twice = database_->run(kAdd, {{"id", 1}, {"name", "canary-in-an-error"}, {"weight", 1.0}});
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().code, Code::Conflict);
    EXPECT_EQ(twice.error().message, "add: a constraint of the database is violated");
  }
  const auto missing = database_->run(kAdd, {{"id", 2}});
  EXPECT_EQ(missing.error().code, Code::Internal);
  EXPECT_EQ(missing.error().message, "add: parameter 'name' is missing");
  const auto wrong = database_->run(both("wrong", "select x from nowhere"));
  EXPECT_EQ(wrong.error().code, Code::Internal);
  EXPECT_TRUE(wrong.error().message.contains("nowhere")) << wrong.error().message;
  const auto cut = database_->run(kAdd, {{"id", 3}, {"name", std::string{"a\0b", 3}}, {"weight", 1.0}});
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, Code::Invalid);
  EXPECT_TRUE(database_->run(kAdd, {{"id", 2}, {"name", "x"}, {"weight", 1.0}}))
      << "works again after errors";
  EXPECT_EQ(count(), 2);
}

TEST_P(Engines, StopsAReadEarly) {
  for (int id = 0; id < 100; ++id)
    ASSERT_TRUE(database_->run(kAdd, {{"id", id}, {"name", "n"}, {"weight", 1.0}}));
  int seen = 0;
  const auto stopped = database_->each(kAll, {}, [&](const Row&) -> Result<void> {
    if (++seen == 10) return base::fail(Code::TooMany, "enough");
    return {};
  });
  EXPECT_EQ(stopped.error().code, Code::TooMany);
  EXPECT_EQ(seen, 10);
  EXPECT_TRUE(database_->scrub()) << "the read is over";
}

TEST_P(Engines, TransactionsAreWholeOrNothing) {
  const auto failed = database_->transact([&](Connection& connection) -> Result<int> {
    RETURN_IF_ERROR(connection.run(kAdd, {{"id", 1}, {"name", "n"}, {"weight", 1.0}}));
    return base::fail(Code::Denied, "on second thoughts");
  });
  EXPECT_EQ(failed.error().code, Code::Denied);
  EXPECT_EQ(count(), 0);
  const auto broken = database_->transact([&](Connection& connection) -> Result<int> {
    RETURN_IF_ERROR(connection.run(kAdd, {{"id", 1}, {"name", "n"}, {"weight", 1.0}}));
    RETURN_IF_ERROR(connection.run(kAdd, {{"id", 1}, {"name", "n"}, {"weight", 1.0}}));
    return 1;
  });
  EXPECT_EQ(broken.error().code, Code::Conflict);
  EXPECT_EQ(count(), 0);
  const auto done = database_->transact([&](Connection& connection) -> Result<int> {
    RETURN_IF_ERROR(connection.run(kAdd, {{"id", 1}, {"name", "n"}, {"weight", 1.0}}));
    return 7;
  });
  EXPECT_EQ(done, 7);
  EXPECT_EQ(count(), 1);
}

TEST_P(Engines, TransactionsOfThreadsDoNotLoseEachOther) {
  ASSERT_TRUE(database_->run(kAdd, {{"id", 1}, {"name", "0"}, {"weight", nullptr}}));
  constexpr int kThreads = 6, kEach = 20;
  std::atomic<int> done = 0;
  {
    std::latch start{kThreads};
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        for (int i = 0; i < kEach; ++i) {
          const auto counted = database_->transact([&](Connection& connection) -> Result<void> {
            ASSIGN_OR_RETURN(const auto row, connection.one(kFind, {{"id", 1}}));
            const auto next = std::to_string(std::stoi(row.text("name")) + 1);
            RETURN_IF_ERROR(connection.run(kRename, {{"id", 1}, {"name", next}}));
            return {};
          });
          done += counted.has_value();
        }
      });
    }
  }
  // A transaction that was refused too often is no lost one: it said so.
  EXPECT_GE(done, kThreads * kEach / 2);
  if (GetParam() == Engine::Sqlite) EXPECT_EQ(done, kThreads * kEach);
  EXPECT_EQ(database_->one(kFind, {{"id", 1}})->text("name"), std::to_string(done));
}

TEST_P(Engines, StreamsManyRows) {
  constexpr int kRows = 50'000;
  ASSERT_TRUE(database_->transact([&](Connection& connection) -> Result<void> {
    for (int id = 0; id < kRows; ++id) {
      RETURN_IF_ERROR(connection.run(kAdd, {{"id", id}, {"name", "name"}, {"weight", 0.5}}));
    }
    return {};
  }));
  std::int64_t sum = 0;
  ASSERT_TRUE(database_->each(kAll, {}, [&](const Row& row) -> Result<void> {
    sum += row.integer("id");
    return {};
  }));
  EXPECT_EQ(sum, std::int64_t{kRows} * (kRows - 1) / 2);
}

constexpr Migration kFirst{"2026-11-22-1-create_pets",
                           "create table pet (id bigint);\ncreate table toy (id bigint);\n",
                           "create table pet (id bigint);\ncreate table toy (id bigint);\n", "h1"};
constexpr Migration kSecond{"2026-11-22-2-name_pets", "alter table pet add column name text;",
                            "alter table pet add column name text;", "h2"};
constexpr Migration kBroken{"2026-11-23-1-break", "create table half (id bigint);\ncreate nonsense;",
                            "create table half (id bigint);\ncreate nonsense;", "h3"};

TEST_P(Engines, MigratesForward) {
  const base::ManualClock clock{base::instant_from_ms(1000)};
  constexpr std::array kOne{kFirst};
  constexpr std::array kTwo{kFirst, kSecond};
  ASSERT_TRUE(migrate(*database_, {"pets", kOne, {}}, clock));
  ASSERT_TRUE(migrate(*database_, {"pets", kTwo, {}}, clock));
  ASSERT_TRUE(migrate(*database_, {"pets", kTwo, {}}, clock)) << "what was done is not done again";
  EXPECT_TRUE(database_->run(both("add_pet", "insert into pet (id, name) values (1, 'Rex')")));
  const auto done = database_->all(queries::migrations_done, {{"module", "pets"}}).value();
  ASSERT_EQ(done.size(), 2);
  EXPECT_EQ(done[1].text("hash"), "h2");

  const auto older = migrate(*database_, {"pets", kOne, {}}, clock);
  EXPECT_EQ(older.error().code, Code::Conflict);
  constexpr std::array kChanged{Migration{kFirst.name, kFirst.sqlite, kFirst.postgresql, "other"}, kSecond};
  const auto changed = migrate(*database_, {"pets", kChanged, {}}, clock);
  EXPECT_EQ(
      changed.error().message,
      "migration pets/2026-11-22-1-create_pets was changed after it was done; write another one instead");
}

TEST_P(Engines, AMigrationIsWholeOrNothing) {
  const base::ManualClock clock{base::instant_from_ms(1000)};
  constexpr std::array kAllSteps{kFirst, kBroken};
  EXPECT_FALSE(migrate(*database_, {"pets", kAllSteps, {}}, clock));
  EXPECT_TRUE(database_->run(both("pets", "delete from pet"))) << "the step before is done";
  EXPECT_FALSE(database_->run(both("half", "delete from half")));
  EXPECT_EQ(database_->all(queries::migrations_done, {{"module", "pets"}})->size(), 1);
}

TEST_P(Engines, OwnStatementsPrepare) {
  const base::ManualClock clock{base::instant_from_ms(1000)};
  ASSERT_TRUE(migrate(*database_, queries::kModule, clock));
  const auto prepared = prepare_all(*database_, queries::kModule);
  EXPECT_TRUE(prepared) << prepared.error().message;
  constexpr std::array kWrong{kAll, both("wrong/one", "selec"), both("wrong/two", "select x from thing")};
  const auto wrong = prepare_all(*database_, {"wrong", {}, kWrong});
  ASSERT_FALSE(wrong);
  EXPECT_TRUE(wrong.error().message.contains("wrong/one")) << wrong.error().message;
  EXPECT_TRUE(wrong.error().message.contains("wrong/two")) << wrong.error().message;
}

class Sqlite : public Engines {};
INSTANTIATE_TEST_SUITE_P(Files, Sqlite, ::testing::Values(Engine::Sqlite));

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

TEST_P(Sqlite, IsItsOwnersAloneAndKeepsNothingDeleted) {
  ASSERT_TRUE(database_->run(kAdd, {{"id", 1}, {"name", "canary-7f3a"}, {"weight", 1.0}}));
  const auto all_bytes = [&] {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator{folder_}) {
      struct stat status{};
      EXPECT_EQ(stat(entry.path().c_str(), &status), 0);
      EXPECT_EQ(status.st_mode & 0777, 0600U) << entry.path();
      all += bytes_of(entry.path());
    }
    return all;
  };
  EXPECT_TRUE(all_bytes().contains("canary-7f3a"));
  ASSERT_TRUE(database_->run(both("delete", "delete from thing")));
  ASSERT_TRUE(database_->scrub());
  EXPECT_FALSE(all_bytes().contains("canary-7f3a"));
  EXPECT_EQ(std::filesystem::file_size(folder_ / "test.db-wal"), 0);
}

TEST_P(Sqlite, IsCompactedToWhatIsThere) {
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(
        database_->run(kAdd, {{"id", i}, {"name", "canary-" + std::string(500, 'x')}, {"weight", 1.0}}));
  }
  ASSERT_TRUE(database_->scrub());
  const auto before = std::filesystem::file_size(folder_ / "test.db");
  ASSERT_TRUE(database_->run(both("delete", "delete from thing where id > 0")));
  ASSERT_TRUE(database_->compact());
  EXPECT_LT(std::filesystem::file_size(folder_ / "test.db"), before / 4);
  EXPECT_EQ(std::filesystem::file_size(folder_ / "test.db-wal"), 0);
  EXPECT_EQ(database_->all(both("rest", "select id from thing"))->size(), 1U);
}

TEST_P(Sqlite, IsSetUpForSafety) {
  const auto pragma = [&](std::string_view text, std::string_view column) {
    return database_->one({"pragma", text, text})->integer(column);
  };
  EXPECT_EQ(database_->one(both("mode", "pragma journal_mode"))->text("journal_mode"), "wal");
  EXPECT_EQ(pragma("pragma synchronous", "synchronous"), 2);
  EXPECT_EQ(pragma("pragma foreign_keys", "foreign_keys"), 1);
  EXPECT_EQ(pragma("pragma secure_delete", "secure_delete"), 1);
  EXPECT_EQ(pragma("pragma temp_store", "temp_store"), 2);
  EXPECT_EQ(pragma("pragma busy_timeout", "timeout"), kBusyTimeoutMs);
}

TEST_P(Sqlite, RefusesWhatIsNoDatabase) {
  std::ofstream{folder_ / "other.db"} << "this is not a database, and long enough to be looked at as one";
  EXPECT_EQ(Database::open_sqlite(folder_ / "other.db").error().code, Code::Corrupt);
  EXPECT_FALSE(Database::open_sqlite(folder_ / "missing" / "other.db"));
  EXPECT_EQ(Database::open_sqlite(folder_ / "with\"quote.db").error().code, Code::Invalid);
}

TEST(Postgresql, ThatIsAwayIsUnavailable) {
  EXPECT_EQ(Database::open_postgresql("host=/nowhere dbname=x").error().code, Code::Unavailable);
}

TEST(Statement, FindsParameters) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(parameter_names("select :a, :b_2 where x = :a"), (Names{"a", "b_2"}));
  EXPECT_EQ(parameter_names("select ':no', \":no\", cast(:a as bigint), b::bigint, :c::text"),
            (Names{"a", "c"}));
  EXPECT_EQ(parameter_names(":"), Names{});
  EXPECT_EQ(parameter_names("x = :end"), Names{"end"});
}

}  // namespace
}  // namespace sql
