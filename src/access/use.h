// That a session or a token was used is written down now and then (kSessionTouch).
#pragma once

#include <cstdint>

#include "base/log.h"
#include "base/result.h"

namespace staff {

/// A full disk is no reason to refuse somebody who only reads: the use is noted the next time.
inline void note_use(const base::Result<std::int64_t>& touched) {
  if (!touched) base::log(base::Level::Warning, "staff.use_not_noted", {{"error", touched.error()}});
}

}  // namespace staff
