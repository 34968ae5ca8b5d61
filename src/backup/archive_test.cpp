#include "backup/archive.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "backup/limits.h"
#include "backup/testing/gather.h"

namespace backup {
namespace {

using base::as_bytes;
using base::as_text;
using base::Bytes;
using base::Code;
using testing::Gather;

namespace fs = std::filesystem;

class ArchiveTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("hartslag-archive-" + std::to_string(getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) {
    ASSERT_TRUE(base::replace_file(files_, folder_ / name, as_bytes(text)));
  }
  Item open_item(const std::string& name, std::uint64_t bytes) {
    return {.name = name, .bytes = bytes, .file = files_.open(folder_ / name, base::OpenMode::Read).value()};
  }
  base::Result<std::string> archive_of(std::vector<Item> items) {
    ArchiveWriter writer(std::move(items), key_, files_, random_);
    std::string all;
    for (std::string piece;; piece.clear()) {
      RETURN_IF_ERROR(writer.next(piece));
      if (piece.empty()) return all;
      all += piece;
    }
  }
  std::vector<Item> small_items() {
    std::vector<Item> items;
    items.push_back({.name = "manifest.json", .bytes = 2, .text = "{}"});
    write("one", "1234567890");
    items.push_back(open_item("one", 10));
    return items;
  }
  base::Result<std::map<std::string, std::string>> read(std::string_view bytes,
                                                        const crypto::SecretKey& key) {
    write("archive", bytes);
    Gather gather;
    RETURN_IF_ERROR(read_archive(files_, folder_ / "archive", key, gather));
    return gather.found;
  }
  Code code_of(std::string_view bytes) {
    const auto found = read(bytes, key_);
    return found ? Code::Internal : found.error().code;
  }

  fs::path folder_;
  base::OsFiles files_;
  base::SeededRandom random_{3};
  crypto::SecretKey key_ = crypto::SecretKey::draw(random_);
};

TEST_F(ArchiveTest, GivesBackWhatWasPutIn) {
  // One that compresses to nothing, and one that does not compress and needs several pieces.
  const std::string even(3 * kSealedBytes, 'x');
  std::string odd(2 * kSealedBytes + 17, '\0');
  random_.fill({reinterpret_cast<std::uint8_t*>(odd.data()), odd.size()});
  write("even", even);
  write("odd", odd);
  auto items = small_items();
  items.push_back(open_item("even", even.size()));
  items.push_back({.name = "blobs/odd", .bytes = odd.size(), .path = folder_ / "odd", .may_vanish = true});
  items.push_back({.name = "blobs/gone", .bytes = 5, .path = folder_ / "gone", .may_vanish = true});
  const auto archive = archive_of(std::move(items));
  ASSERT_TRUE(archive) << archive.error().message;
  EXPECT_LT(archive->size(), odd.size() + 10'000);
  const auto found = read(*archive, key_);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, (std::map<std::string, std::string>{
                        {"manifest.json", "{}"}, {"one", "1234567890"}, {"even", even}, {"blobs/odd", odd}}));
  EXPECT_FALSE(archive->contains("1234567890"));
  EXPECT_FALSE(archive->contains("manifest"));
}

TEST_F(ArchiveTest, TakesOfAFileWhatItHadAtTheMoment) {
  auto items = small_items();
  auto file = files_.open(folder_ / "one", base::OpenMode::Append).value();
  ASSERT_TRUE(file->append(as_bytes("and more")));
  EXPECT_EQ(read(*archive_of(std::move(items)), key_)->at("one"), "1234567890");
}

TEST_F(ArchiveTest, FailsWhenAFileLostBytes) {
  auto items = small_items();
  ASSERT_TRUE(files_.open(folder_ / "one", base::OpenMode::Append).value()->truncate(9));
  const auto archive = archive_of(std::move(items));
  ASSERT_FALSE(archive);
  EXPECT_EQ(archive.error().code, Code::Corrupt);
}

TEST_F(ArchiveTest, LetsGoOfWhatAnItemKeepsOnceItIsWritten) {
  const auto kept = std::make_shared<int>(1);
  auto items = small_items();
  items[0].keeps = kept;
  std::string more(4 * kSealedBytes, '\0');
  random_.fill({reinterpret_cast<std::uint8_t*>(more.data()), more.size()});
  items.push_back({.name = "more", .bytes = more.size(), .text = more});
  ArchiveWriter writer(std::move(items), key_, files_, random_);
  std::string piece;
  ASSERT_TRUE(writer.next(piece));
  EXPECT_EQ(kept.use_count(), 2);
  ASSERT_TRUE(writer.next(piece));
  EXPECT_EQ(kept.use_count(), 1);
}

TEST_F(ArchiveTest, AnyChangedBitIsNoticed) {
  const auto archive = *archive_of(small_items());
  ASSERT_TRUE(read(archive, key_));
  for (std::size_t bit = 0; bit < archive.size() * 8; ++bit) {
    auto changed = archive;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(code_of(changed), Code::Internal) << "bit " << bit;
  }
}

TEST_F(ArchiveTest, AnyMissingOrAddedByteIsNoticed) {
  const auto archive = *archive_of(small_items());
  for (std::size_t size = 0; size < archive.size(); ++size)
    EXPECT_EQ(code_of(std::string_view(archive).substr(0, size)), Code::Corrupt) << size;
  EXPECT_EQ(code_of(archive + '\0'), Code::Corrupt);
  EXPECT_EQ(code_of(archive + archive), Code::Corrupt);
}

TEST_F(ArchiveTest, OtherKeysAreToldFromDamage) {
  const auto archive = *archive_of(small_items());
  const auto other = crypto::SecretKey::draw(random_);
  EXPECT_EQ(read(archive, other).error().code, Code::Denied);
  EXPECT_EQ(code_of("something else that is long enough to be looked at as an archive"), Code::Corrupt);
}

}  // namespace
}  // namespace backup
