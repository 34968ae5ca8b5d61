#include "request_log/request_log.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "policy/testing/example.h"
#include "request_log/limits.h"

namespace request_log {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RequestLogTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// The example with one datum more; `refused`: what is stored after a refusal.
  static policy::Policy with(std::string_view datum, std::string_view refused = "door, visits") {
    auto yaml = policy::testing::replaced(
        policy::testing::kExample, "consent:\n  reading:", std::string{datum} + "consent:\n  reading:");
    yaml = policy::testing::replaced(yaml, "refused: [door]", fmt::format("refused: [{}]", refused));
    return policy::testing::parsed(policy::testing::replaced(yaml, "eyes, pages]", "eyes, pages, visits]"));
  }
  static policy::Policy logging(std::string_view parts = "url, address, agent, language, time",
                                std::string_view keep = "30 days") {
    return with(
        fmt::format("  visits: {{ logs: [{}], says: {{ en: Asked., nl: Gevraagd. }}, for: [entry], class: "
                    "pseudonymous, keep: {}, then: erase }}\n",
                    parts, keep));
  }
  RequestLog open(const policy::Policy& policy) { return RequestLog({policy, files_, folder_, clock_}); }

  static http::Request asked(std::string_view agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0") {
    auto request = http::make_request(http::Method::Get, "/e/reading/watch/secret?q=mine").value();
    request.client_address = "192.0.2.77";
    request.headers.set("User-Agent", std::string{agent});
    request.headers.set("Accept-Language", "fr-BE,fr;q=0.8");
    request.parameters.add("event", "reading");
    request.parameters.add("link", "secret");
    return request;
  }
  std::vector<std::string> names() {
    return files_.exists(folder_).value() ? files_.list(folder_).value() : std::vector<std::string>{};
  }
  std::vector<nlohmann::json> lines() {
    std::vector<nlohmann::json> all;
    for (const auto& name : names()) {
      std::ifstream in{folder_ / name};
      for (std::string line; std::getline(in, line);) all.push_back(nlohmann::json::parse(line));
    }
    return all;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("hartslag-request-log-" + std::to_string(getpid()));
  base::OsFiles files_;
  base::ManualClock clock_{base::parse_rfc3339("2026-11-23T14:05:06.007Z").value()};
  http::RouteInfo watch_{http::Method::Get, "/e/{event:slug}/watch/{link}", http::RouteKind::Plain};
};

TEST_F(RequestLogTest, WritesThePartsThatAreDeclaredAndNoOther) {
  const auto all = logging();
  auto log = open(all);
  const auto request = asked();
  log.note({request, &watch_, 200});
  ASSERT_TRUE(log.write());
  EXPECT_THAT(names(), ElementsAre("visits-2026-11-23T14.jsonl"));
  EXPECT_THAT(lines(), ElementsAre(nlohmann::json{{"time", "2026-11-23T14:05:06.007Z"},
                                                  {"method", "GET"},
                                                  {"url", "/e/reading/watch/{link}"},
                                                  {"status", 200},
                                                  {"address", "192.0.2.0/24"},
                                                  {"agent", "Firefox 140, Linux"},
                                                  {"language", "fr-BE"}}));
  std::filesystem::remove_all(folder_);
  const auto few = logging("address, time");
  auto other = open(few);
  other.note({request, nullptr, 404});
  ASSERT_TRUE(other.write());
  ASSERT_THAT(lines(), SizeIs(1));
  EXPECT_EQ(lines()[0].size(), 2);
}

TEST_F(RequestLogTest, LeavesOutWhatComesByItself) {
  const auto policy = logging();
  auto log = open(policy);
  const auto request = asked();
  auto beats = watch_;
  beats.continuous = true;
  log.note({request, &beats, 200});
  ASSERT_TRUE(log.write());
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(RequestLogTest, WritesNothingThatItCouldNotEndOrThatRestsOnConsent) {
  const auto request = asked();
  for (const auto& policy :
       {policy::Policy::parse(policy::testing::kExample).value(), logging("url", "1 day after event end"),
        with("  visits: { logs: [url], says: { en: a, nl: b }, for: [reading], class: pseudonymous, "
             "keep: 1 day, then: erase }\n",
             "door")}) {
    auto log = open(policy);
    log.note({request, &watch_, 200});
    ASSERT_TRUE(log.write());
    EXPECT_THAT(names(), IsEmpty());
    EXPECT_THAT(log.standings().value(), IsEmpty());
  }
}

TEST_F(RequestLogTest, AnHourGoesWhenItsFirstMomentIsAsOldAsTheTermSays) {
  const auto policy = logging();
  auto log = open(policy);
  const auto request = asked();
  log.note({request, &watch_, 200});
  clock_.advance(std::chrono::hours{1});
  log.note({request, &watch_, 200});
  ASSERT_TRUE(log.write());
  EXPECT_THAT(names(), SizeIs(2));
  const auto ends = base::parse_rfc3339("2026-12-23T14:00:00Z").value();
  EXPECT_EQ(log.standings().value()[0].ends, ends);
  clock_.advance(ends - clock_.now() - base::Millis{1});
  EXPECT_EQ(log.remove_old().value(), 0);
  clock_.advance(base::Millis{1});
  EXPECT_EQ(log.remove_old().value(), 1);
  EXPECT_THAT(names(), ElementsAre("visits-2026-11-23T15.jsonl"));
  clock_.advance(std::chrono::hours{1} + kGrace);
  EXPECT_FALSE(log.standings().value()[0].is_overdue);
  clock_.advance(base::Millis{1});
  EXPECT_TRUE(log.standings().value()[0].is_overdue);
}

TEST_F(RequestLogTest, WhatThePolicyHasNoLongerGoesAtOnceAndStrangersStay) {
  const auto request = asked();
  const auto policy = logging();
  auto log = open(policy);
  log.note({request, &watch_, 200});
  ASSERT_TRUE(log.write());
  std::ofstream{folder_ / "notes.txt"} << "mine";
  const auto without = policy::Policy::parse(policy::testing::kExample).value();
  auto other = open(without);
  EXPECT_EQ(other.remove_old().value(), 1);
  EXPECT_THAT(names(), ElementsAre("notes.txt"));
}

TEST_F(RequestLogTest, NothingInALineIsTextThatAVisitorChose) {
  const auto policy = logging("url, agent, language");
  auto log = open(policy);
  auto request = asked("canary-1");
  request.parameters.clear();
  request.parameters.add("event", "canary-2");
  for (const auto* language : {"canary-3", "ca-nary", "c", "canary", "nl-", "-be", "nl-canary,fr"}) {
    request.headers.set("Accept-Language", language);
    log.note({request, &watch_, 404});
  }
  ASSERT_TRUE(log.write());
  const nlohmann::json nothing{
      {"method", "GET"}, {"url", watch_.pattern}, {"status", 404}, {"agent", "other"}, {"language", ""}};
  EXPECT_THAT(lines(), ::testing::AllOf(SizeIs(7), ::testing::Each(nothing)));
}

TEST_F(RequestLogTest, WaitingLinesAreBounded) {
  const auto policy = logging("agent");
  auto log = open(policy);
  const auto request = asked("");
  const auto bytes = std::string_view{R"({"agent":"other"})"}.size() + 1;
  for (std::size_t i = 0; i < kWaitingBytesMax / bytes; ++i) log.note({request, &watch_, 200});
  EXPECT_EQ(log.lost(), 0U);
  log.note({request, &watch_, 200});
  EXPECT_EQ(log.lost(), 1U);
  ASSERT_TRUE(log.write());
  log.note({request, &watch_, 200});
  EXPECT_EQ(log.lost(), 1U) << "there is room again";
}

TEST_F(RequestLogTest, WhatCannotBeWrittenIsCountedAndNoLongerWaits) {
  std::ofstream{folder_} << "in the way";
  const auto policy = logging();
  auto log = open(policy);
  log.note({asked(), &watch_, 200});
  log.note({asked(), &watch_, 200});
  EXPECT_FALSE(log.write());
  EXPECT_EQ(log.lost(), 2U);
  std::filesystem::remove(folder_);
  log.note({asked(), &watch_, 200});
  EXPECT_TRUE(log.write());
  EXPECT_THAT(lines(), SizeIs(1));
}

}  // namespace
}  // namespace request_log
