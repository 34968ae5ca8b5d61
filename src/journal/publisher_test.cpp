#include "journal/publisher.h"

#include <gmock/gmock.h>

#include "journal/limits.h"
#include "journal/testing/published.h"

namespace journal {
namespace {

using base::Code;

class PublisherTest : public testing::Published {
 protected:
  void change_table(const std::string& statement) {
    for (const std::string& text : {std::string{"drop trigger if exists act_stays"},
                                    std::string{"drop trigger if exists act_remains"}, statement}) {
      const auto done = control_->run({"change", text, text});
      ASSERT_TRUE(done) << done.error().message;
    }
  }
  std::string refusal() {
    const auto opened = open_publisher();
    return opened ? "" : opened.error().message;
  }
};

TEST_F(PublisherTest, EverySizeVerifiesAndContinuesAllBefore) {
  ASSERT_TRUE(open_publisher());
  std::vector<std::string> notes{publisher_->checkpoint_note()};
  EXPECT_EQ(complaint(), "") << "an empty journal is one";
  std::uint64_t size = 0;
  for (const int count : {1, 1, 1, 5, 247, 1, 1, 254, 1, 100}) {
    add(count);
    size += static_cast<std::uint64_t>(count);
    notes.push_back(publish());
    const auto verified = verify({.since = notes.front(), .entry = static_cast<ActNumber>(size)});
    ASSERT_TRUE(verified) << size << ": " << verified.error().message;
    EXPECT_EQ(verified->checkpoint.size, size);
    EXPECT_EQ(verified->entry->number, static_cast<ActNumber>(size));
  }
  for (const auto& note : notes) EXPECT_EQ(complaint({.since = note}), "");
  for (const ActNumber entry : {1, 255, 256, 257, 511, 512, 612})
    EXPECT_EQ(complaint({.entry = entry}), "") << entry;
  EXPECT_EQ(verify({.entry = 613}).error().code, Code::Invalid);
  EXPECT_EQ(verify({.entry = 0}).error().code, Code::Invalid);
  // Exactly the files of this size, and the checkpoint.
  auto files = read_files();
  EXPECT_EQ(files.erase("checkpoint"), 1);
  ASSERT_TRUE(each_tile(612, [&](const TileName& name) -> base::Result<void> {
    EXPECT_EQ(files.erase(to_path(name)), 1) << to_path(name);
    return {};
  }));
  EXPECT_TRUE(files.empty()) << files.begin()->first;
}

TEST_F(PublisherTest, SignsAnewOnlyWhenSomethingWasRecorded) {
  ASSERT_TRUE(open_publisher());
  add(1);
  const auto note = publish();
  const auto files = read_files();
  EXPECT_EQ(publish(), note);
  EXPECT_EQ(read_files(), files);
}

TEST_F(PublisherTest, IsDueAfterAMinuteOrAThousandEntries) {
  ASSERT_TRUE(open_publisher());
  add(1);
  clock_.advance(kCheckpointEvery - base::Millis{1});
  ASSERT_TRUE(publisher_->publish_when_due());
  EXPECT_EQ(publisher_->checkpoint().size, 0);
  clock_.advance(base::Millis{1});
  ASSERT_TRUE(publisher_->publish_when_due());
  EXPECT_EQ(publisher_->checkpoint().size, 1);
  add(static_cast<int>(kCheckpointEntries) - 1);
  ASSERT_TRUE(publisher_->publish_when_due());
  EXPECT_EQ(publisher_->checkpoint().size, 1);
  add(1);
  ASSERT_TRUE(publisher_->publish_when_due());
  EXPECT_EQ(publisher_->checkpoint().size, 1 + kCheckpointEntries);
  EXPECT_EQ(complaint(), "");
}

TEST_F(PublisherTest, VerifiesAfterDetailsAreDestroyed) {
  ASSERT_TRUE(open_publisher());
  add(10);
  const auto before = publish();
  ASSERT_TRUE(journal_->destroy_details({3, 4}));
  clock_.advance(base::Millis{std::chrono::days{40}});
  ASSERT_TRUE(journal_->destroy_details_before(clock_.now()));
  EXPECT_TRUE(journal_->list({})->front().detail_destroyed);
  ASSERT_TRUE(open_publisher()) << "the table is still what was signed";
  add(1);
  publish();
  EXPECT_EQ(complaint({.since = before, .entry = 3}), "");
}

TEST_F(PublisherTest, GivesPartsOfWhatHasGrown) {
  ASSERT_TRUE(open_publisher());
  std::map<TileName, base::Bytes> seen;
  for (const int count : {3, 100, 200}) {
    add(count);
    publish();
    const auto size = publisher_->checkpoint().size;
    ASSERT_TRUE(each_tile(size, [&](const TileName& name) -> base::Result<void> {
      ASSIGN_OR_RETURN(seen[name], publisher_->read(name));
      return {};
    }));
    // What was there for an earlier checkpoint is there still, byte for byte.
    for (const auto& [name, bytes] : seen) EXPECT_EQ(publisher_->read(name), bytes) << to_path(name);
  }
  EXPECT_EQ(publisher_->read({0, 1, 48}).error().code, Code::NotFound) << "47 are there";
  EXPECT_TRUE(publisher_->read({0, 1, 47}));
  EXPECT_EQ(publisher_->read({0, 2, 1}).error().code, Code::NotFound);
  EXPECT_EQ(publisher_->read({1, 0, 2}).error().code, Code::NotFound);
  EXPECT_EQ(publisher_->read({2, 0, 1}).error().code, Code::NotFound);
}

TEST_F(PublisherTest, ALogKeepsItsName) {
  ASSERT_TRUE(open_publisher());
  publisher_.reset();
  const auto open_as = [&](const std::string& origin) {
    return Publisher::open({.journal = *journal_,
                            .control = *control_,
                            .files = files_,
                            .clock = clock_,
                            .folder = folder(),
                            .origin = origin,
                            .keys = signing_keys()});
  };
  EXPECT_EQ(open_as("another.example/journal").value()->verifier_key().name, "lichtbeeld.example/journal");
  change_table("delete from act_log");
  EXPECT_EQ(open_as("two words").error().code, Code::Invalid);
  EXPECT_EQ(open_as("another.example/journal").error().code, Code::Corrupt) << "the file is of another log";
}

TEST_F(PublisherTest, SignsNothingAfterTheTableWasChanged) {
  ASSERT_TRUE(open_publisher());
  add(300);
  publish();
  close();
  std::filesystem::copy_file(root_ / "control.db", root_ / "good.db");
  const auto files = read_files();
  struct Change {
    const char* statement;
    const char* says;
  };
  for (const auto& [statement, says] : {
           Change{"update act set kind = 'c.d' where number = 7", "the first that differs is entry 7"},
           Change{"update act set at_ms = at_ms + 1 where number = 1", "the first that differs is entry 1"},
           Change{"update act set subject = '00000000000000000000000000' where number = 300", "entry 300"},
           Change{
               "update act set commitment = (select commitment from act where number = 2) where number = 257",
               "entry 257"},
           Change{"update act set commitment = 'x' where number = 9",
                  "entry 9 of the journal cannot be read"},
           Change{"delete from act_detail; delete from act where number = 300", ""},
           Change{"update act_log set checkpoint = replace(checkpoint, '300', '299')", "was changed"},
           Change{"update act_log set checkpoint = 'x'", "was changed"},
       }) {
    close();
    std::filesystem::remove(root_ / "control.db-wal");
    std::filesystem::copy_file(root_ / "good.db", root_ / "control.db",
                               std::filesystem::copy_options::overwrite_existing);
    open_table();
    if (*says == '\0') {
      change_table("delete from act_detail");
      change_table("delete from act where number = 300");
      EXPECT_THAT(refusal(), ::testing::HasSubstr("300 entries were signed and there are 299; entry 300"));
      change_table("delete from act where number = 12");
      EXPECT_THAT(refusal(), ::testing::HasSubstr("entry 12 of the journal is missing"));
      change_table("delete from act where number > 11");
      EXPECT_THAT(refusal(), ::testing::HasSubstr("there are 11; entry 12 is missing"));
      change_table("delete from act");
      EXPECT_THAT(refusal(), ::testing::HasSubstr("entry 1 is missing"));
      // The whole table anew, and the file alone remembers.
      change_table("delete from act_log");
      EXPECT_THAT(refusal(), ::testing::HasSubstr("entry 1 is missing"));
      continue;
    }
    change_table(statement);
    EXPECT_THAT(refusal(), ::testing::HasSubstr(says)) << statement;
    EXPECT_EQ(read_files(), files) << "nothing was written";
  }
}

TEST_F(PublisherTest, SignsNothingAfterTheTableWasRolledBack) {
  ASSERT_TRUE(open_publisher());
  add(3);
  publish();
  close();
  std::filesystem::copy_file(root_ / "control.db", root_ / "old.db");
  open_table();
  ASSERT_TRUE(open_publisher());
  add(2);
  publish();
  close();
  std::filesystem::copy_file(root_ / "old.db", root_ / "control.db",
                             std::filesystem::copy_options::overwrite_existing);
  open_table();
  EXPECT_THAT(refusal(), ::testing::HasSubstr("5 entries were signed and there are 3; entry 4 is missing"));
  add(2);
  EXPECT_THAT(refusal(), ::testing::HasSubstr("entry 4")) << "another past of the same length";
}

TEST_F(PublisherTest, FilesAreMadeAnewFromTheTable) {
  ASSERT_TRUE(open_publisher());
  add(260);
  const auto old_note = publish();
  add(1);
  publish();
  const auto good = read_files();
  for (const auto& [path, bytes] : good) {
    for (const auto& damaged : {std::string{}, bytes.substr(0, bytes.size() - 1), bytes + "x"}) {
      write_file(path, damaged);
      ASSERT_TRUE(open_publisher()) << path;
      ASSERT_EQ(read_files(), good) << path;
    }
    std::filesystem::remove(folder() / path);
    ASSERT_TRUE(open_publisher()) << path;
    ASSERT_EQ(read_files(), good) << path;
  }
  write_file("checkpoint", old_note);
  ASSERT_TRUE(open_publisher());
  EXPECT_EQ(read_files(), good);
  std::filesystem::remove_all(folder());
  ASSERT_TRUE(open_publisher());
  EXPECT_EQ(read_files(), good);
}

TEST_F(PublisherTest, AStopAtAnyPointIsMadeGood) {
  // Across the end of a tile, so that full and partial files, new folders and removals are all met.
  ASSERT_TRUE(open_publisher());
  add(250);
  const auto before = publish();
  add(8);
  close();
  std::filesystem::copy(root_, root_.string() + "-good", std::filesystem::copy_options::recursive);
  int points = 0;
  for (bool stopped = true; stopped; ++points) {
    close();
    std::filesystem::remove_all(root_);
    std::filesystem::copy(root_.string() + "-good", root_, std::filesystem::copy_options::recursive);
    open_table();
    files_.stop_after(points);
    const auto opened = open_publisher();
    stopped = files_.has_stopped() && !opened;
    files_.go_on();
    // Never less than what was signed: the older checkpoint's entries are all there.
    const auto files = read_files();
    ASSERT_TRUE(files.contains("checkpoint"));
    ASSERT_TRUE(files.contains("tile/entries/000.p/250") || files.contains("tile/entries/000"))
        << "after " << points << " changes";
    // What starts next makes it good.
    ASSERT_TRUE(open_publisher()) << "after " << points << " changes";
    ASSERT_EQ(complaint({.since = before, .entry = 258}), "") << "after " << points << " changes";
    ASSERT_EQ(publisher_->checkpoint().size, 258);
    auto names = read_files();
    std::erase_if(names, [](const auto& file) { return file.first.ends_with(".new"); });
    ASSERT_EQ(names.size(), 6) << "after " << points << " changes";
  }
  EXPECT_GT(points, 30);
  std::filesystem::remove_all(root_.string() + "-good");
}

TEST_F(PublisherTest, APublishingThatFailedIsDoneByTheNext) {
  ASSERT_TRUE(open_publisher());
  add(250);
  publish();
  add(8);
  for (int points = 0;; ++points) {
    files_.stop_after(points);
    const auto published = publisher_->publish();
    const bool stopped = files_.has_stopped() && !published;
    files_.go_on();
    if (!stopped) break;
  }
  publish();
  EXPECT_EQ(complaint(), "");
  EXPECT_EQ(publisher_->checkpoint().size, 258);
}

}  // namespace
}  // namespace journal
