#include "app/policy_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "policy/testing/example.h"

namespace app {
namespace {

class StoppedClock final : public base::Clock {
 public:
  base::Instant now() const override { return at; }
  std::chrono::nanoseconds monotonic() const override { return {}; }
  base::Instant at = base::instant_from_ms(1'793'455'200'000);
};

class PolicyHistoryTest : public ::testing::Test {
 protected:
  PolicyHistoryTest() : folder_(std::filesystem::path{::testing::TempDir()} / "policy-history") {
    std::filesystem::remove_all(folder_);
  }
  ~PolicyHistoryTest() override { std::filesystem::remove_all(folder_); }

  std::vector<PastPolicy> remember(const std::string& text) {
    auto policy = policy::Policy::parse(text);
    EXPECT_TRUE(policy.has_value());
    auto all = remember_policy(files_, folder_, *policy, text, clock_);
    EXPECT_TRUE(all) << all.error().message;
    return *all;
  }

  base::OsFiles files_;
  base::Path folder_;
  StoppedClock clock_;
  std::string first_{policy::testing::kExample};
};

TEST_F(PolicyHistoryTest, the_same_policy_is_remembered_once) {
  EXPECT_EQ(remember(first_).size(), 1U);
  clock_.at += std::chrono::hours{1};
  const auto all = remember(first_ + "# a comment says nothing\n");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(base::to_ms(all.front().at), 1'793'455'200'000);
  EXPECT_EQ(all.front().text, first_);
}

TEST_F(PolicyHistoryTest, a_changed_one_comes_first_even_when_the_clock_was_put_back) {
  remember(first_);
  auto second = first_;
  second.replace(second.find("To let you in."), 14, "To let you sit");
  clock_.at -= std::chrono::hours{1};
  auto all = remember(second);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].text, second);
  EXPECT_GT(all[0].at, all[1].at);
  all = remember(first_);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].version, all[2].version);
}

TEST_F(PolicyHistoryTest, a_name_that_nobody_writes_is_told) {
  remember(first_);
  const auto stray = folder_ / "mine.yaml";
  ASSERT_TRUE(base::replace_file(files_, stray, base::as_bytes(std::string_view{"x"})));
  auto policy = policy::Policy::parse(first_);
  const auto all = remember_policy(files_, folder_, *policy, first_, clock_);
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().code, base::Code::Corrupt);
}

}  // namespace
}  // namespace app
