// Viewings as people count them: one load of one page. A page opens its session before its viewer has
// answered, and the answer completes it; the store of attention, which only ever adds, then holds two rows of
// one session: the opening, and what was measured from the answer on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/names.h"
#include "pulse/snapshot.h"

namespace surfaces::events {

struct Viewing {
  base::SessionId session;
  std::int64_t opened_ms = 0;
  std::int64_t stopped_ms = 0;  ///< when consent was withdrawn; 0: it was not
  bool consented = false;
};

struct Viewings {
  std::vector<Viewing> all;         ///< in the order of their opening
  std::vector<std::size_t> of_row;  ///< for each row of the store its place in `all`
};

Viewings viewings_of(std::span<const pulse::SessionRow> rows);

}  // namespace surfaces::events
