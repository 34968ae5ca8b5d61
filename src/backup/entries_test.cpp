#include "backup/entries.h"

#include <gtest/gtest.h>

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

Bytes three_files() {
  Bytes bytes;
  append_file_head(bytes, "manifest.json");
  append_piece(bytes, as_bytes("{}"));
  append_file_end(bytes);
  append_file_head(bytes, "pulse/log-1");
  append_piece(bytes, as_bytes("0123"));
  append_piece(bytes, as_bytes("456"));
  append_file_end(bytes);
  append_file_head(bytes, "empty");
  append_file_end(bytes);
  append_end(bytes, 3, 9);
  return bytes;
}

bool reads(base::ByteView bytes) {
  Gather gather;
  EntryReader reader(gather);
  return reader.take(bytes) && reader.finish();
}

TEST(Entries, AreReadInPortionsOfAnySize) {
  const auto bytes = three_files();
  for (std::size_t portion = 1; portion <= bytes.size(); ++portion) {
    Gather gather;
    EntryReader reader(gather);
    for (std::size_t at = 0; at < bytes.size(); at += portion)
      ASSERT_TRUE(reader.take(base::ByteView(bytes).subspan(at, std::min(portion, bytes.size() - at))));
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(gather.found, (std::map<std::string, std::string>{
                                {"manifest.json", "{}"}, {"pulse/log-1", "0123456"}, {"empty", ""}}));
    EXPECT_EQ(reader.files(), 3U);
    EXPECT_EQ(reader.bytes(), 9U);
  }
}

TEST(Entries, WithoutTheirEndAreRefused) {
  const auto bytes = three_files();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(reads(base::ByteView(bytes).first(size))) << size;
  auto more = bytes;
  more.push_back(0);
  EXPECT_FALSE(reads(more));
}

TEST(Entries, CountAtTheirEnd) {
  Bytes bytes;
  append_end(bytes, 0, 0);
  EXPECT_TRUE(reads(bytes));
  bytes.clear();
  append_end(bytes, 1, 0);
  EXPECT_FALSE(reads(bytes));
}

TEST(Entries, NamesStayInTheFolder) {
  for (const auto* name : {"a", "a/b.c", "blobs/1/video.mp4", "...", "é", "a b"})
    EXPECT_TRUE(is_entry_name(name)) << name;
  for (const auto* name : {"", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "a\\b", "a\nb"})
    EXPECT_FALSE(is_entry_name(name)) << name;
  EXPECT_TRUE(is_entry_name(std::string(kNameBytesMax, 'a')));
  EXPECT_FALSE(is_entry_name(std::string(kNameBytesMax + 1, 'a')));
  Bytes bytes{1, 4, 0, '.', '.', '/', 'x', 0, 0, 0, 0};
  append_end(bytes, 1, 0);
  EXPECT_FALSE(reads(bytes));
}

TEST(Entries, APieceHasALimit) {
  const auto with_piece = [](std::uint32_t length) {
    Bytes bytes{1, 1, 0, 'x'};
    base::append_le(bytes, length);
    bytes.resize(bytes.size() + length);
    append_file_end(bytes);
    append_end(bytes, 1, length);
    return bytes;
  };
  EXPECT_TRUE(reads(with_piece(kPieceBytesMax)));
  EXPECT_FALSE(reads(with_piece(kPieceBytesMax + 1)));
}

}  // namespace
}  // namespace backup
