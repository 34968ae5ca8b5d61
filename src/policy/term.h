// How long something lasts: "14 days after event end", "6 months", "while account", "72 hours".
#pragma once

#include <string>

#include "base/time.h"

namespace policy {

enum class Unit { Hours, Days, Weeks, Months, Years };

/// A number of units; 0 means at once ("without delay").
struct Span {
  int count = 0;
  Unit unit = Unit::Days;
  bool operator==(const Span&) const = default;
};
std::string to_text(const Span& span);  ///< as a policy writes it: "14 days", "1 month", "without delay"

/// The moment that lies a span after `from`. Hours and days are 3 600 s and 86 400 s; a month ends on the day
/// with the same number, or on the last day of a shorter month, at the same time of day, in UTC: 31 January
/// plus 1 month is 28 or 29 February. Never before `from`.
base::Instant after(base::Instant from, const Span& span);

/// How long a datum is kept.
struct Term {
  Span span;
  /// The point in time that the span counts from, of Vocabulary::ends: "event end". "stored" for a term that
  /// names none ("6 months"): the moment at which the value was stored.
  std::string after = "stored";
  /// Each value by itself, then, from its own storing.
  bool counts_from_storing() const { return after == "stored"; }
  bool operator==(const Term&) const = default;
};
std::string to_text(const Term& term);  ///< "14 days after event end"; "6 months"; "while account"

}  // namespace policy
