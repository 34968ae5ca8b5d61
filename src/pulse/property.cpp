#include "pulse/property.h"

#include <algorithm>

namespace pulse {

std::uint16_t Property::attribute_number(const Attributes& attributes) {
  const auto found = attribute_numbers.find(attributes);
  if (found != attribute_numbers.end()) return found->second;
  // Whoever admits a session refuses a set too many; sessions of one batch may still bring one, which is
  // lost.
  if (attribute_sets.size() >= kAttributeSetsMax) return 0;
  const auto fresh = static_cast<std::uint16_t>(attribute_sets.size());
  attribute_sets.push_back(attributes);
  attribute_numbers.emplace(attributes, fresh);
  return fresh;
}

std::uint32_t Property::mark_kind(std::string_view kind) {
  const auto found = std::ranges::find(mark_kinds.begin() + 1, mark_kinds.end(), kind);
  if (found == mark_kinds.end()) {
    mark_kinds.emplace_back(kind);
    return static_cast<std::uint32_t>(mark_kinds.size() - 1);
  }
  return static_cast<std::uint32_t>(found - mark_kinds.begin());
}

bool Property::is_erased(base::ViewerNumber viewer, Ordinal ordinal) const {
  return std::ranges::any_of(
      erased, [&](const ErasedViewer& each) { return each.viewer == viewer && ordinal < each.before; });
}

void Property::forget() {
  attribute_sets.assign(1, Attributes{});
  attribute_numbers.clear();
  attribute_numbers.emplace(Attributes{}, std::uint16_t{0});
  mark_kinds.assign(1, std::string{});
  sessions.clear();
  sealed_sessions = 0;
  intervals.restart(0);
  marks.clear();
  segments.clear();
  erased.clear();
  erased_sessions.clear();
  live = LiveFigures{};
}

std::size_t Property::memory_bytes() const {
  return sessions.memory_bytes() + intervals.memory_bytes() + marks.capacity() * sizeof(SealedMark) +
         live.memory_bytes();
}

}  // namespace pulse
