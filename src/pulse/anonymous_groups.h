// How traces are gathered into groups: parts 2 and 3 of the definition in anonymous.h.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "pulse/anonymous.h"

namespace pulse {

class Grouping {
 public:
  /// Cuts are made by the first `numbers` values. Viewers are numbered 0 … viewers-1.
  Grouping(std::size_t numbers, std::int64_t fewest, std::size_t viewers)
      : numbers_(numbers), fewest_(fewest), seen_(viewers) {}

  using Take = std::function<void(std::span<AnonymousTrace>)>;
  /// Calls `take` with each group; reorders `traces`. None when they are of fewer than `fewest` viewers.
  void gather(std::span<AnonymousTrace> traces, const Take& take);

 private:
  struct Cut {
    std::size_t number = 0;
    std::size_t at = 0;
    std::int64_t gap = 0;  // 0: there is none
    std::size_t off = 0;   // from the middle
  };
  void cut(std::span<AnonymousTrace> traces, const Take& take);
  Cut find_cut(std::span<AnonymousTrace> traces);
  Cut best_cut(std::span<AnonymousTrace> traces, std::size_t number, bool widest);
  std::int64_t count_viewers(std::span<const AnonymousTrace> traces);
  bool is_new(const AnonymousTrace& trace);

  std::size_t numbers_;
  std::int64_t fewest_;
  std::vector<std::uint32_t> seen_;
  std::uint32_t round_ = 0;
};

/// Leaves of each viewer's traces, the earliest first, at most as many as the fewest-th most frequent has.
/// Returns how many are left, at the front. Requires: traces of at least `fewest` viewers.
std::size_t level_frequency(std::span<AnonymousTrace> traces, std::int64_t fewest);

}  // namespace pulse
