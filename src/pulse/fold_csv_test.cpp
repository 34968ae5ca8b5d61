#include "pulse/fold_csv.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "pulse/fold.h"

namespace pulse {
namespace {

constexpr std::string_view kIn = "session,at_ms,facts\n";
const std::string kOut = "session,start_ms,end_ms,facts\n";

struct Outcome {
  int status = -1;
  std::string out;
  std::string err;
};

/// A memory stream that tells its text when it is closed.
class Sink {
 public:
  std::FILE* file() { return file_; }
  std::string close() {
    std::fclose(file_);
    std::string text{text_, size_};
    std::free(text_);
    return text;
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_ = open_memstream(&text_, &size_);
};

Outcome run_from(std::FILE* in, std::vector<std::string_view> arguments = {}) {
  Sink out;
  Sink err;
  const int status = fold_command(arguments, in, out.file(), err.file());
  return {status, out.close(), err.close()};
}

Outcome run(std::string_view input, std::vector<std::string_view> arguments = {}) {
  std::FILE* in = std::tmpfile();
  std::fwrite(input.data(), 1, input.size(), in);
  std::fseek(in, 0, SEEK_SET);
  auto outcome = run_from(in, std::move(arguments));
  std::fclose(in);
  return outcome;
}

std::string body(std::string_view lines) { return std::string{kIn} + std::string{lines}; }

void expect_wrong(std::string_view input, std::string_view line) {
  const auto outcome = run(input);
  EXPECT_EQ(outcome.status, 2) << input;
  EXPECT_EQ(outcome.out, "") << input;
  EXPECT_EQ(outcome.err.substr(0, line.size() + 2), fmt::format("{}: ", line)) << input;
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
}

TEST(FoldCsv, FoldsInterleavedSessions) {
  const auto outcome = run(body("b,1000,3\na,0,1\nb,6000,1\na,5000,-1\nb,11000,0\na,6000,3\n"));
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, kOut + "a,0,5000,1\nb,1000,6000,3\nb,6000,11000,1\n");
}

TEST(FoldCsv, TakesAHeaderAlone) {
  for (const std::string_view input :
       {"session,at_ms,facts", "session,at_ms,facts\n", "session,at_ms,facts\r\n"})
    EXPECT_EQ(run(input).out, kOut) << input;
}

TEST(FoldCsv, TakesEitherLineEndAndNoLastOne) {
  for (const std::string_view input :
       {"session,at_ms,facts\na,0,3\na,5,3", "session,at_ms,facts\r\na,0,3\r\na,5,3\r\n",
        "session,at_ms,facts\na,0,3\r\na,5,3\n", "session,at_ms,facts\r\na,0,3\na,5,3"})
    EXPECT_EQ(run(input).out, kOut + "a,0,5,3\n") << input;
}

TEST(FoldCsv, OrdersBytewise) {
  EXPECT_EQ(run(body("a,0,1\nA,0,1\n_,0,1\n-,0,1\n9,0,1\nab,0,1\na-,0,1\n"
                     "a,1,1\nA,1,1\n_,1,1\n-,1,1\n9,1,1\nab,1,1\na-,1,1\n"))
                .out,
            kOut + "-,0,1,1\n9,0,1,1\nA,0,1,1\n_,0,1,1\na,0,1,1\na-,0,1,1\nab,0,1,1\n");
}

TEST(FoldCsv, TellsSessionsOfLikeHashesApart) {
  // Their hashes agree in every bit that the table looks at while it is small.
  for (const auto& [one, other] : {std::pair{"s5945707", "s7140109"}, std::pair{"s3899331", "s7478261"}}) {
    EXPECT_EQ(run(body(fmt::format("{0},0,1\n{1},1,3\n{0},2,1\n{1},4,3\n", one, other))).out,
              kOut + fmt::format("{},0,2,1\n{},1,4,3\n", one, other));
  }
}

TEST(FoldCsv, TakesTheExtremes) {
  const std::string name(64, 'x');
  EXPECT_EQ(run(body(name + ",9007199254740990,127\n" + name + ",9007199254740991,0\n")).out,
            kOut + name + ",9007199254740990,9007199254740991,127\n");
  EXPECT_EQ(run(body("a,000,007\na,0005,-1\n")).out, kOut + "a,0,5,7\n");
}

TEST(FoldCsv, TakesTheGapFromItsArgument) {
  const auto input = body("a,0,1\na,100,1\na,201,1\n");
  EXPECT_EQ(run(input, {"--gap", "100"}).out, kOut + "a,0,100,1\n");
  EXPECT_EQ(run(input, {"--gap", "101"}).out, kOut + "a,0,201,1\n");
  EXPECT_EQ(run(input, {"--gap", "1"}).out, kOut);
  EXPECT_EQ(run(body("a,0,1\na,86400000,1\n"), {"--gap", "86400000"}).out, kOut + "a,0,86400000,1\n");
  EXPECT_EQ(run(body("a,0,1\na,15000,1\n")).out, kOut + "a,0,15000,1\n");
  EXPECT_EQ(run(body("a,0,1\na,15001,1\n")).out, kOut);
}

TEST(FoldCsv, RefusesOtherArguments) {
  using Arguments = std::vector<std::string_view>;
  for (const auto& arguments :
       {Arguments{"--gap"}, Arguments{"--gap", "0"}, Arguments{"--gap", "86400001"}, Arguments{"--gap", "-1"},
        Arguments{"--gap", ""}, Arguments{"--gap", "1.5"}, Arguments{"--gap", "5s"}, Arguments{"--help", "1"},
        Arguments{"x"}, Arguments{"--gap", "1", "--gap", "2"}, Arguments{"--gap", "99999999999999999999"}}) {
    const auto outcome = run(kIn, arguments);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(outcome.err.starts_with("usage: hartslag fold [--gap MS]")) << outcome.err;
  }
}

TEST(FoldCsv, RefusesAnotherHeader) {
  for (const std::string_view input :
       {"", "\n", "a,0,1\n", "session,at_ms,facts \n", "Session,at_ms,facts\n", "session,at_ms\n",
        "\xef\xbb\xbfsession,at_ms,facts\n", "\"session\",at_ms,facts\n", "session,at_ms,facts,x\n",
        "session,at_ms,facts\r\r\n", "session;at_ms;facts\n", "session,at_ms,facts\r"})
    expect_wrong(input, "line 1");
}

TEST(FoldCsv, RefusesABadLineWithItsNumber) {
  for (const std::string_view line : {"",
                                      "\r",
                                      "a",
                                      "a,",
                                      "a,1",
                                      "a,1,",
                                      ",1,1",
                                      "a,,1",
                                      "a,1,1,",
                                      "a,1,1,1",
                                      " a,1,1",
                                      "a ,1,1",
                                      "a, 1,1",
                                      "a,1,1 ",
                                      "a,+1,1",
                                      "a,-1,1",
                                      "a,1.0,1",
                                      "a,1e3,1",
                                      "a,0x1,1",
                                      "a,9007199254740992,1",
                                      "a,18446744073709551617,1",
                                      "a,1,128",
                                      "a,1,-2",
                                      "a,1,-0",
                                      "a,1,-01",
                                      "a,1,-",
                                      "a,1,+1",
                                      "a,1,1.0",
                                      "\"a\",1,1",
                                      "\xc3\xa9,1,1",
                                      "a.b,1,1",
                                      "a;1;1",
                                      "a,1,1\r\r",
                                      "a,1,-128",
                                      "a,1,256"}) {
    expect_wrong(body("b,0,1\n" + std::string{line} + "\nc,0,1\n"), "line 3");
  }
  expect_wrong(body("b,0,1\nx"), "line 3");
  expect_wrong(body("b,0,1\nb,1,1\r"), "line 3");
  expect_wrong(body("b,0,1\n\n"), "line 3");
  expect_wrong(body(std::string(65, 'x') + ",1,1\n"), "line 2");
  expect_wrong(body(std::string("a\0,1,1\n", 7)), "line 2");
  expect_wrong(body(std::string("a,1,1\0\n", 7)), "line 2");
}

TEST(FoldCsv, BoundsALine) {
  const auto padded = [](std::size_t bytes) { return body("a," + std::string(bytes - 4, '0') + ",1\n"); };
  EXPECT_EQ(run(padded(4096)).status, 0);
  expect_wrong(padded(4097), "line 2");
  expect_wrong(body(std::string(5'000'000, '0')), "line 2");
  expect_wrong(std::string(5'000'000, 's'), "line 1");
}

TEST(FoldCsv, WritesNothingBeforeTheInputHasEnded) {
  std::string input{kIn};
  for (int i = 0; i < 200'000; ++i) input += fmt::format("s{},{},{}\n", i % 7, i * 1000, i % 2);
  expect_wrong(input + "s,0,128", "line 200002");
}

TEST(FoldCsv, TellsWhatItCannotReadOrWrite) {
  std::FILE* folder = std::fopen("/", "r");
  ASSERT_NE(folder, nullptr);
  const auto unread = run_from(folder);
  std::fclose(folder);
  EXPECT_EQ(unread.status, 1);
  EXPECT_EQ(unread.out, "");
  EXPECT_EQ(unread.err, "the input cannot be read\n");

  std::FILE* full = std::fopen("/dev/full", "w");
  ASSERT_NE(full, nullptr);
  std::string input = body("a,0,1\na,5,1\n");
  std::FILE* in = fmemopen(input.data(), input.size(), "r");
  Sink err;
  EXPECT_EQ(fold_command({}, in, full, err.file()), 1);
  EXPECT_EQ(err.close(), "the output cannot be written\n");
  std::fclose(in);
  std::fclose(full);
}

TEST(FoldCsv, AgreesWithTheFoldOfEachSession) {
  // Small inputs for every meeting of sessions, large ones for what lies across a read's end.
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random{seed};
    const bool large = seed % 100 == 0;
    const auto sessions = large ? 1 + random() % 30'000 : 1 + random() % 5;
    const auto lines = large ? 300'000 : random() % 200;
    std::vector<std::string> names;
    for (std::uint64_t i = 0; i < sessions; ++i)
      names.push_back(fmt::format("{:x}{}", i, std::string(random() % 50, '_')));
    std::map<std::string, std::vector<Beat>> beats;
    std::string input{kIn};
    std::int64_t now = 0;
    for (std::uint64_t i = 0; i < lines; ++i) {
      now += static_cast<std::int64_t>(random() % (large ? 3 : 8'000));
      const auto at = std::max<std::int64_t>(0, now - static_cast<std::int64_t>(random() % 3'000));
      const Beat beat{at, static_cast<Facts>(static_cast<int>(random() % 5) - 1)};
      const auto& name = names[random() % names.size()];
      beats[name].push_back(beat);
      input +=
          fmt::format("{},{},{}{}", name, beat.at_ms, int{beat.facts}, random() % 4 == 0 ? "\r\n" : "\n");
    }
    std::string wanted = kOut;
    for (const auto& [name, of_session] : beats)
      for (const auto& interval : fold(of_session))
        wanted += fmt::format("{},{},{},{}\n", name, interval.start_ms, interval.end_ms, int{interval.facts});
    const auto outcome = run(input);
    ASSERT_EQ(outcome.status, 0) << "seed " << seed << ": " << outcome.err;
    ASSERT_TRUE(outcome.out == wanted) << "seed " << seed;
  }
}

/// An input of two million beats that is nowhere in memory.
struct Endless {
  std::int64_t left = 2'000'000;
  std::size_t most_used = 0;
  bool header = true;

  static ssize_t read(void* self, char* out, std::size_t size) {
    auto& input = *static_cast<Endless*>(self);
    const auto info = mallinfo2();
    input.most_used = std::max(input.most_used, info.uordblks + info.hblkhd);
    std::string text = input.header ? std::string{kIn} : "";
    input.header = false;
    while (input.left > 0 && text.size() + 32 < size)
      text += fmt::format("s,{},3\n", 10'000'000 - input.left--);
    std::copy(text.begin(), text.end(), out);
    return static_cast<ssize_t>(text.size());
  }
};

TEST(FoldCsv, KeepsIntervalsAndNotBeats) {
  Endless input;
  const auto info = mallinfo2();
  const auto used_before = info.uordblks + info.hblkhd;
  std::FILE* in = fopencookie(&input, "r", {.read = Endless::read, .write = {}, .seek = {}, .close = {}});
  const auto outcome = run_from(in);
  std::fclose(in);
  EXPECT_EQ(outcome.out, kOut + "s,8000000,9999999,3\n");
  EXPECT_EQ(input.left, 0);
  EXPECT_LT(input.most_used, used_before + 8'000'000) << "bytes; the beats alone have 28 million";
}

}  // namespace
}  // namespace pulse
