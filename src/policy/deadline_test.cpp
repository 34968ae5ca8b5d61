#include "policy/deadline.h"

#include <gtest/gtest.h>

namespace policy {
namespace {

constexpr std::string_view kBrussels = "Europe/Brussels";

base::Instant at(std::string_view text) { return base::parse_rfc3339(text).value(); }

/// What is left of it in local time: "2026-03-09T23:59:59.999" of that zone is shown by its next minute.
std::string ends(std::string_view received, Span span, std::string_view country = "BE",
                 std::string_view zone = kBrussels) {
  const auto last = deadline(at(received), span, zone, country).value();
  return base::to_local(last + base::Millis{1}, zone).value();
}

TEST(Deadline, HoursRunFromTheVeryMomentThroughWeekendsAndHolidays) {
  const auto received = at("2026-12-24T16:30:00.123Z");
  EXPECT_EQ(deadline(received, {72, Unit::Hours}, kBrussels, "BE").value(), at("2026-12-27T16:30:00.123Z"));
  EXPECT_EQ(deadline(received, {}, kBrussels, "BE").value(), received);
  // The night in which the clocks lose an hour is an hour shorter, and 24 hours are not.
  EXPECT_EQ(ends("2026-03-28T11:00:00Z", {24, Unit::Hours}), "2026-03-29T13:00");
}

TEST(Deadline, TheDayOfReceiptDoesNotCount) {
  // Monday, at either end of the local day: the same seven days.
  EXPECT_EQ(ends("2026-11-22T23:00:00Z", {7, Unit::Days}), "2026-12-01T00:00");
  EXPECT_EQ(ends("2026-11-23T22:59:59Z", {7, Unit::Days}), "2026-12-01T00:00");
  EXPECT_EQ(ends("2026-11-23T23:00:00Z", {7, Unit::Days}), "2026-12-02T00:00");
  EXPECT_EQ(ends("2026-11-23T12:00:00Z", {4, Unit::Weeks}), "2026-12-22T00:00");
}

TEST(Deadline, AWeekendOrHolidayMovesItToTheNextWorkingDay) {
  EXPECT_EQ(ends("2026-11-20T12:00:00Z", {8, Unit::Days}), "2026-12-01T00:00");  // Saturday 28 November
  EXPECT_EQ(ends("2026-12-18T12:00:00Z", {7, Unit::Days}), "2026-12-29T00:00");  // Christmas, a Friday
  EXPECT_EQ(ends("2026-12-18T12:00:00Z", {7, Unit::Days}, "NL"), "2026-12-29T00:00");
  EXPECT_EQ(ends("2025-12-18T12:00:00Z", {7, Unit::Days}, "BE"), "2025-12-27T00:00");
  EXPECT_EQ(ends("2025-12-18T12:00:00Z", {7, Unit::Days}, "NL"), "2025-12-30T00:00");  // and Boxing Day
  EXPECT_EQ(ends("2025-12-18T12:00:00Z", {7, Unit::Days}, "US"), "2025-12-26T00:00");
}

TEST(Deadline, AMonthEndsOnTheSameNumberOrOnItsLastDay) {
  EXPECT_EQ(ends("2026-11-05T12:00:00Z", {1, Unit::Months}), "2026-12-08T00:00");  // 5 December, a Saturday
  EXPECT_EQ(ends("2024-01-31T12:00:00Z", {1, Unit::Months}), "2024-03-01T00:00");  // 29 February
  EXPECT_EQ(ends("2023-01-31T12:00:00Z", {1, Unit::Months}), "2023-03-01T00:00");  // 28 February
  EXPECT_EQ(ends("2024-02-29T12:00:00Z", {1, Unit::Years}), "2025-03-01T00:00");
  EXPECT_EQ(ends("2026-08-31T12:00:00Z", {1, Unit::Months}), "2026-10-01T00:00");
  EXPECT_EQ(ends("2026-12-31T12:00:00Z", {2, Unit::Months}), "2027-03-02T00:00");  // 28 February, a Sunday
}

TEST(Deadline, DaysAreThoseOfTheZoneWithItsSummerTime) {
  // Received in the last hour of a Belgian Sunday in summer, which is still Sunday afternoon elsewhere.
  EXPECT_EQ(ends("2026-07-05T21:30:00Z", {7, Unit::Days}), "2026-07-14T00:00");
  EXPECT_EQ(ends("2026-07-05T22:30:00Z", {7, Unit::Days}), "2026-07-14T00:00");
  const auto over_change = deadline(at("2026-03-24T12:00:00Z"), {6, Unit::Days}, kBrussels, "BE").value();
  EXPECT_EQ(over_change, at("2026-03-30T21:59:59.999Z"));  // Summer time by then.
  const auto in_winter = deadline(at("2026-10-20T12:00:00Z"), {6, Unit::Days}, kBrussels, "BE").value();
  EXPECT_EQ(in_winter, at("2026-10-26T22:59:59.999Z"));
  EXPECT_EQ(deadline(at("2026-03-24T12:00:00Z"), {6, Unit::Days}, "Europe/Nowhere", "BE").error().code,
            base::Code::Invalid);
}

TEST(Deadline, TwoDaysHoldTwoWorkingDays) {
  // Friday before Easter: Monday is a holiday, so Tuesday and Wednesday are the two.
  EXPECT_EQ(ends("2026-04-03T12:00:00Z", {2, Unit::Days}), "2026-04-09T00:00");
  EXPECT_EQ(ends("2026-04-03T12:00:00Z", {1, Unit::Days}), "2026-04-08T00:00");
  EXPECT_EQ(ends("2026-11-24T12:00:00Z", {2, Unit::Days}), "2026-11-27T00:00");
}

TEST(Holidays, FollowEaster) {
  for (const auto& [year, month, day] : {std::array{2024, 3, 31},
                                         {2025, 4, 20},
                                         {2026, 4, 5},
                                         {2027, 3, 28},
                                         {2038, 4, 25},
                                         {1961, 4, 2},
                                         {2285, 3, 22}}) {
    const std::chrono::sys_days easter = std::chrono::year{year} / month / day;
    const auto is = [&](std::string_view country, int after) {
      const std::chrono::year_month_day date{easter + std::chrono::days{after}};
      return is_holiday(country, year, static_cast<unsigned>(date.month()),
                        static_cast<unsigned>(date.day()));
    };
    EXPECT_TRUE(is("BE", 1)) << year;
    EXPECT_TRUE(is("NL", 39)) << year;
    EXPECT_TRUE(is("LU", 50)) << year;
    EXPECT_TRUE(is("DE", -2)) << year;
    EXPECT_FALSE(is("BE", -2)) << year;
    EXPECT_FALSE(is("ES", 1)) << year;
  }
}

TEST(Holidays, AreThoseOfEachCountry) {
  EXPECT_TRUE(is_holiday("BE", 2026, 7, 21));
  EXPECT_FALSE(is_holiday("NL", 2026, 7, 21));
  EXPECT_TRUE(is_holiday("FR", 2026, 7, 14));
  EXPECT_TRUE(is_holiday("DE", 2026, 10, 3));
  EXPECT_TRUE(is_holiday("LU", 2026, 6, 23));
  EXPECT_FALSE(is_holiday("LU", 2018, 5, 9));
  EXPECT_TRUE(is_holiday("LU", 2019, 5, 9));
  EXPECT_TRUE(is_holiday("NL", 2026, 4, 27));
  EXPECT_FALSE(is_holiday("NL", 2025, 4, 27));  // A Sunday.
  EXPECT_TRUE(is_holiday("NL", 2025, 4, 26));
  EXPECT_FALSE(is_holiday("BE", 2026, 2, 30));
  EXPECT_FALSE(is_holiday("", 2026, 1, 1));
}

TEST(Spans, AreAddedAsTheCalendarGoes) {
  EXPECT_EQ(after(at("2026-01-31T10:00:00Z"), {1, Unit::Months}), at("2026-02-28T10:00:00Z"));
  EXPECT_EQ(after(at("2024-01-31T10:00:00.5Z"), {1, Unit::Months}), at("2024-02-29T10:00:00.5Z"));
  EXPECT_EQ(after(at("2024-02-29T10:00:00Z"), {4, Unit::Years}), at("2028-02-29T10:00:00Z"));
  EXPECT_EQ(after(at("2024-02-29T10:00:00Z"), {1, Unit::Years}), at("2025-02-28T10:00:00Z"));
  EXPECT_EQ(after(at("2026-11-30T10:00:00Z"), {15, Unit::Months}), at("2028-02-29T10:00:00Z"));
  EXPECT_EQ(after(at("2026-03-28T23:30:00Z"), {1, Unit::Days}), at("2026-03-29T23:30:00Z"));
  EXPECT_EQ(after(at("2026-03-28T23:30:00Z"), {2, Unit::Weeks}), at("2026-04-11T23:30:00Z"));
  EXPECT_EQ(after(at("2026-03-28T23:30:00Z"), {72, Unit::Hours}), at("2026-03-31T23:30:00Z"));
  EXPECT_EQ(after(at("2026-03-28T23:30:00Z"), {}), at("2026-03-28T23:30:00Z"));
}

}  // namespace
}  // namespace policy
