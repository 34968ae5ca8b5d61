#include "backup/restore.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "backup/archive.h"
#include "backup/contents.h"
#include "backup/evidence.h"

namespace backup {
namespace {

using base::as_bytes;
using base::Code;

namespace fs = std::filesystem;

constexpr sql::Query both(std::string_view name, std::string_view text) { return {name, text, text}; }
constexpr auto kCreate = both("create", "create table thing (id bigint primary key)");
constexpr auto kAdd = both("add", "insert into thing (id) values (:id)");
constexpr auto kCount = both("count", "select count(*) as count from thing");

/// A data folder of a program that does not run, and its backup.
class RestoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("hartslag-restore-" + std::to_string(getpid()));
    fs::remove_all(folder_);
    fs::create_directories(data() / "pulse");
    fs::create_directories(data() / "blobs/7");
    fs::create_directories(data() / "journal/tile");
    std::ofstream(data() / "pulse/log-1") << "beats";
    std::ofstream(data() / "pulse/checkpoint.new") << "unfinished";
    std::ofstream(data() / "blobs/7/video.mp4") << "pictures";
    std::ofstream(data() / "journal/checkpoint") << "made of control.db";
    std::ofstream(data() / "lock") << "";
    open();
    ASSERT_TRUE(control_->run(kCreate));
    ASSERT_TRUE(vault_->run(kCreate));
    add(3);
  }
  void TearDown() override {
    close();
    fs::remove_all(folder_);
  }
  fs::path data() const { return folder_ / "data"; }
  fs::path target() const { return folder_ / "restored"; }
  crypto::SecretKey master(std::uint8_t fill = 7) {
    return crypto::SecretKey::from_bytes(base::Bytes(crypto::kKeySize, fill)).value();
  }
  void open() {
    control_ = sql::Database::open_sqlite(data() / "control.db").value();
    vault_ = sql::Database::open_sqlite(data() / "vault.db").value();
    key_database_ = sql::Database::open_sqlite(data() / "keys.db").value();
    keys_ = vault::KeyStore::open(*key_database_, master(), clock_, random_).value();
  }
  void close() {
    keys_.reset();
    key_database_.reset();
    vault_.reset();
    control_.reset();
  }
  void add(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(control_->run(kAdd, {{"id", next_}}));
      ASSERT_TRUE(vault_->run(kAdd, {{"id", next_}}));
      ++next_;
    }
  }
  base::Result<void> back_up() {
    ASSIGN_OR_RETURN(const auto key, backup_key(*keys_));
    ASSIGN_OR_RETURN(auto items, collect({.data = data(),
                                          .control = *control_,
                                          .vault = *vault_,
                                          .keys = *keys_,
                                          .engine = nullptr,
                                          .files = files_,
                                          .clock = clock_}));
    ArchiveWriter writer(std::move(items), key, files_, random_);
    std::string all;
    for (std::string piece;; piece.clear()) {
      RETURN_IF_ERROR(writer.next(piece));
      if (piece.empty()) break;
      all += piece;
    }
    return base::replace_file(files_, archive(), as_bytes(all));
  }
  fs::path archive() const { return folder_ / "archive"; }
  base::Result<Restored> restore_it(const fs::path& keys, std::uint8_t fill = 7) {
    return restore({.archive = archive(), .folder = target(), .keys = keys, .master = master(fill)}, files_,
                   clock_, random_);
  }
  void expect_nothing_left() {
    EXPECT_FALSE(fs::exists(target()));
    EXPECT_FALSE(fs::exists(target().string() + ".restoring"));
  }
  static std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static std::int64_t count_in(const fs::path& file) {
    return sql::Database::open_sqlite(file).value()->one(kCount)->integer("count");
  }

  fs::path folder_;
  base::OsFiles files_;
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::SeededRandom random_{5};
  std::unique_ptr<sql::Database> control_, vault_, key_database_;
  std::unique_ptr<vault::KeyStore> keys_;
  std::int64_t next_ = 1;
};

TEST_F(RestoreTest, GivesBackTheFolderWithTodaysKeys) {
  ASSERT_TRUE(back_up());
  EXPECT_FALSE(fs::exists(data() / kWorkFolder));
  add(2);
  const auto restored = restore_it(data() / "keys.db");
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(count_in(target() / "control.db"), 3);
  EXPECT_EQ(count_in(target() / "vault.db"), 3);
  EXPECT_EQ(text_of(target() / "pulse/log-1"), "beats");
  EXPECT_EQ(text_of(target() / "blobs/7/video.mp4"), "pictures");
  EXPECT_TRUE(fs::exists(target() / "keys.db"));
  for (const auto* name : {"journal", "lock", "pulse/checkpoint.new", "manifest.json"})
    EXPECT_FALSE(fs::exists(target() / name)) << name;
  EXPECT_EQ(fs::status(target()).permissions(), fs::perms::owner_all);
  EXPECT_EQ(restored->manifest.made_at, clock_.now());
  EXPECT_EQ(restored->manifest.rows.at("control.db").at("thing"), 3);
  EXPECT_EQ(restored->files, 4U);
  EXPECT_FALSE(fs::exists(target().string() + ".restoring"));
}

TEST_F(RestoreTest, GoesIntoAnEmptyFolderAndNoOther) {
  ASSERT_TRUE(back_up());
  fs::create_directories(target());
  EXPECT_TRUE(restore_it(data() / "keys.db"));
  const auto again = restore_it(data() / "keys.db");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::Conflict);
  EXPECT_EQ(text_of(target() / "pulse/log-1"), "beats");
}

TEST_F(RestoreTest, KeysOlderThanTheBackupAreRefused) {
  ASSERT_TRUE(backup_key(*keys_));
  ASSERT_TRUE(sql::copy_database(data() / "keys.db", folder_ / "old.db"));
  const auto name = vault::KeyName::person({3}, base::PersonId::draw(random_));
  ASSERT_TRUE(keys_->find_or_create(name));
  ASSERT_TRUE(sql::copy_database(data() / "keys.db", folder_ / "before.db"));
  ASSERT_TRUE(keys_->destroy(name));
  ASSERT_TRUE(back_up());
  for (const auto* old : {"old.db", "before.db"}) {
    const auto restored = restore_it(folder_ / old);
    ASSERT_FALSE(restored) << old;
    EXPECT_EQ(restored.error().code, Code::Denied);
    expect_nothing_left();
  }
  ASSERT_TRUE(keys_->destroy(vault::KeyName::service("later")));
  const auto restored = restore_it(data() / "keys.db");
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(restored->keys.destroyed - restored->manifest.keys.destroyed, 1);
}

TEST_F(RestoreTest, OtherKeysOrAnotherMasterAreRefused) {
  ASSERT_TRUE(back_up());
  EXPECT_EQ(restore_it(data() / "keys.db", 8).error().code, Code::Denied);
  expect_nothing_left();
  EXPECT_EQ(restore_it(folder_ / "missing.db").error().code, Code::NotFound);
  expect_nothing_left();
  {
    const auto database = sql::Database::open_sqlite(folder_ / "other.db").value();
    const auto other = vault::KeyStore::open(*database, master(), clock_, random_).value();
    EXPECT_EQ(restore_it(folder_ / "other.db").error().code, Code::Denied);
    ASSERT_TRUE(backup_key(*other));
  }
  EXPECT_EQ(restore_it(folder_ / "other.db").error().code, Code::Denied);
  expect_nothing_left();
}

TEST_F(RestoreTest, ADamagedArchiveLeavesNothing) {
  ASSERT_TRUE(back_up());
  const auto whole = text_of(archive());
  for (std::size_t part = 0; part < 16; ++part) {
    auto changed = whole;
    changed[part * whole.size() / 16] = static_cast<char>(changed[part * whole.size() / 16] ^ 1);
    ASSERT_TRUE(base::replace_file(files_, archive(), as_bytes(changed)));
    EXPECT_FALSE(restore_it(data() / "keys.db")) << part;
    expect_nothing_left();
    ASSERT_TRUE(base::replace_file(files_, archive(),
                                   as_bytes(std::string_view(whole).substr(0, part * whole.size() / 16))));
    EXPECT_FALSE(restore_it(data() / "keys.db")) << part;
    expect_nothing_left();
  }
}

TEST_F(RestoreTest, AnInterruptedOneIsBegunAnew) {
  ASSERT_TRUE(back_up());
  fs::create_directories(target().string() + ".restoring/pulse");
  std::ofstream(target().string() + ".restoring/pulse/log-1") << "half";
  ASSERT_TRUE(restore_it(data() / "keys.db"));
  EXPECT_EQ(text_of(target() / "pulse/log-1"), "beats");
}

TEST_F(RestoreTest, ADatabaseThatNobodyKnowsIsNotLeftOut) {
  std::ofstream(data() / "new.db") << "rows";
  const auto made = back_up();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::Internal);
}

TEST_F(RestoreTest, EvidenceIsTheLatestOfEach) {
  const auto book = EvidenceBook::open(*control_, clock_).value();
  EXPECT_FALSE(book->find(kBackupMade)->has_value());
  ASSERT_TRUE(book->note(kBackupMade, "{}"));
  clock_.advance(base::Millis{1000});
  ASSERT_TRUE(book->note(kBackupMade, R"({"bytes":1})"));
  const auto found = book->find(kBackupMade).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at, clock_.now());
  EXPECT_EQ(found->detail, R"({"bytes":1})");
  EXPECT_FALSE(book->find(kRestoreDrill)->has_value());
}

TEST(ManifestTest, IsReadAsWritten) {
  Manifest manifest;
  manifest.made_at = base::instant_from_ms(1'795'356'000'123);
  manifest.keys = {.made = 5, .destroyed = 2, .changed_at = base::instant_from_ms(1'795'356'000'001)};
  manifest.rows["vault.db"]["person"] = 7;
  const auto read = parse_manifest(to_json(manifest));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->made_at, manifest.made_at);
  EXPECT_EQ(read->keys.made, 5);
  EXPECT_EQ(read->keys.destroyed, 2);
  EXPECT_EQ(read->rows, manifest.rows);
  EXPECT_EQ(parse_manifest("{}").error().code, Code::Corrupt);
  EXPECT_EQ(parse_manifest("[").error().code, Code::Corrupt);
  EXPECT_EQ(parse_manifest(R"({"format":2})").error().code, Code::Invalid);
}

}  // namespace
}  // namespace backup
