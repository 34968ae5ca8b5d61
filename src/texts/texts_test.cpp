#include "texts/texts.h"

#include <gtest/gtest.h>

#include <limits>

#include "texts/data.h"
#include "texts/numbers.h"

namespace texts {
namespace {

constexpr auto kBrussels = "Europe/Brussels";

base::Instant at(std::string_view text) { return base::parse_rfc3339(text).value(); }

TEST(Texts, AreThereInEveryLanguage) {
  EXPECT_EQ(get(Language::Nl, Key::EventYes), "Ja");
  EXPECT_EQ(get(Language::Fr, Key::EventYes), "Oui");
  EXPECT_EQ(get(Language::En, Key::EventYes), "Yes");
  EXPECT_EQ(get(Language::De, Key::EventYes), "Ja");
}

TEST(Texts, FillPlaceholders) {
  EXPECT_EQ(format(Language::Nl, Key::MailGreeting, {{"name", "Ans"}}), "Dag Ans");
  EXPECT_EQ(format(Language::Nl, Key::EventYes, {{"name", "Ans"}}), "Ja");
}

TEST(Texts, ValueIsNotFilledAgain) {
  EXPECT_EQ(format(Language::Nl, Key::MailGreeting, {{"name", "{name}"}}), "Dag {name}");
}

TEST(TextsDeath, MissingValueIsOurMistake) {
  EXPECT_DEATH((void)format(Language::Nl, Key::MailGreeting, {{"nam", "Ans"}}), "value != values.end");
}

TEST(Texts, EveryKeyIsFoundByItsName) {
  const auto names = data::names();
  ASSERT_FALSE(names.empty());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto key = find(names[i]);
    ASSERT_TRUE(key.has_value()) << names[i];
    EXPECT_EQ(static_cast<std::size_t>(*key), i);
    EXPECT_EQ(name_of(*key), names[i]);
    for (auto language : base::kLanguages) EXPECT_FALSE(get(language, *key).empty());
  }
  EXPECT_FALSE(find("mail.nothing_of_the_kind"));
  EXPECT_FALSE(find(""));
}

TEST(Texts, PlaceholdersAreKnown) {
  const auto words = placeholders(Key::MailRegisteredBody);
  EXPECT_EQ((std::vector<std::string_view>{words.begin(), words.end()}),
            (std::vector<std::string_view>{"entrance", "event", "link", "own", "when"}));
  EXPECT_TRUE(placeholders(Key::EventYes).empty());
}

TEST(Texts, PluralsFollowTheLanguage) {
  EXPECT_EQ(plural(Language::Nl, Plural::Viewers, 0), "0 kijkers");
  EXPECT_EQ(plural(Language::Nl, Plural::Viewers, 1), "1 kijker");
  EXPECT_EQ(plural(Language::Nl, Plural::Viewers, 2), "2 kijkers");
  EXPECT_EQ(plural(Language::Fr, Plural::Viewers, 0), "0 spectateur");
  EXPECT_EQ(plural(Language::Fr, Plural::Viewers, 2), "2 spectateurs");
  EXPECT_EQ(plural(Language::En, Plural::Viewers, 12'345), "12,345 viewers");
}

TEST(Numbers, IntegersInGroups) {
  EXPECT_EQ(number(Language::Nl, 0), "0");
  EXPECT_EQ(number(Language::Nl, 999), "999");
  EXPECT_EQ(number(Language::Nl, 1000), "1.000");
  EXPECT_EQ(number(Language::Fr, 1'234'567), "1\u202f234\u202f567");
  EXPECT_EQ(number(Language::En, -1'234'567), "\u22121,234,567");
  EXPECT_EQ(number(Language::En, std::numeric_limits<std::int64_t>::min()),
            "\u22129,223,372,036,854,775,808");
}

TEST(Numbers, FractionsRoundHalfUp) {
  EXPECT_EQ(number(Language::Nl, 1234.5, 1), "1.234,5");
  EXPECT_EQ(number(Language::En, 0.5, 0), "1");
  EXPECT_EQ(number(Language::En, 2.5, 0), "3");
  EXPECT_EQ(number(Language::En, 0.125, 2), "0.13");
  EXPECT_EQ(number(Language::En, -0.125, 2), "\u22120.13");
  EXPECT_EQ(number(Language::En, -0.001, 2), "0.00");
  EXPECT_EQ(number(Language::De, 3, 2), "3,00");
  EXPECT_EQ(number(Language::De, std::numeric_limits<double>::quiet_NaN(), 2), "–");
  EXPECT_EQ(number(Language::De, std::numeric_limits<double>::infinity(), 0), "–");
}

TEST(Numbers, Percentages) {
  EXPECT_EQ(percent(Language::Nl, 0.256), "26\u00a0%");
  EXPECT_EQ(percent(Language::Fr, 0.256, 1), "25,6\u202f%");
  EXPECT_EQ(percent(Language::En, 1), "100%");
}

TEST(Dates, AsEachLanguageWritesThem) {
  const auto when = at("2026-11-22T14:00:00Z");
  EXPECT_EQ(date_time(Language::Nl, when, kBrussels), "zondag 22 november 2026 om 15:00 (CET)");
  EXPECT_EQ(date_time(Language::Fr, when, kBrussels), "dimanche 22 novembre 2026 à 15:00 (CET)");
  EXPECT_EQ(date_time(Language::En, when, kBrussels), "Sunday 22 November 2026 at 15:00 (CET)");
  EXPECT_EQ(date_time(Language::De, when, kBrussels), "Sonntag, 22. November 2026 um 15:00 (CET)");
  EXPECT_EQ(date(Language::Fr, at("2026-07-31T22:30:00Z"), kBrussels), "samedi 1er août 2026");
}

TEST(Dates, NameTheirZone) {
  const auto when = at("2026-07-01T12:00:00Z");
  EXPECT_EQ(time(Language::Nl, when, kBrussels), "14:00 (CEST)");
  EXPECT_EQ(time(Language::Nl, when, "America/Sao_Paulo"), "09:00 (UTC\u22123)");
  EXPECT_EQ(time(Language::Nl, when, "Asia/Kathmandu"), "17:45 (UTC+5:45)");
  EXPECT_EQ(time(Language::Nl, when, "Middle-earth/Shire"), "12:00 (UTC)");
}

TEST(Dates, Periods) {
  EXPECT_EQ(period(Language::Nl, at("2026-11-22T14:00:00Z"), at("2026-11-22T15:30:00Z"), kBrussels),
            "zondag 22 november 2026 van 15:00 tot 16:30 (CET)");
  EXPECT_EQ(period(Language::En, at("2026-11-22T22:00:00Z"), at("2026-11-22T23:30:00Z"), kBrussels),
            "from Sunday 22 November 2026 at 23:00 to Monday 23 November 2026 at 00:30 (CET)");
  // The night in which the clocks go back.
  EXPECT_EQ(period(Language::Nl, at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"), kBrussels),
            "zondag 25 oktober 2026 van 02:30 (CEST) tot 02:30 (CET)");
}

TEST(Durations, TwoUnitsAtMost) {
  using std::chrono::seconds;
  EXPECT_EQ(duration(Language::Nl, seconds{0}), "0 s");
  EXPECT_EQ(duration(Language::Nl, seconds{-5}), "0 s");
  EXPECT_EQ(duration(Language::Nl, base::Millis{59'999}), "59 s");
  EXPECT_EQ(duration(Language::Nl, seconds{60}), "1 min");
  EXPECT_EQ(duration(Language::Nl, seconds{3900}), "1 uur 5 min");
  EXPECT_EQ(duration(Language::De, seconds{3601}), "1 Std.");
  EXPECT_EQ(duration(Language::Nl, seconds{2 * 86'400 + 3 * 3600 + 5}), "2 dagen 3 uur");
}

}  // namespace
}  // namespace texts
