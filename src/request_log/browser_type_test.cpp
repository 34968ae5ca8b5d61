#include "request_log/browser_type.h"

#include <gtest/gtest.h>

#include "request_log/limits.h"

namespace request_log {
namespace {

TEST(BrowserType, TellsTypesAndNoMore) {
  constexpr std::string_view kWindows =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
      "Safari/537.36";
  EXPECT_EQ(browser_type(kWindows), "Chrome 142, Windows");
  EXPECT_EQ(browser_type(std::string{kWindows} + " Edg/141.0.0.0"), "Edge 141, Windows");
  EXPECT_EQ(browser_type("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox 140, Linux");
  EXPECT_EQ(browser_type("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
                         "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"),
            "Safari 18, iOS");
  EXPECT_EQ(browser_type("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
                         "Chrome/142.0.0.0 Mobile Safari/537.36"),
            "Chrome 142, Android");
  EXPECT_EQ(browser_type("Mozilla/5.0 (compatible; Somebot/2.1; +https://bot.example)"), "bot");
  EXPECT_EQ(browser_type("curl/8.5.0"), "bot");
}

TEST(BrowserType, WhatIsStrangeIsOther) {
  for (const auto* agent : {"", "canary-7f3a", "Firefox", "\xff\xfe"})
    EXPECT_EQ(browser_type(agent), "other") << agent;
  EXPECT_EQ(browser_type("Firefox/12345678901234567890"), "Firefox 1234");
  EXPECT_EQ(browser_type("Firefox/ana@kijker.example"), "Firefox ");
}

TEST(BrowserType, LooksAtSoMuch) {
  const auto at = [](std::size_t padding) { return browser_type(std::string(padding, ' ') + "Firefox/7"); };
  EXPECT_EQ(at(kAgentBytesMax - 9), "Firefox 7");
  EXPECT_EQ(at(kAgentBytesMax - 7), "other");
}

}  // namespace
}  // namespace request_log
