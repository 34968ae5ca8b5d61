#include "policy/deadline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace policy {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

/// A day of every year: by month and day, or by its distance from Easter Sunday.
struct Holiday {
  std::string_view countries;  ///< "BE NL"
  unsigned month = 0;          ///< 0: a day after Easter
  unsigned day = 0;
  int after_easter = 0;
  int from_year = 0;
};

/// Holidays of the whole country. The Dutch Good Friday is none: only some laws treat it as one, and a
/// deadline is better early than late. The king's birthday is below.
constexpr auto kHolidays = std::to_array<Holiday>({
    {"BE NL FR DE LU", 1, 1},
    {"BE FR DE LU", 5, 1},
    {"NL", 5, 5},
    {"FR", 5, 8},
    {"LU", 5, 9, 0, 2019},
    {"LU", 6, 23},
    {"FR", 7, 14},
    {"BE", 7, 21},
    {"BE FR LU", 8, 15},
    {"DE", 10, 3, 0, 1990},
    {"BE FR LU", 11, 1},
    {"BE FR", 11, 11},
    {"BE NL FR DE LU", 12, 25},
    {"NL DE LU", 12, 26},
    {"DE", 0, 0, -2},
    {"BE NL FR DE LU", 0, 0, 1},
    {"BE NL FR DE LU", 0, 0, 39},
    {"BE NL FR DE LU", 0, 0, 50},
});

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876).
sys_days easter(int year) {
  const int a = year % 19;
  const int b = year / 100;
  const int c = year % 100;
  const int d = b / 4;
  const int e = b % 4;
  const int g = (8 * b + 13) / 25;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4;
  const int k = c % 4;
  const int l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 19 * l) / 433;
  const int month = (h + l - 7 * m + 90) / 25;
  const int day = (h + l - 7 * m + 33 * month + 19) % 32;
  return std::chrono::year{year} / month / day;
}

bool is_sunday(sys_days day) { return std::chrono::weekday{day} == std::chrono::Sunday; }

/// 27 April, or the day before when that is a Sunday; since 2014.
bool is_kings_day(const year_month_day& date) {
  if (date.year() < std::chrono::year{2014}) return false;
  const sys_days birthday = date.year() / std::chrono::April / 27;
  return sys_days{date} == (is_sunday(birthday) ? birthday - days{1} : birthday);
}

bool is_working_day(sys_days day, std::string_view country) {
  const std::chrono::weekday weekday{day};
  if (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday) return false;
  const year_month_day date{day};
  return !is_holiday(country, static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

sys_days next_working_day(sys_days day, std::string_view country) {
  while (!is_working_day(day, country)) day += days{1};
  return day;
}

/// The last day of a span of days or more that runs from `received`, whatever day that is.
sys_days last_day(sys_days received, const Span& span) {
  return std::chrono::floor<days>(after(base::Instant{received}, span));
}

/// Article 3(5): how far it has to be moved for two working days to be in it.
sys_days with_two_working_days(sys_days received, sys_days last, std::string_view country) {
  int working = 0;
  for (auto day = received + days{1}; day <= last && working < 2; day += days{1}) {
    working += is_working_day(day, country) ? 1 : 0;
  }
  for (; working < 2; ++working) last = next_working_day(last + days{1}, country);
  return last;
}

}  // namespace

bool is_holiday(std::string_view country, int year, unsigned month, unsigned day) {
  const year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok() || country.size() != 2) return false;
  if (country == "NL" && is_kings_day(date)) return true;
  const auto from_easter = (sys_days{date} - easter(year)).count();
  return std::ranges::any_of(kHolidays, [&](const Holiday& holiday) {
    if (!holiday.countries.contains(country) || year < holiday.from_year) return false;
    return holiday.month == 0 ? from_easter == holiday.after_easter
                              : holiday.month == month && holiday.day == day;
  });
}

base::Result<base::Instant> deadline(base::Instant received, const Span& span, std::string_view time_zone,
                                     std::string_view country) {
  ASSIGN_OR_RETURN(const auto local, base::local_time(received, time_zone));
  if (span.unit == Unit::Hours || span.count == 0) return after(received, span);
  const sys_days day_received =
      std::chrono::year{local.year} / static_cast<int>(local.month) / static_cast<int>(local.day);
  auto last = next_working_day(last_day(day_received, span), country);
  if (span.count > 1 || span.unit != Unit::Days) last = with_two_working_days(day_received, last, country);
  const year_month_day next{last + days{1}};
  const auto midnight = fmt::format("{:04}-{:02}-{:02}T00:00", static_cast<int>(next.year()),
                                    static_cast<unsigned>(next.month()), static_cast<unsigned>(next.day()));
  ASSIGN_OR_RETURN(const auto over, base::parse_local(midnight, time_zone));
  return over - base::Millis{1};
}

}  // namespace policy
