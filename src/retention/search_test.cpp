#include "retention/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "retention/limits.h"

namespace retention {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SearchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("hartslag-search-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "pulse");
    std::filesystem::create_directories(folder_ / "mail" / "new");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& bytes) {
    std::ofstream{folder_ / name, std::ios::binary} << bytes;
  }
  std::vector<std::string> search(const std::vector<Needle>& needles) {
    const auto searched = search_files(files_, folder_, needles, {"mail"});
    EXPECT_TRUE(searched) << searched.error().message;
    last_ = *searched;
    return last_.found;
  }
  static Needle needle(std::string_view text, std::string except = {}) {
    const auto bytes = base::as_bytes(text);
    return {{bytes.begin(), bytes.end()}, std::move(except)};
  }

  base::Path folder_;
  base::OsFiles files_;
  Searched last_;
};

TEST_F(SearchTest, FindsWhatIsThereAndSaysWhere) {
  write("a.db", "0123456789 canary-one 0123456789");
  write("pulse/log-1", std::string(100, 'x') + "canary-two");
  write("b.db", "canary-on");
  EXPECT_THAT(search({needle("canary-one"), needle("canary-two")}), ElementsAre("a.db", "pulse/log-1"));
  EXPECT_EQ(last_.files, 3);
  EXPECT_EQ(last_.bytes, 32 + 110 + 9);
  EXPECT_THAT(search({needle("canary-three")}), IsEmpty());
  EXPECT_THAT(search({}), IsEmpty());
}

TEST_F(SearchTest, FindsItAtBothEndsOfAFileAndAcrossPortions) {
  const std::string canary = "canary-0123456789abcdef";
  for (const auto at : {std::size_t{0}, kSearchChunkBytes - 1, kSearchChunkBytes - 10, kSearchChunkBytes,
                        2 * kSearchChunkBytes - canary.size(), 3 * kSearchChunkBytes - canary.size()}) {
    std::string bytes(3 * kSearchChunkBytes, '\0');
    bytes.replace(at, canary.size(), canary);
    bytes.resize(3 * kSearchChunkBytes);
    write("a.db", bytes);
    EXPECT_THAT(search({needle(canary)}), ElementsAre("a.db")) << at;
    EXPECT_EQ(last_.files, 1);
  }
}

TEST_F(SearchTest, PassesOverWhatItIsToldTo) {
  write("mail/new/1", "canary-one");
  write("keys.db", "canary-one");
  write("keys.db-wal", "canary-one");
  EXPECT_THAT(search({needle("canary-one", "keys.db")}), IsEmpty());
  EXPECT_THAT(search({needle("canary-one")}), ElementsAre("keys.db", "keys.db-wal"));
}

TEST_F(SearchTest, RefusesWhatCouldBeThereByAccident) {
  EXPECT_EQ(search_files(files_, folder_, {needle("1234567")}, {}).error().code, base::Code::Invalid);
  EXPECT_TRUE(search_files(files_, folder_, {needle("12345678")}, {}));
}

TEST_F(SearchTest, AgreesWithASlowSearch) {
  base::SeededRandom random(5);
  for (int round = 0; round < 200; ++round) {
    base::Bytes bytes(2000);
    random.fill(bytes);
    for (auto& byte : bytes) byte &= 1;  // Few values, so that beginnings agree often.
    write("a.db", std::string{base::as_text(bytes)});
    base::Bytes wanted(8 + static_cast<std::size_t>(round) % 8);
    random.fill(wanted);
    for (auto& byte : wanted) byte &= 1;
    const bool there = base::as_text(bytes).contains(base::as_text(wanted));
    EXPECT_EQ(!search({{wanted}}).empty(), there);
  }
}

}  // namespace
}  // namespace retention
