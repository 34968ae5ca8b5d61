#include "base/private_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace base {
namespace {

namespace fs = std::filesystem;

class PrivateFile : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_ = fs::temp_directory_path() / ("hartslag-private-" + std::to_string(getpid()));
};

TEST_F(PrivateFile, AnyPermissionOfOthersIsTold) {
  const auto file = folder_ / "control.db";
  EXPECT_TRUE(check_private(file)) << "what is not there is no error";
  std::ofstream{file} << "x";
  for (const ::mode_t mode : {0600U, 0400U, 0700U}) {
    ::chmod(file.c_str(), mode);
    EXPECT_TRUE(check_private(file)) << mode;
  }
  for (const ::mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U, 0601U, 0666U}) {
    ::chmod(file.c_str(), mode);
    EXPECT_EQ(check_private(file).error().code, Code::Denied) << mode;
  }
}

TEST_F(PrivateFile, AFolderIsClosedToOthers) {
  ::chmod(folder_.c_str(), 0777);
  ASSERT_TRUE(make_private(folder_));
  EXPECT_TRUE(check_private(folder_));
  EXPECT_EQ(make_private(folder_ / "none").error().code, Code::Denied);
}

}  // namespace
}  // namespace base
