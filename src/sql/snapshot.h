// A database of SQLite as it was at one moment, copied while others go on writing; and a pause of all
// writers, so that several databases can be taken at the same moment:
//
//   auto one = a.pause_writes(wait), two = b.pause_writes(wait);
//   auto first = a.take_snapshot(), second = b.take_snapshot();
//   … end both pauses …
//   first->copy_to("a.db"); second->copy_to("b.db");
//
// PostgreSQL is copied by its own tools; all of this is Invalid for it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/files.h"
#include "base/result.h"
#include "sql/database.h"

namespace sql {

/// As long as it lives nobody else begins to write; readers go on. Ends without a change.
class WritePause {
 public:
  ~WritePause();
  WritePause(const WritePause&) = delete;
  WritePause& operator=(const WritePause&) = delete;

 private:
  friend class Database;
  explicit WritePause(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

using RowCounts = std::map<std::string, std::int64_t>;  ///< by name of the table

/// One thread at a time. `Database::scrub` fails as long as one lives that is older than what was written:
/// end it soon. Errors: those of sql/database.h.
class Snapshot {
 public:
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// Puts a copy into a file that is not there yet, readable by its owner alone; it is synced, and needs no
  /// companions. Errors: Conflict when the file is there, Unavailable when the disk is full; an unfinished
  /// file is removed.
  base::Result<void> copy_to(const base::Path& file);

  base::Result<RowCounts> count_rows();
  /// The engine's own examination of every page and index. Errors: Corrupt.
  base::Result<void> check();

 private:
  friend class Database;
  explicit Snapshot(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

/// The same for a file that perhaps another process has open. Errors: NotFound when there is no `from`.
base::Result<void> copy_database(const base::Path& from, const base::Path& to);

}  // namespace sql
