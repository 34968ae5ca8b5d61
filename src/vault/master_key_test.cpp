#include "vault/master_key.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "crypto/hash.h"

namespace vault {
namespace {

using base::Code;
namespace fs = std::filesystem;

const std::string kHex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const std::string kBase64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

class MasterKey : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("hartslag-master-" + std::to_string(getpid()));
    fs::create_directories(folder_ / "data");
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text, fs::perms mode = fs::perms::owner_read) {
    const auto file = folder_ / name;
    std::ofstream{file} << text;
    fs::permissions(file, mode);
    return file;
  }
  base::Result<crypto::SecretKey> load(std::optional<base::Path> file) {
    return load_master_key(files_, {std::move(file), folder_ / "data", [this](const char* name) {
                                      const auto at = environment_.find(name);
                                      return at == environment_.end() ? std::nullopt
                                                                      : std::optional{at->second};
                                    }});
  }
  static std::string text_of(const base::Result<crypto::SecretKey>& key) {
    return key ? base::to_hex(key->bytes()) : key.error().message;
  }

  fs::path folder_;
  base::OsFiles files_;
  std::map<std::string, std::string> environment_;
};

TEST_F(MasterKey, HasTwoSpellings) {
  for (const auto& text : {kHex, kBase64, kHex + "\n", " " + kBase64 + "\r\n"}) {
    EXPECT_EQ(text_of(parse_master_key(text)), kHex) << text;
  }
  for (const auto& text :
       {std::string{}, kHex.substr(2), kHex + "00", kBase64.substr(4), "x" + kHex.substr(1)}) {
    EXPECT_EQ(parse_master_key(text).error().code, Code::Invalid) << text;
  }
}

TEST_F(MasterKey, IsReadFromTheFirstPlaceGiven) {
  EXPECT_EQ(load(std::nullopt).error().code, Code::NotFound);
  environment_["HARTSLAG_MASTER_KEY"] = kBase64;
  EXPECT_EQ(text_of(load(std::nullopt)), kHex);
  const auto other = std::string(64, 'a');
  write("master-key", other);
  environment_["CREDENTIALS_DIRECTORY"] = folder_.string();
  EXPECT_EQ(text_of(load(std::nullopt)), other);
  const auto third = std::string(64, 'b');
  EXPECT_EQ(text_of(load(write("named", third + "\n"))), third);
  EXPECT_EQ(load(folder_ / "missing").error().code, Code::NotFound) << "a file that is named has to be there";
}

TEST_F(MasterKey, IsRefusedWhereOthersFindIt) {
  const auto open = load(write("open", kHex, fs::perms::owner_read | fs::perms::group_read));
  EXPECT_EQ(open.error().code, Code::Denied);
  EXPECT_TRUE(open.error().message.contains("chmod 600")) << open.error().message;
  EXPECT_EQ(load(write("world", kHex, fs::perms::owner_read | fs::perms::others_read)).error().code,
            Code::Denied);
  EXPECT_EQ(load(write("data/inside", kHex)).error().code, Code::Denied);
  fs::create_symlink(folder_ / "data" / "inside", folder_ / "linked");
  EXPECT_EQ(load(folder_ / "linked").error().code, Code::Denied);
  EXPECT_TRUE(load(write("database", kHex))) << "beside the data folder, with a name that begins alike";
}

TEST_F(MasterKey, SaysWhatIsWrongWithoutSayingTheKey) {
  const auto wrong = load(write("wrong", "s3cret" + kHex));
  EXPECT_EQ(wrong.error().code, Code::Invalid);
  EXPECT_FALSE(wrong.error().message.contains("s3cret"));
  EXPECT_EQ(load(write("long", std::string(201, 'a'))).error().code, Code::TooLarge);
}

TEST_F(MasterKey, IsMadeOnce) {
  base::SeededRandom random{5};
  const auto file = folder_ / "new";
  ASSERT_TRUE(create_master_key(files_, file, random));
  const auto key = load(file);
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(create_master_key(files_, file, random).error().code, Code::Conflict);
  EXPECT_TRUE(crypto::equal(load(file)->bytes(), key->bytes()));
}

}  // namespace
}  // namespace vault
