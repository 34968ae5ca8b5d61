#include "texts/numbers.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "base/check.h"
#include "texts/texts.h"

namespace texts {
namespace {

struct Marks {
  std::string_view decimal;
  std::string_view group;
  std::string_view before_percent;
};

constexpr std::string_view kNoBreak = "\u00a0";
constexpr std::string_view kNarrowNoBreak = "\u202f";

constexpr Marks marks(Language language) {
  switch (language) {
    case Language::Nl: return {",", ".", kNoBreak};
    case Language::Fr: return {",", kNarrowNoBreak, kNarrowNoBreak};
    case Language::En: return {".", ",", ""};
    case Language::De: return {",", ".", kNoBreak};
  }
  return {};
}

// In the order of base::Language; Monday first, as ISO 8601 counts.
constexpr std::array<std::array<std::string_view, 7>, 4> kWeekdays{{
    {"maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"},
    {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
    {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"},
}};
constexpr std::array<std::array<std::string_view, 12>, 4> kMonths{{
    {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
     "november", "december"},
    {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
     "novembre", "décembre"},
    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
     "November", "December"},
    {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
     "November", "Dezember"},
}};

std::string grouped(std::string_view digits, std::string_view group) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += group;
    out += digits[i];
  }
  return out;
}

base::LocalTime local(base::Instant at, std::string_view zone) {
  auto known = base::local_time(at, zone);
  if (known) return *known;
  auto utc = base::local_time(at, "UTC");
  CHECK(utc);
  return *utc;
}

// A zone without letters of its own is named "-03" or "+0530" by the time zone data.
std::string zone_name(const base::LocalTime& time) {
  const auto& name = time.abbreviation;
  if (name.empty() || (name[0] != '+' && name[0] != '-')) return name;
  const int minutes = std::abs(time.offset_s) / 60;
  const auto sign = time.offset_s < 0 ? "\u2212" : "+";
  return minutes % 60 == 0 ? fmt::format("UTC{}{}", sign, minutes / 60)
                           : fmt::format("UTC{}{}:{:02}", sign, minutes / 60, minutes % 60);
}

std::string clock_time(const base::LocalTime& time) {
  return fmt::format("{:02}:{:02}", time.hour, time.minute);
}

std::string calendar_date(Language language, const base::LocalTime& time) {
  const auto of = static_cast<std::size_t>(language);
  const auto year = fmt::to_string(time.year);
  // French writes the first of a month as an ordinal.
  const auto day = language == Language::Fr && time.day == 1 ? std::string{"1er"} : fmt::to_string(time.day);
  return format(language, Key::DateFull,
                {{"weekday", kWeekdays[of][time.weekday - 1]},
                 {"day", day},
                 {"month", kMonths[of][time.month - 1]},
                 {"year", year}});
}

std::string with_zone(std::string_view text, const base::LocalTime& time) {
  return fmt::format("{} ({})", text, zone_name(time));
}

std::string date_and_time(Language language, const base::LocalTime& time) {
  const auto day = calendar_date(language, time);
  const auto clock = clock_time(time);
  return format(language, Key::DateFullAt, {{"date", day}, {"time", clock}});
}

}  // namespace

std::string number(Language language, std::int64_t value) {
  const auto digits = fmt::to_string(value);
  if (value < 0) return "\u2212" + grouped(std::string_view{digits}.substr(1), marks(language).group);
  return grouped(digits, marks(language).group);
}

std::string number(Language language, double value, int decimals) {
  CHECK(decimals >= 0 && decimals <= 6);
  if (!std::isfinite(value)) return "–";
  double scale = 1;
  for (int i = 0; i < decimals; ++i) scale *= 10;
  // std::round goes away from zero at the half, where printing would go to the even digit. Numbers too large
  // to have a fraction are left alone.
  const double scaled = value * scale;
  const double rounded = std::abs(scaled) < 9e15 ? std::round(scaled) / scale : value;
  const auto text = fmt::format("{:.{}f}", std::abs(rounded), decimals);
  const auto point = text.find('.');
  std::string out = rounded < 0 ? "\u2212" : "";
  out += grouped(std::string_view{text}.substr(0, point), marks(language).group);
  if (point != std::string::npos) {
    out += marks(language).decimal;
    out += std::string_view{text}.substr(point + 1);
  }
  return out;
}

std::string percent(Language language, double share, int decimals) {
  return fmt::format("{}{}%", number(language, share * 100, decimals), marks(language).before_percent);
}

std::string date(Language language, base::Instant at, std::string_view zone) {
  return calendar_date(language, local(at, zone));
}

std::string time(Language, base::Instant at, std::string_view zone) {
  const auto there = local(at, zone);
  return with_zone(clock_time(there), there);
}

std::string date_time(Language language, base::Instant at, std::string_view zone) {
  const auto there = local(at, zone);
  return with_zone(date_and_time(language, there), there);
}

std::string period(Language language, base::Instant from, base::Instant to, std::string_view zone) {
  const auto begin = local(from, zone);
  const auto end = local(to, zone);
  const bool same_offset = begin.offset_s == end.offset_s;
  if (begin.year == end.year && begin.month == end.month && begin.day == end.day) {
    const auto day = calendar_date(language, begin);
    // Over a change of clocks each time needs its own zone.
    const auto first = same_offset ? clock_time(begin) : with_zone(clock_time(begin), begin);
    const auto last = with_zone(clock_time(end), end);
    return format(language, Key::DateSameDay, {{"date", day}, {"from", first}, {"to", last}});
  }
  const auto first = date_and_time(language, begin);
  const auto last = date_and_time(language, end);
  const auto first_with_zone = same_offset ? first : with_zone(first, begin);
  const auto last_with_zone = with_zone(last, end);
  return format(language, Key::DateFromTo, {{"from", first_with_zone}, {"to", last_with_zone}});
}

std::string duration(Language language, base::Millis length) {
  const std::int64_t seconds = std::max<std::int64_t>(length.count() / 1000, 0);
  struct Part {
    Plural unit;
    std::int64_t count;
  };
  const std::array<Part, 4> parts{{{Plural::DurationDays, seconds / 86'400},
                                   {Plural::DurationHours, seconds / 3600 % 24},
                                   {Plural::DurationMinutes, seconds / 60 % 60},
                                   {Plural::DurationSeconds, seconds % 60}}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].count == 0) continue;
    auto out = plural(language, parts[i].unit, parts[i].count);
    if (i + 1 < parts.size() && parts[i + 1].count > 0)
      out += " " + plural(language, parts[i + 1].unit, parts[i + 1].count);
    return out;
  }
  return plural(language, Plural::DurationSeconds, 0);
}

}  // namespace texts
