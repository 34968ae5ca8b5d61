#include "pulse/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pulse/testing/engine_world.h"

namespace pulse {
namespace {

using base::Code;
using testing::FaultyFiles;
using ::testing::HasSubstr;
using testing::TestKeys;

class LogTest : public ::testing::Test {
 protected:
  LogTest() : key(*TestKeys().log_key()), writer(*LogWriter::create(files, "/p", 1, key, random)) {}

  void write(std::string_view text) { ASSERT_TRUE(writer->append(base::as_bytes(text))); }
  base::Result<LogEnd> read(LogPlace place = LogPlace::Last) {
    texts.clear();
    return read_log(files, "/p/log-1", place, key, [&](base::ByteView payload) -> base::Result<void> {
      texts.emplace_back(base::as_text(payload));
      return {};
    });
  }
  base::Bytes bytes() { return files.bytes_of("/p/log-1"); }

  FaultyFiles files;
  base::SeededRandom random{3};
  crypto::SecretKey key;
  std::unique_ptr<LogWriter> writer;
  std::vector<std::string> texts;
};

TEST_F(LogTest, ReadsWhatWasWritten) {
  write("one");
  write("");
  write(std::string(100'000, 'x'));
  const auto end = read();
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_THAT(texts, ::testing::ElementsAre("one", "", std::string(100'000, 'x')));
  EXPECT_EQ(end->good_bytes, writer->size());
  EXPECT_EQ(end->good_bytes, end->file_bytes);
  EXPECT_EQ(base::as_text(bytes()).find("one"), std::string_view::npos) << "nothing is in clear";
}

TEST_F(LogTest, ATailTornAnywhereIsCut) {
  write("one");
  write("two");
  const auto good = writer->size();
  write("three");
  const auto whole = bytes();
  for (std::size_t size = good; size < whole.size(); ++size) {
    files.set_bytes("/p/log-1", {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    const auto end = read();
    ASSERT_TRUE(end) << size;
    EXPECT_EQ(end->good_bytes, good);
    EXPECT_EQ(texts.size(), 2u);
    if (size > good) EXPECT_EQ(read(LogPlace::BeforeAnother).error().code, Code::Corrupt) << size;
  }
  for (std::size_t size = 0; size < kLogHeaderBytes; ++size) {
    files.set_bytes("/p/log-1", {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    EXPECT_EQ(read()->good_bytes, 0u) << size;
  }
}

TEST_F(LogTest, EachFlippedBitIsFound) {
  write("one");
  const auto second = writer->size();
  write("two");
  const auto third = writer->size();
  write("three");
  const auto whole = bytes();
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto damaged = whole;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    files.set_bytes("/p/log-1", damaged);
    const auto strict = read(LogPlace::BeforeAnother);
    ASSERT_FALSE(strict) << bit;
    EXPECT_EQ(strict.error().code, Code::Corrupt);
    const auto last = read();
    if (bit / 8 >= third) {
      EXPECT_EQ(last->good_bytes, third) << "in the last frame it cannot be told from a torn tail";
      continue;
    }
    ASSERT_FALSE(last) << bit;
    const auto frame = bit / 8 >= second ? second : bit / 8 >= kLogHeaderBytes ? kLogHeaderBytes : 0;
    EXPECT_THAT(last.error().message, HasSubstr(fmt::format("log-1 at {}:", frame)));
  }
}

TEST_F(LogTest, AFailedWriteLeavesNothingBehind) {
  write("one");
  const auto size = writer->size();
  for (const auto fault : {testing::Fault::Error, testing::Fault::NoSpace, testing::Fault::ErrorAfter}) {
    files.fail_operation(1, fault);
    EXPECT_EQ(writer->append(base::as_bytes("two")).error().code, Code::Unavailable);
    EXPECT_FALSE(writer->broken());
    EXPECT_EQ(bytes().size(), size);
  }
  write("three");
  ASSERT_TRUE(read());
  EXPECT_THAT(texts, ::testing::ElementsAre("one", "three"));
  files.fail_operation(2, testing::Fault::Error);
  EXPECT_FALSE(writer->append(base::as_bytes("four")));
  EXPECT_TRUE(writer->broken()) << "nobody knows what a failed sync left";
  EXPECT_FALSE(writer->append(base::as_bytes("five")));
}

TEST_F(LogTest, AnotherKeyOpensNothing) {
  write("one");
  const auto other = TestKeys().token_keys()->current.clone();
  const auto end =
      read_log(files, "/p/log-1", LogPlace::Last, other, [](auto) { return base::Result<void>{}; });
  EXPECT_THAT(end.error().message, HasSubstr("log-1 at 64:"));
}

TEST(LogNameTest, IsItsNumber) {
  EXPECT_EQ(log_name(12), "log-12");
  EXPECT_EQ(log_number("log-12"), 12u);
  for (const auto* name : {"log-", "log-012", "log-1x", "log1", "checkpoint", "log--1"})
    EXPECT_EQ(log_number(name), 0u) << name;
}

}  // namespace
}  // namespace pulse
