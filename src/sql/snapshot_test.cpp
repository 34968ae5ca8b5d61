#include "sql/snapshot.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "sql/testing/postgres.h"

namespace sql {
namespace {

using base::Code;
using std::chrono::milliseconds;

constexpr Query both(std::string_view name, std::string_view text) { return {name, text, text}; }

constexpr auto kCreate = both("create", "create table thing (id bigint primary key, name text)");
constexpr auto kAdd = both("add", "insert into thing (id, name) values (:id, :name)");
constexpr auto kCount = both("count", "select count(*) as count from thing");

class SnapshotTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("hartslag snapshot " + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    database_ = Database::open_sqlite(folder_ / "one.db").value();
    ASSERT_TRUE(database_->run(kCreate));
    add(1000);
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  void add(int count) {
    ASSERT_TRUE(database_->transact([&](Connection& connection) -> base::Result<void> {
      for (int i = 0; i < count; ++i)
        RETURN_IF_ERROR(connection.run(kAdd, {{"id", next_++}, {"name", std::string(200, 'x')}}));
      return {};
    }));
  }
  static std::int64_t count_in(const base::Path& file) {
    return Database::open_sqlite(file).value()->one(kCount)->integer("count");
  }

  std::filesystem::path folder_;
  std::unique_ptr<Database> database_;
  std::int64_t next_ = 1;
};

TEST_F(SnapshotTest, IsOfItsMomentWhateverIsWrittenLater) {
  auto snapshot = database_->take_snapshot();
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  add(3000);
  const auto copied = (*snapshot)->copy_to(folder_ / "copy.db");
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ((*snapshot)->count_rows(), (RowCounts{{"thing", 1000}}));
  EXPECT_TRUE((*snapshot)->check());
  EXPECT_EQ(count_in(folder_ / "copy.db"), 1000);
  EXPECT_EQ(database_->one(kCount)->integer("count"), 4000);
}

TEST_F(SnapshotTest, ACopyIsOneFileOfItsOwners) {
  ASSERT_TRUE((*database_->take_snapshot())->copy_to(folder_ / "copy.db"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "copy.db-wal"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "copy.db-journal"));
  struct stat about{};
  ASSERT_EQ(0, ::stat((folder_ / "copy.db").c_str(), &about));
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  const auto again = (*database_->take_snapshot())->copy_to(folder_ / "copy.db");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::Conflict);
  EXPECT_EQ(count_in(folder_ / "copy.db"), 1000) << "and left as it was";
}

TEST_F(SnapshotTest, NobodyWritesDuringAPause) {
  auto pause = database_->pause_writes(milliseconds{100});
  ASSERT_TRUE(pause) << pause.error().message;
  auto snapshot = database_->take_snapshot();
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(database_->one(kCount)->integer("count"), 1000) << "readers go on";
  const auto second = database_->pause_writes(milliseconds{10});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::Unavailable);
  std::thread writer([&] { add(1); });
  pause->reset();
  writer.join();
  EXPECT_EQ((*snapshot)->count_rows(), (RowCounts{{"thing", 1000}}));
}

TEST_F(SnapshotTest, OfAnOpenFileOfAnotherProcess) {
  ASSERT_TRUE(copy_database(folder_ / "one.db", folder_ / "copy.db"));
  EXPECT_EQ(count_in(folder_ / "copy.db"), 1000);
  EXPECT_EQ(copy_database(folder_ / "missing.db", folder_ / "x.db").error().code, Code::NotFound);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "x.db"));
  std::ofstream{folder_ / "other.db"} << "this is not a database, and long enough to be looked at as one";
  EXPECT_EQ(copy_database(folder_ / "other.db", folder_ / "x.db").error().code, Code::Corrupt);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "x.db"));
}

TEST_F(SnapshotTest, DamageIsFound) {
  ASSERT_TRUE((*database_->take_snapshot())->copy_to(folder_ / "copy.db"));
  {
    std::fstream file(folder_ / "copy.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5 * 4096);
    file << std::string(2000, '\xAA');
  }
  const auto copy = Database::open_sqlite(folder_ / "copy.db").value();
  const auto checked = (*copy->take_snapshot())->check();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Code::Corrupt);
}

TEST(SnapshotOfPostgresql, IsItsOwnToolsWork) {
  const auto database = testing::fresh_postgresql();
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_EQ((*database)->take_snapshot().error().code, Code::Invalid);
  EXPECT_EQ((*database)->pause_writes(milliseconds{1}).error().code, Code::Invalid);
}

}  // namespace
}  // namespace sql
