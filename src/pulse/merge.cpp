#include "pulse/merge.h"

#include <algorithm>

namespace pulse {
namespace {

using base::Result;

constexpr std::size_t kPortion = 8192;

}  // namespace

void IntervalMerge::add(std::shared_ptr<const SegmentReader> segment) {
  sources_.push_back({.segment = std::move(segment), .block = 0, .read = {}, .rows = {}});
}

void IntervalMerge::add(std::span<const SealedInterval> rows) {
  sources_.push_back({.segment = nullptr, .block = 0, .read = {}, .rows = rows});
}

bool IntervalMerge::wanted(const SegmentBlock& block) const {
  if (block.table != Table::Intervals) return false;
  if (only_ == nullptr) return true;
  const auto first = std::ranges::lower_bound(*only_, block.first);
  return first != only_->end() && *first <= block.last;
}

// Sees to it that the source has a row, unless it is at its end.
Result<void> IntervalMerge::fill(Source& source) {
  while (source.rows.empty() && source.segment != nullptr && source.block < source.segment->blocks().size()) {
    const auto& block = source.segment->blocks()[source.block++];
    if (!wanted(block)) continue;
    RETURN_IF_ERROR(source.segment->read(block, source.read));
    if (only_ != nullptr) {
      std::erase_if(source.read, [&](const SealedInterval& row) {
        return !std::ranges::binary_search(*only_, row.ordinal);
      });
    }
    source.rows = source.read;
  }
  return {};
}

Result<std::span<const SealedInterval>> IntervalMerge::next() {
  for (auto& source : sources_) RETURN_IF_ERROR(fill(source));
  std::erase_if(sources_, [](const Source& source) { return source.rows.empty(); });
  if (sources_.size() == 1 && sources_[0].segment != nullptr) {
    auto& only = sources_[0];
    out_.assign(only.rows.begin(), only.rows.end());
    only.rows = {};
    return std::span<const SealedInterval>(out_);
  }
  out_.clear();
  while (!sources_.empty() && out_.size() < kPortion) {
    auto ordinal = sources_[0].rows.front().ordinal;
    for (const auto& source : sources_) ordinal = std::min(ordinal, source.rows.front().ordinal);
    for (auto& source : sources_) {
      while (!source.rows.empty() && source.rows.front().ordinal == ordinal) {
        out_.push_back(source.rows.front());
        source.rows = source.rows.subspan(1);
        if (source.rows.empty()) RETURN_IF_ERROR(fill(source));
      }
    }
    std::erase_if(sources_, [](const Source& source) { return source.rows.empty(); });
  }
  return std::span<const SealedInterval>(out_);
}

}  // namespace pulse
