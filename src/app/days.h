// Days as people write them ("2027-06-30"), in the zone of the country whose law the policy names.
#pragma once

#include <string>
#include <string_view>

#include "app/house.h"

namespace app {

/// The zone whose days count here.
std::string_view zone_of_house(const House& house);
/// Its first moment. Errors: Invalid for what is no day.
base::Result<base::Instant> begin_of_day(const House& house, std::string_view day);
/// The first moment after it. Errors: Invalid for what is no day.
base::Result<base::Instant> end_of_day(const House& house, std::string_view day);
/// The last day before a moment: of what ends then.
std::string last_day_before(const House& house, base::Instant end);
std::string day_of(const House& house, base::Instant at);

}  // namespace app
