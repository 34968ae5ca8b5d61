// What an operator may be asked to show: when the last backup was made, and when one was last restored and
// found good. One row a name in the control database, the latest of each.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"

namespace backup {

inline constexpr std::string_view kBackupMade = "backup.made";
inline constexpr std::string_view kRestoreDrill = "restore.drill";

struct Evidence {
  base::Instant at;
  std::string detail;  ///< JSON, without personal data
};

/// Any thread. Errors: those of sql/database.h.
class EvidenceBook {
 public:
  /// Migrates the database.
  static base::Result<std::unique_ptr<EvidenceBook>> open(sql::Database& control, const base::Clock& clock);

  /// In the place of what was there under this name.
  base::Result<void> note(std::string_view name, std::string_view detail);
  base::Result<std::optional<Evidence>> find(std::string_view name);

 private:
  EvidenceBook(sql::Database& control, const base::Clock& clock) : control_(control), clock_(clock) {}
  sql::Database& control_;
  const base::Clock& clock_;
};

}  // namespace backup
