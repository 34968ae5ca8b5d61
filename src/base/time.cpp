#include "base/time.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace base {
namespace {

/// Reads exactly `digits` decimal digits from the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

/// "YYYY-MM-DDTHH:MM[:SS]"; leaves the rest in `text`.
std::optional<date::local_seconds> take_date_time(std::string_view& text, bool seconds_required) {
  auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  auto day = take_number(text, 2);
  if (!day || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
  auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int second = 0;
  if (take(text, ':')) {
    auto read = take_number(text, 2);
    if (!read || *read > 59) return std::nullopt;
    second = *read;
  } else if (seconds_required) {
    return std::nullopt;
  }
  date::year_month_day calendar{date::year{*year}, date::month{static_cast<unsigned>(*month)},
                                date::day{static_cast<unsigned>(*day)}};
  if (!calendar.ok()) return std::nullopt;
  return date::local_days{calendar} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{second};
}

const date::time_zone* find_zone(std::string_view name) {
  try {
    return date::locate_zone(std::string{name});
  } catch (const std::exception&) {
    return nullptr;
  }
}

std::unexpected<Error> unknown_zone() { return fail(Code::Invalid, "unknown time zone"); }

}  // namespace

std::string to_rfc3339(Instant at) {
  auto days = std::chrono::floor<std::chrono::days>(at);
  date::year_month_day calendar{date::sys_days{days.time_since_epoch()}};
  auto of_day = (at - days).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(calendar.year()),
                     static_cast<unsigned>(calendar.month()), static_cast<unsigned>(calendar.day()),
                     of_day / 3'600'000, of_day / 60'000 % 60, of_day / 1000 % 60, of_day % 1000);
}

Result<Instant> parse_rfc3339(std::string_view text) {
  const auto malformed = [] {
    return fail(Code::Invalid, "a time is written as in 2026-11-22T14:00:00.000Z");
  };
  auto local = take_date_time(text, true);
  if (!local) return malformed();
  int millis = 0;
  if (take(text, '.')) {
    int digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      if (digits < 3) millis = millis * 10 + (text.front() - '0');
      text.remove_prefix(1);
      if (++digits > 9) return malformed();
    }
    if (digits == 0) return malformed();
    for (; digits < 3; ++digits) millis *= 10;
  }
  std::chrono::minutes offset{0};
  if (!take(text, 'Z') && !take(text, 'z')) {
    if (text.empty()) return malformed();
    const bool east = text.front() == '+';
    if (!east && text.front() != '-') return malformed();
    text.remove_prefix(1);
    auto hours = take_number(text, 2);
    if (!hours || *hours > 23 || !take(text, ':')) return malformed();
    auto minutes = take_number(text, 2);
    if (!minutes || *minutes > 59) return malformed();
    offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
    if (!east) offset = -offset;
  }
  if (!text.empty()) return malformed();
  return Instant{Millis{local->time_since_epoch() - offset} + Millis{millis}};
}

bool is_time_zone(std::string_view zone) { return find_zone(zone) != nullptr; }

Result<Instant> parse_local(std::string_view text, std::string_view zone_name) {
  const auto* zone = find_zone(zone_name);
  if (zone == nullptr) return unknown_zone();
  auto local = take_date_time(text, false);
  if (!local || !text.empty()) return fail(Code::Invalid, "a local time is written as in 2026-11-22T14:00");
  auto at = zone->to_sys(*local, date::choose::earliest);
  return Instant{Millis{at.time_since_epoch()}};
}

Result<std::string> to_local(Instant at, std::string_view zone) {
  ASSIGN_OR_RETURN(auto local, local_time(at, zone));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}", local.year, local.month, local.day, local.hour,
                     local.minute);
}

Result<LocalTime> local_time(Instant at, std::string_view zone_name) {
  const auto* zone = find_zone(zone_name);
  if (zone == nullptr) return unknown_zone();
  auto info = zone->get_info(date::sys_time<Millis>{at.time_since_epoch()});
  auto local = at.time_since_epoch() + info.offset;
  auto days = std::chrono::floor<date::days>(date::sys_time<Millis>{local});
  date::year_month_day calendar{days};
  auto of_day = (date::sys_time<Millis>{local} - days).count();
  return LocalTime{
      .year = static_cast<int>(calendar.year()),
      .month = static_cast<unsigned>(calendar.month()),
      .day = static_cast<unsigned>(calendar.day()),
      .weekday = date::weekday{days}.iso_encoding(),
      .hour = static_cast<int>(of_day / 3'600'000),
      .minute = static_cast<int>(of_day / 60'000 % 60),
      .second = static_cast<double>(of_day % 60'000) / 1000.0,
      .offset_s = static_cast<int>(info.offset.count()),
      .abbreviation = info.abbrev,
  };
}

}  // namespace base
