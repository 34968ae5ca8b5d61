// std::ranges::contains of C++23, which the standard library of Debian 12 has not yet.
#pragma once

#include <algorithm>
#include <functional>
#include <ranges>

namespace base {

/// Whether one of `range`, seen through `projection`, equals `value`.
template <std::ranges::input_range Range, class Value, class Projection = std::identity>
bool contains(const Range& range, const Value& value, Projection projection = {}) {
  return std::ranges::find(range, value, std::move(projection)) != std::ranges::end(range);
}

}  // namespace base
