// The running program's side of `hartslag backup`, on the local listener and for callers of this machine
// alone:
//
//   POST /backup         an archive (backup/archive.h), as it is made; Hartslag-Bytes tells how much goes
//                        into it. One at a time: 409
//   POST /backup/drill   the result of a restore drill, sealed with the key of backups, so that only who has
//                        the keys can say that one succeeded: 204, and it is noted
#pragma once

#include <cstdint>
#include <optional>

#include "app/house.h"
#include "base/time.h"
#include "http/router.h"

namespace app {

inline constexpr std::string_view kDrillPlace = "restore drill";

void add_backup(http::Router& router, House& house);

/// When the last backup and the last successful drill were, for /metrics; nothing when there was none.
struct BackupTimes {
  std::optional<base::Instant> made;
  std::optional<base::Instant> drilled;
};
base::Result<BackupTimes> backup_times(House& house);

}  // namespace app
