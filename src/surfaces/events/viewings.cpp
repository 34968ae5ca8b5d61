#include "surfaces/events/viewings.h"

#include <algorithm>

namespace surfaces::events {

Viewings viewings_of(std::span<const pulse::SessionRow> rows) {
  Viewings viewings;
  viewings.of_row.reserve(rows.size());
  for (const auto& row : rows) {
    const auto known = std::ranges::find(viewings.all, row.id, &Viewing::session);
    viewings.of_row.push_back(static_cast<std::size_t>(known - viewings.all.begin()));
    if (known == viewings.all.end()) {
      viewings.all.push_back({row.id, row.opened_ms, row.stopped_ms, row.consented});
      continue;
    }
    known->opened_ms = std::min(known->opened_ms, row.opened_ms);
    known->stopped_ms = std::max(known->stopped_ms, row.stopped_ms);
    known->consented |= row.consented;
  }
  return viewings;
}

}  // namespace surfaces::events
