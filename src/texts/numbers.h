// Numbers, dates and durations as each language writes them.
//
//   nl  1.234,5   zondag 22 november 2026 om 15:00 (CET)      1 uur 5 min
//   fr  1 234,5   dimanche 22 novembre 2026 à 15:00 (CET)     1 h 5 min     (narrow no-break space)
//   en  1,234.5   Sunday 22 November 2026 at 15:00 (CET)      1 h 5 min
//   de  1.234,5   Sonntag, 22. November 2026 um 15:00 (CET)   1 Std. 5 Min.
//
// A zone is an IANA name. One that the system does not know shows as UTC and says so, since a page with
// an odd zone is better than none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/language.h"
#include "base/time.h"

namespace texts {

using base::Language;

/// Digits in groups of three.
std::string number(Language language, std::int64_t value);
/// Rounded half away from zero to `decimals` (0 … 6) digits, all of them written. Not a number and
/// infinities show as "–".
std::string number(Language language, double value, int decimals);
/// 0.256 is "26 %" ("26%" in English).
std::string percent(Language language, double share, int decimals = 0);

/// "zondag 22 november 2026"
std::string date(Language language, base::Instant at, std::string_view zone);
/// "15:00 (CET)"; a zone whose abbreviation is only a number shows as "UTC−3".
std::string time(Language language, base::Instant at, std::string_view zone);
/// "zondag 22 november 2026 om 15:00 (CET)"
std::string date_time(Language language, base::Instant at, std::string_view zone);
/// "zondag 22 november 2026 van 15:00 tot 16:30 (CET)"; both dates when they differ.
std::string period(Language language, base::Instant from, base::Instant to, std::string_view zone);

/// The largest unit that is not zero and, unless it is zero, the next smaller one: "2 dagen 3 uur", "1 uur 5
/// min", "45 s". Cut, not rounded, so that a minute counts once it has passed. Negative durations show as
/// zero.
std::string duration(Language language, base::Millis length);

}  // namespace texts
