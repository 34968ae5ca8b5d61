#include "page/frame.h"

#include <gtest/gtest.h>

namespace page {
namespace {

using base::Language;

const Site kSite{.organisation = "Lichtbeeld", .languages = {Language::Nl, Language::En}};

http::Request asking(std::string_view query, std::string_view preferred = {}) {
  http::Request request;
  request.query = http::parse_form(query).value();
  if (!preferred.empty()) request.headers.add("Accept-Language", preferred);
  return request;
}

const html::Values* section(const html::Values& values, std::string_view name, std::size_t which = 0) {
  for (const auto& one : values.sections()) {
    if (one.name == name && which-- == 0) return one.values.get();
  }
  return nullptr;
}

std::string_view field(const html::Values& values, std::string_view name) {
  for (const auto& one : values.fields()) {
    if (one.name == name) return one.value;
  }
  return {};
}

TEST(ChooseLanguage, AddressThenBrowserThenSite) {
  EXPECT_EQ(choose_language(kSite, asking("lang=en", "nl")), Language::En);
  EXPECT_EQ(choose_language(kSite, asking("", "en-GB, nl;q=0.5")), Language::En);
  EXPECT_EQ(choose_language(kSite, asking("")), Language::Nl);
  EXPECT_EQ(choose_language(kSite, asking(""), Language::En), Language::En);
}

TEST(ChooseLanguage, NeverOneWithoutTexts) {
  EXPECT_EQ(choose_language(kSite, asking("lang=de")), Language::Nl);
  EXPECT_EQ(choose_language(kSite, asking("lang=de", "fr")), Language::Nl);
  EXPECT_EQ(choose_language(kSite, asking("lang=nonsense", "en")), Language::En);
}

TEST(Frame, LeadsToEachLanguageOfTheSite) {
  const auto values = frame(kSite, Language::En, "Privacy", "/privacy");
  EXPECT_EQ(field(values, "page_title"), "Privacy · Lichtbeeld");
  const auto* dutch = section(values, "language_link", 0);
  const auto* english = section(values, "language_link", 1);
  ASSERT_TRUE(dutch && english);
  EXPECT_EQ(section(values, "language_link", 2), nullptr);
  EXPECT_EQ(field(*dutch, "url"), "/privacy?lang=nl");
  EXPECT_EQ(field(*dutch, "label"), "Nederlands");
  EXPECT_EQ(section(*dutch, "current"), nullptr);
  EXPECT_NE(section(*english, "current"), nullptr);
  EXPECT_EQ(section(values, "shifted_clock"), nullptr);
}

TEST(Frame, TellsOfAShiftedClock) {
  auto site = kSite;
  site.shifted_clock = true;
  EXPECT_NE(section(frame(site, Language::Nl, "Privacy", "/"), "shifted_clock"), nullptr);
}

}  // namespace
}  // namespace page
