// When a deadline that was promised ends: 7 days, four weeks, one month, 72 hours.
//
// Hours run from the very moment. Spans of days and more follow Regulation (EEC, Euratom) 1182/71: the day of
// receipt does not count (Article 3(1)); a span of days, weeks, months or years ends with the last hour of
// its last day, which for months and years is the day with the same number, or the last of a shorter month
// (3(2)); a last day that is a Saturday, a Sunday or a public holiday of the country moves to the next
// working day (3(4)); and a span of two days or more holds at least two working days (3(5)). Days are those
// of the given time zone, its summer time included.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "policy/term.h"

namespace policy {

/// The last instant that is still in time. `country` (ISO 3166-1 alpha-2) chooses the public holidays: BE,
/// NL, FR, DE, LU; for any other only Saturdays and Sundays move. Errors: Invalid for an unknown time zone.
base::Result<base::Instant> deadline(base::Instant received, const Span& span, std::string_view time_zone,
                                     std::string_view country);

/// A public holiday of the whole country on this day of the Gregorian calendar? Easter's are computed.
bool is_holiday(std::string_view country, int year, unsigned month, unsigned day);

}  // namespace policy
