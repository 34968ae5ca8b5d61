#include "app/options.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace app {
namespace {

using Words = std::vector<std::string_view>;

base::Result<Options> parse(Words more) {
  base::OsFiles files;
  Words words{"--data", "/d", "--policy", "/p"};
  words.insert(words.end(), more.begin(), more.end());
  return parse_options(words, files);
}

TEST(Options, HaveDefaultsThatReachNobodyElse) {
  const auto options = parse({});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->listen.host, "127.0.0.1");
  EXPECT_TRUE(options->is_local());
}

TEST(Options, NameWhatIsWrong) {
  base::OsFiles files;
  EXPECT_FALSE(parse_options(Words{}, files));
  EXPECT_FALSE(parse_options(Words{"--data", "/d"}, files));
  EXPECT_FALSE(parse({"--colour", "red"}));
  EXPECT_FALSE(parse({"--listen", "nowhere"}));
  EXPECT_FALSE(parse({"--listen", "0.0.0.0:65536"}));
  EXPECT_TRUE(parse({"--listen", "0.0.0.0:65535"}));
  EXPECT_FALSE(parse({"--listen"}));
  EXPECT_FALSE(parse({"--origin", "https://a.example/"}));
  EXPECT_FALSE(parse({"--tls-certificate", "/c"}));
}

TEST(Options, KeepTestsAndDemosOnLoopback) {
  EXPECT_TRUE(parse({"--clock-fd", "3"}));
  EXPECT_FALSE(parse({"--clock-fd", "3", "--listen", "0.0.0.0:80"}));
  EXPECT_FALSE(parse({"--clock-fd", "3", "--listen-local", "0.0.0.0:80"}));
  EXPECT_FALSE(parse({"--clock-fd", "3", "--listen-plain", "192.0.2.1:80"}));
  EXPECT_FALSE(parse({"--clock-fd", "2"}));
  EXPECT_FALSE(parse({"--demo", "--listen", "[::]:80"}));
  EXPECT_TRUE(parse({"--demo", "--listen", "[::1]:80"}));
}

TEST(Options, AreReadFromAFileToo) {
  const auto file =
      std::filesystem::temp_directory_path() / ("hartslag-options-" + std::to_string(::getpid()));
  std::ofstream(file) << "# ours\nlisten 0.0.0.0:443\norganisation Lichtbeeld BV\n";
  const auto options = parse({"--config", file.native()});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->listen.port, 443);
  EXPECT_EQ(options->organisation, "Lichtbeeld BV");
  std::ofstream(file) << "listen\n";
  EXPECT_EQ(parse({"--config", file.native()}).error().code, base::Code::Invalid);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace app
