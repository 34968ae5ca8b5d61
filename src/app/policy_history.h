// Which policies were in force in this installation, and since when.
//
// `<data>/policies/` holds a file per version that came into force, named by the moment in milliseconds since
// the epoch and the version: "1793455200000-2026-11-01-0123456789ab.yaml". Its content is the policy's own
// text. A version that comes back is a new file, since it came into force anew.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/result.h"
#include "policy/policy.h"

namespace app {

struct PastPolicy {
  base::Instant at;  ///< when it came into force
  std::string version;
  std::string text;
};

/// Adds the policy whose text is `text` unless it is the newest, and returns all, newest first. Errors: as
/// Files; Corrupt for a file name that nobody here writes.
base::Result<std::vector<PastPolicy>> remember_policy(base::Files& files, const base::Path& folder,
                                                      const policy::Policy& policy, std::string_view text,
                                                      const base::Clock& clock);

}  // namespace app
