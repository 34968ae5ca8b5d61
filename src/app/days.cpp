#include "app/days.h"

#include <fmt/format.h>

#include <algorithm>

#include "rights/clock.h"

namespace app {
namespace {

using base::Code;
using base::Instant;
using base::Result;

/// "2027-06-30" and nothing else: parse_local reads more than days.
bool looks_like_day(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00";
  return std::ranges::equal(
      text, kShape, [](char c, char shape) { return shape == '-' ? c == '-' : c >= '0' && c <= '9'; });
}

}  // namespace

std::string_view zone_of_house(const House& house) { return rights::zone_of(house.policy->law()); }

Result<Instant> begin_of_day(const House& house, std::string_view day) {
  if (!looks_like_day(day)) return base::fail(Code::Invalid, "write a day as in 2027-06-30");
  return base::parse_local(fmt::format("{}T00:00", day), zone_of_house(house));
}

Result<Instant> end_of_day(const House& house, std::string_view day) {
  ASSIGN_OR_RETURN(const auto begin, begin_of_day(house, day));
  // A day has 23 to 25 hours: somewhere in the next one, and back to its beginning.
  return begin_of_day(house, day_of(house, begin + std::chrono::hours{26}));
}

std::string last_day_before(const House& house, Instant end) {
  return day_of(house, end - std::chrono::milliseconds{1});
}

std::string day_of(const House& house, Instant at) {
  const auto local = base::local_time(at, zone_of_house(house));
  if (!local) return base::to_rfc3339(at).substr(0, 10);
  return fmt::format("{:04}-{:02}-{:02}", local->year, local->month, local->day);
}

}  // namespace app
