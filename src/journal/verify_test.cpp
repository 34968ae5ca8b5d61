// A published journal that is changed in any way does not verify: each way is tried on a small one.
#include "journal/verify.h"

#include <algorithm>
#include <functional>

#include "journal/leaf.h"
#include "journal/testing/published.h"
#include "journal/tile.h"

namespace journal {
namespace {

/// A journal as somebody makes it who has everything but, perhaps, the key.
testing::FileMap forge(const std::vector<base::Bytes>& entries, const crypto::SigningKey& key,
                       const std::string& origin = "lichtbeeld.example/journal") {
  testing::FileMap files;
  Edge edge;
  base::Bytes bundle;
  const auto keep = [&](const TileName& name, const std::vector<Digest>& hashes) -> base::Result<void> {
    auto& tile = files[to_path(name)];
    for (const auto& hash : hashes) tile += base::as_text(hash);
    if (name.level == 0U) files[to_path({{}, name.index, name.width})] = base::as_text(bundle);
    return {};
  };
  for (const auto& entry : entries) {
    append_entry(bundle, entry);
    EXPECT_TRUE(edge.add(hash_leaf(entry), keep));
    if (edge.size() % kTileWidth == 0) bundle.clear();
  }
  edge.each_partial([&](const TileName& name, const auto& hashes) { EXPECT_TRUE(keep(name, hashes)); });
  files["checkpoint"] = sign({origin, edge.size(), edge.root()}, key);
  return files;
}

class VerifyTest : public testing::Published {
 protected:
  void SetUp() override {
    Published::SetUp();
    ASSERT_TRUE(open_publisher());
    add(2);
    old_note_ = publish();
    old_files_ = read_files();
    add(3);
    note_ = publish();
    files_now_ = read_files();
    ASSERT_EQ(files_now_.size(), 3);
    for (const auto& leaf : journal_->leaves(0).value()) entries_.push_back(encode(leaf));
    ASSERT_EQ(complaint({.since = old_note_, .entry = 5}), "");
  }

  /// What verifying says to these files, the older checkpoint being kept or not.
  std::string say(const testing::FileMap& files, const VerifyOptions& options = {}) {
    write_files(files);
    return complaint(options);
  }
  std::vector<base::Bytes> without(std::size_t index) const {
    auto entries = entries_;
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(index));
    return entries;
  }

  std::string old_note_, note_;
  testing::FileMap old_files_, files_now_;
  std::vector<base::Bytes> entries_;
};

TEST_F(VerifyTest, AForgersToolsMakeTheSameFiles) {
  // Else the forgeries below would be refused for their form.
  EXPECT_EQ(forge(entries_, key()), files_now_);
  EXPECT_EQ(say(forge(entries_, key())), "");
}

TEST_F(VerifyTest, EveryBitOfEveryFileCounts) {
  std::size_t bits = 0;
  for (const auto& [path, bytes] : files_now_) {
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit, ++bits) {
      write_byte(path, bit / 8, static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8)));
      ASSERT_NE(complaint(), "") << path << " bit " << bit;
      write_byte(path, bit / 8, bytes[bit / 8]);
    }
  }
  EXPECT_GT(bits, 5'000);
  EXPECT_EQ(complaint(), "");
}

TEST_F(VerifyTest, EveryLengthOfEveryFileCounts) {
  for (const auto& [path, bytes] : files_now_) {
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      write_file(path, bytes.substr(0, length));
      ASSERT_NE(complaint(), "") << path << " cut to " << length;
    }
    for (const auto& more : {std::string(1, '\0'), std::string{"\n"}, std::string(32, 'x'), bytes}) {
      write_file(path, bytes + more);
      ASSERT_NE(complaint(), "") << path << " made longer";
    }
    std::filesystem::remove(folder() / path);
    ASSERT_NE(complaint(), "") << path << " dropped";
    write_file(path, bytes);
  }
  EXPECT_EQ(complaint(), "");
}

TEST_F(VerifyTest, EveryFileTooManyIsSeen) {
  for (const auto* path : {"tile/0/000.p/6", "tile/0/001.p/1", "tile/1/000.p/1", "tile/0/000",
                           "tile/entries/000", "tile/entries/001.p/1", "tile/entries/000.p/4",
                           "tile/0/000.p/4", "tile/0/x000/000", "note", "tile/0/0", "checkpoint.old"}) {
    auto files = files_now_;
    files[path] = std::string(32, 'x');
    EXPECT_NE(say(files), "") << path;
  }
  // A shorter partial tile that is the beginning of what is signed is what a log may leave behind.
  auto files = files_now_;
  files["tile/0/000.p/2"] = old_files_.at("tile/0/000.p/2");
  files["tile/entries/000.p/2"] = old_files_.at("tile/entries/000.p/2");
  EXPECT_EQ(say(files), "");
  for (const auto* path : {"tile/0/000.p/2", "tile/entries/000.p/2"}) {
    for (std::size_t bit = 0; bit < files[path].size() * 8; ++bit) {
      const auto byte = files[path][bit / 8];
      write_byte(path, bit / 8, static_cast<char>(byte ^ (1 << bit % 8)));
      ASSERT_NE(complaint(), "") << path << " bit " << bit;
      write_byte(path, bit / 8, byte);
    }
  }
}

TEST_F(VerifyTest, EntriesCannotBeDroppedInsertedOrReordered) {
  // Each with tiles that are computed anew, and the checkpoint that was signed.
  const auto with_tiles = [&](const std::vector<base::Bytes>& entries) {
    auto files = forge(entries, key());
    files["checkpoint"] = note_;
    return files;
  };
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    EXPECT_NE(say(with_tiles(without(i))), "") << "entry " << i + 1 << " dropped";
    for (std::size_t j = 0; j <= entries_.size(); ++j) {
      auto entries = entries_;
      entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(j), entries_[i]);
      EXPECT_NE(say(with_tiles(entries)), "") << "entry " << i + 1 << " again at " << j;
      if (j < entries_.size()) {
        // As many as there were: another one is left out.
        entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(j == 0 ? 1 : 0));
        if (entries != entries_) EXPECT_NE(say(with_tiles(entries)), "");
      }
    }
  }
  std::vector<std::size_t> order{0, 1, 2, 3, 4};
  int orders = 0;
  while (std::ranges::next_permutation(order).found) {
    std::vector<base::Bytes> entries;
    for (const auto i : order) entries.push_back(entries_[i]);
    ASSERT_NE(say(with_tiles(entries)), "");
    // Numbered anew, so that each bears the number of its place.
    for (std::size_t i = 0; i < entries.size(); ++i) {
      auto leaf = parse_leaf(entries[i]).value();
      leaf.number = static_cast<ActNumber>(i + 1);
      entries[i] = encode(leaf);
    }
    ASSERT_NE(say(with_tiles(entries)), "");
    ++orders;
  }
  EXPECT_EQ(orders, 119);
}

TEST_F(VerifyTest, AnOlderCheckpointOrAnotherOneDoesNotDo) {
  auto files = files_now_;
  files["checkpoint"] = old_note_;
  EXPECT_NE(say(files), "") << "it signs less than there is";
  files["checkpoint"] = sign({"lichtbeeld.example/journal", 5, hash_nothing()}, key());
  EXPECT_NE(say(files), "") << "it signs another tree";
  files["checkpoint"] = sign({"another.example", 5, hash_nothing()}, key());
  EXPECT_NE(say(files), "") << "it is of another log";
  base::SeededRandom random{78};
  const auto other = crypto::SigningKey::draw(random);
  EXPECT_NE(say(forge(entries_, other)), "") << "it is signed by another key";
  EXPECT_NE(say(forge(entries_, key(), "another.example")), "");
}

TEST_F(VerifyTest, ACopyThatWasCutBackIsSeenByWhoKeptACheckpoint) {
  EXPECT_EQ(say(old_files_), "") << "it was a true journal once";
  EXPECT_NE(say(old_files_, {.since = note_}), "");
  EXPECT_EQ(say(files_now_, {.since = old_note_}), "");
  EXPECT_EQ(say(files_now_, {.since = note_}), "");
}

TEST_F(VerifyTest, AForkSignedByTheSameKeyIsSeenByWhoKeptACheckpoint) {
  // Each entry in turn has another past, of the same length, a longer one and a shorter one.
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    auto entries = entries_;
    auto leaf = parse_leaf(entries[i]).value();
    leaf.commitment[0] ^= 1;
    entries[i] = encode(leaf);
    const auto same = forge(entries, key());
    EXPECT_EQ(say(same), "") << "by itself it is a journal";
    EXPECT_NE(say(same, {.since = note_}), "") << "entry " << i + 1;
    EXPECT_EQ(say(same, {.since = old_note_}).empty(), i >= 2) << "entry " << i + 1;
    auto more = parse_leaf(entries_[4]).value();
    more.number = 6;
    entries.push_back(encode(more));
    EXPECT_NE(say(forge(entries, key()), {.since = note_}), "") << "entry " << i + 1;
    entries.resize(std::max<std::size_t>(i + 1, 3));
    EXPECT_NE(say(forge(entries, key()), {.since = note_}), "") << "entry " << i + 1;
    // The fork's checkpoint over the true files, and the other way round.
    auto mixed = files_now_;
    mixed["checkpoint"] = same.at("checkpoint");
    EXPECT_NE(say(mixed), "");
    mixed = same;
    mixed["checkpoint"] = note_;
    EXPECT_NE(say(mixed), "");
  }
  EXPECT_NE(complaint({.since = std::string{"no note"}}), "");
}

TEST_F(VerifyTest, OverSeveralTilesToo) {
  add(520);
  publish();
  const auto files = read_files();
  ASSERT_EQ(files.size(), 1 + 3 + 3 + 1);
  int tried = 0;
  for (const auto& [path, bytes] : files) {
    for (std::size_t at = 0; at < bytes.size(); at += 211, ++tried) {
      auto changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ 0x10);
      write_file(path, changed);
      ASSERT_NE(complaint(), "") << path << " at " << at;
    }
    std::filesystem::remove(folder() / path);
    ASSERT_NE(complaint(), "") << path << " dropped";
    write_file(path, bytes);
  }
  EXPECT_GT(tried, 250);
  EXPECT_EQ(complaint({.since = note_, .entry = 256}), "");
}

TEST_F(VerifyTest, SaysWhatIsWrong) {
  auto files = files_now_;
  files["tile/entries/000.p/5"][10] ^= 1;
  write_files(files);
  EXPECT_NE(complaint().find("tile/entries/000.p/5"), std::string::npos) << complaint();
  files = files_now_;
  files["tile/0/000.p/5"][3 * 32] ^= 1;
  write_files(files);
  EXPECT_NE(complaint().find("entry 4"), std::string::npos) << complaint();
  write_files({});
  EXPECT_NE(complaint().find("no checkpoint"), std::string::npos) << complaint();
}

}  // namespace
}  // namespace journal
