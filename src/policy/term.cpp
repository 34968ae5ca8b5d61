#include "policy/term.h"

#include <algorithm>
#include <chrono>

namespace policy {

base::Instant after(base::Instant from, const Span& span) {
  using std::chrono::days;
  using std::chrono::hours;
  switch (span.unit) {
    case Unit::Hours: return from + hours{span.count};
    case Unit::Days: return from + days{span.count};
    case Unit::Weeks: return from + days{std::int64_t{7} * span.count};
    case Unit::Months:
    case Unit::Years: break;
  }
  const auto day = std::chrono::floor<days>(from);
  const std::chrono::year_month_day date{day};
  const auto months = std::chrono::months{span.unit == Unit::Years ? 12 * span.count : span.count};
  const auto target = date.year() / date.month() + months;
  const auto last = (target / std::chrono::last).day();
  const auto moved = target / std::min(date.day(), last);
  return std::chrono::sys_days{moved} + (from - day);
}

std::string to_text(const Term& term) {
  constexpr std::string_view kEnd = " end";
  if (term.span.count == 0 && term.after.ends_with(kEnd)) {
    return "while " + term.after.substr(0, term.after.size() - kEnd.size());
  }
  if (term.counts_from_storing()) return to_text(term.span);
  return to_text(term.span) + " after " + term.after;
}

}  // namespace policy
