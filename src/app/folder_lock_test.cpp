#include "app/folder_lock.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace app {
namespace {

TEST(FolderLock, LetsOneInAtATime) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("hartslag-lock-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  auto first = FolderLock::take(folder);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(FolderLock::take(folder).error().code, base::Code::Conflict);
  first->reset();
  EXPECT_TRUE(FolderLock::take(folder));
  EXPECT_EQ(FolderLock::take(folder / "none").error().code, base::Code::Unavailable);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace app
