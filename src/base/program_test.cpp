#include "base/program.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace base {
namespace {

using std::chrono::milliseconds;

Program shell(std::string script) { return {.arguments = {"/bin/sh", "-c", std::move(script)}}; }

std::string output_of(Program program) {
  std::string all;
  program.line_read = [&all](std::string_view line) { all.append(line).append("|"); };
  EXPECT_EQ(run_program(program), 0);
  return all;
}

TEST(ProgramTest, TellsHowItEnded) {
  EXPECT_EQ(run_program(shell("exit 0")), 0);
  EXPECT_EQ(run_program(shell("exit 3")), 3);
  EXPECT_EQ(run_program(shell("kill -9 $$")), -1);
  EXPECT_EQ(run_program({.arguments = {"/nowhere/to/be/found"}}).error().code, Code::Unavailable);
}

TEST(ProgramTest, ReadsWhatItIsGiven) {
  auto program = shell("cat");
  program.input = "one\ntwo\n";
  EXPECT_EQ(output_of(program), "one|two|");
  const std::string most(kProgramInputMax - 1, 'x');
  const auto lines = most + "\n";
  program.input = lines;
  EXPECT_EQ(output_of(program), most + "|");
  const auto more = lines + "y";
  program.input = more;
  EXPECT_DEATH((void)run_program(program), "kProgramInputMax");
}

TEST(ProgramTest, NobodyHasToReadIt) {
  auto program = shell("exec <&-; exit 0");
  program.input = "never read";
  EXPECT_EQ(run_program(program), 0);
}

TEST(ProgramTest, ALongLineComesInPieces) {
  std::size_t bytes = 0;
  std::size_t longest = 0;
  auto program = shell("head -c 300000 /dev/zero");
  program.line_read = [&](std::string_view line) {
    bytes += line.size();
    longest = std::max(longest, line.size());
  };
  EXPECT_EQ(run_program(program), 0);
  EXPECT_GE(bytes, 300'000 - kProgramLineMax);
  EXPECT_LT(longest, 2 * kProgramLineMax);
}

TEST(ProgramTest, TakesNoSecretAlong) {
  ::setenv("HARTSLAG_TEST_SECRET", "in clear", 1);
  auto program = shell("echo $HARTSLAG_TEST_SECRET");
  EXPECT_EQ(output_of(program), "in clear|");
  program.environment = Environment::Bare;
  EXPECT_EQ(output_of(program), "|");
  ::unsetenv("HARTSLAG_TEST_SECRET");
}

TEST(ProgramTest, IsEndedWithAllThatItStarted) {
  auto program = shell("sleep 600 & sleep 600");
  program.at_most = milliseconds{200};
  const auto ended = run_program(program);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Code::Unavailable);
}

TEST(ProgramTest, IsWaitedForAndNotWhoeverHoldsItsOutput) {
  EXPECT_EQ(output_of(shell("sleep 600 & echo begun; exit 0")), "begun|");
}

TEST(ProgramTest, IsAskedToEnd) {
  const std::atomic<bool> stopping = true;
  auto program = shell("trap 'exit 7' TERM; echo ready; while true; do sleep 0.01; done");
  program.stopping = &stopping;
  const auto ended = run_program(program);
  ASSERT_TRUE(ended);
  EXPECT_NE(*ended, 0);
}

}  // namespace
}  // namespace base
