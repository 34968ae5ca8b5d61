#include "pulse/anonymous_groups.h"

#include <algorithm>
#include <functional>

namespace pulse {
namespace {

// A group of so many times the fewest is cut near its middle, so that many viewers take little time.
constexpr std::int64_t kLarge = 20;

}  // namespace

bool Grouping::is_new(const AnonymousTrace& trace) {
  auto& seen = seen_[trace.viewer];
  const bool fresh = seen != round_;
  seen = round_;
  return fresh;
}

std::int64_t Grouping::count_viewers(std::span<const AnonymousTrace> traces) {
  ++round_;
  return std::ranges::count_if(traces, [this](const auto& each) { return is_new(each); });
}

void Grouping::gather(std::span<AnonymousTrace> traces, const Take& take) {
  if (count_viewers(traces) >= fewest_) cut(traces, take);
}

void Grouping::cut(std::span<AnonymousTrace> traces, const Take& take) {
  const auto found = find_cut(traces);
  if (found.gap == 0) return take(traces);
  std::ranges::sort(traces, {}, [&](const auto& each) { return each.values[found.number]; });
  cut(traces.first(found.at), take);
  cut(traces.subspan(found.at), take);
}

Grouping::Cut Grouping::find_cut(std::span<AnonymousTrace> traces) {
  const auto size = static_cast<std::int64_t>(traces.size());
  if (size < 2 * fewest_) return {};
  if (size < kLarge * fewest_) {
    Cut best;
    for (std::size_t number = 0; number < numbers_; ++number) {
      const auto found = best_cut(traces, number, true);
      if (found.gap > best.gap || (found.gap == best.gap && found.gap > 0 && found.off < best.off))
        best = found;
    }
    return best;
  }
  std::vector<std::pair<std::int64_t, std::size_t>> spreads;
  for (std::size_t number = 0; number < numbers_; ++number) {
    const auto [least, most] =
        std::ranges::minmax(traces, {}, [&](const auto& each) { return each.values[number]; });
    spreads.emplace_back(least.values[number] - most.values[number], number);
  }
  std::ranges::sort(spreads);
  for (const auto& [spread, number] : spreads)
    if (const auto found = best_cut(traces, number, false); found.gap > 0) return found;
  return {};
}

// The widest possible cut in one number, or that nearest to the middle.
Grouping::Cut Grouping::best_cut(std::span<AnonymousTrace> traces, std::size_t number, bool widest) {
  const auto value = [number](const AnonymousTrace& each) { return each.values[number]; };
  std::ranges::sort(traces, {}, value);
  // From the first place with enough viewers before it to the last with enough after it.
  const auto enough = [this](auto begin, auto end) {
    ++round_;
    std::int64_t viewers = 0;
    auto at = begin;
    for (; at != end && viewers < fewest_; ++at) viewers += is_new(*at) ? 1 : 0;
    return viewers < fewest_ ? std::size_t{0} : static_cast<std::size_t>(at - begin);
  };
  const auto before = enough(traces.begin(), traces.end());
  const auto after = enough(traces.rbegin(), traces.rend());
  if (before == 0 || after == 0 || before + after > traces.size()) return {};
  Cut best;
  for (auto at = before; at <= traces.size() - after; ++at) {
    const auto gap = value(traces[at]) - value(traces[at - 1]);
    const auto off = 2 * at > traces.size() ? 2 * at - traces.size() : traces.size() - 2 * at;
    if (gap == 0) continue;
    const bool better =
        widest ? gap > best.gap || (gap == best.gap && off < best.off) : best.gap == 0 || off < best.off;
    if (better) best = {number, at, gap, off};
  }
  return best;
}

std::size_t level_frequency(std::span<AnonymousTrace> traces, std::int64_t fewest) {
  const auto by_viewer = [](const AnonymousTrace& one, const AnonymousTrace& other) {
    return std::pair(one.viewer, one.values) < std::pair(other.viewer, other.values);
  };
  std::ranges::sort(traces, by_viewer);
  std::vector<std::size_t> frequencies;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    if (i == 0 || traces[i].viewer != traces[i - 1].viewer) frequencies.push_back(0);
    ++frequencies.back();
  }
  const auto nth = frequencies.begin() + static_cast<std::ptrdiff_t>(fewest - 1);
  std::ranges::nth_element(frequencies, nth, std::greater{});
  const auto most = *nth;
  std::size_t left = 0;
  std::size_t of_viewer = 0;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    const auto each = traces[i];
    of_viewer = i > 0 && left > 0 && traces[left - 1].viewer == each.viewer ? of_viewer + 1 : 1;
    if (of_viewer <= most) traces[left++] = each;
  }
  return left;
}

}  // namespace pulse
