// Instants, durations and their spelling. Everything stored and compared is UTC in milliseconds; a zone
// is only ever used to read and to show a local time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

using Millis = std::chrono::milliseconds;
/// A point in time in UTC, without leap seconds (POSIX time), in milliseconds.
using Instant = std::chrono::sys_time<Millis>;

constexpr Instant instant_from_ms(std::int64_t ms) { return Instant{Millis{ms}}; }
constexpr std::int64_t to_ms(Instant at) { return at.time_since_epoch().count(); }

/// RFC 3339 in UTC with milliseconds: "2026-11-22T14:00:00.000Z". Requires: year 0 … 9999.
std::string to_rfc3339(Instant at);

/// Reads RFC 3339 with any offset and 0 … 9 fraction digits (cut to milliseconds). Errors: Invalid.
Result<Instant> parse_rfc3339(std::string_view text);

/// True if the IANA name ("Europe/Brussels") is known to the system's time zone data.
bool is_time_zone(std::string_view zone);

/// Reads "2026-11-22T14:00" or "2026-11-22T14:00:05" as local time of `zone`. A time that the clocks
/// skip is moved to the end of the gap; of an ambiguous one the first is taken. Errors: Invalid.
Result<Instant> parse_local(std::string_view text, std::string_view zone);

/// "2026-11-22T14:00" in local time of `zone`, as an HTML datetime-local field wants it. Errors: Invalid
/// for an unknown zone.
Result<std::string> to_local(Instant at, std::string_view zone);

/// The calendar fields of `at` in `zone`, for texts and spreadsheets.
struct LocalTime {
  int year = 1970;
  unsigned month = 1;    ///< 1 … 12
  unsigned day = 1;      ///< 1 … 31
  unsigned weekday = 1;  ///< 1 Monday … 7 Sunday (ISO 8601)
  int hour = 0;
  int minute = 0;
  double second = 0;         ///< 0 ≤ second < 60, with milliseconds
  int offset_s = 0;          ///< seconds east of UTC
  std::string abbreviation;  ///< "CET"
};
Result<LocalTime> local_time(Instant at, std::string_view zone);

}  // namespace base
