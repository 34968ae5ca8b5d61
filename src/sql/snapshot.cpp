#include "sql/snapshot.h"

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <memory>

#include "sql/connection.h"

namespace sql {

using base::Code;
using base::fail;
using base::Result;

namespace {

/// So many pages are copied under one hold of SQLite's own mutexes.
constexpr int kPagesAtOnce = 1024;

struct CloseSqlite {
  void operator()(sqlite_api::sqlite3* database) const { sqlite_api::sqlite3_close(database); }
};
using Handle = std::unique_ptr<sqlite_api::sqlite3, CloseSqlite>;

std::unexpected<base::Error> failed(std::string_view what, int status) {
  const auto kind = status & 0xFF;
  const bool damaged = kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB;
  return fail(damaged ? Code::Corrupt : Code::Unavailable,
              fmt::format("{}: {}", what, sqlite_api::sqlite3_errstr(status)));
}

Result<Handle> open_handle(const base::Path& file) {
  sqlite_api::sqlite3* raw = nullptr;
  const int status = sqlite_api::sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr);
  Handle handle{raw};
  if (status != SQLITE_OK) return failed("cannot open " + file.string(), status);
  sqlite_api::sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  return handle;
}

Result<void> copy_pages(sqlite_api::sqlite3* from, sqlite_api::sqlite3* to) {
  // A read that is open already is the one that is copied; nothing that is written meanwhile begins it anew.
  sqlite_api::sqlite3_backup* const backup = sqlite_api::sqlite3_backup_init(to, "main", from, "main");
  if (backup == nullptr) return failed("cannot copy the database", sqlite_api::sqlite3_errcode(to));
  int status = SQLITE_OK;
  while (status == SQLITE_OK) status = sqlite_api::sqlite3_backup_step(backup, kPagesAtOnce);
  const int finished = sqlite_api::sqlite3_backup_finish(backup);
  if (status != SQLITE_DONE) return failed("cannot copy the database", status);
  if (finished != SQLITE_OK) return failed("cannot copy the database", finished);
  // The copy says of itself that it has a write-ahead log, and shall need no companion.
  status = sqlite_api::sqlite3_exec(to, "pragma journal_mode = delete", nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) return failed("cannot finish the copy", status);
  return {};
}

/// The new file is there whole, or not at all.
Result<void> copy_into(sqlite_api::sqlite3* from, const base::Path& to) {
  base::OsFiles files;
  ASSIGN_OR_RETURN(const bool there, files.exists(to));
  if (there) return fail(Code::Conflict, to.string() + " is there already");
  auto copied = [&]() -> Result<void> {
    ASSIGN_OR_RETURN(const auto file, files.open(to, base::OpenMode::Append));
    {
      ASSIGN_OR_RETURN(const auto handle, open_handle(to));
      RETURN_IF_ERROR(copy_pages(from, handle.get()));
    }
    return file->sync();
  }();
  if (!copied) {
    RETURN_IF_ERROR(files.remove(to));
    RETURN_IF_ERROR(files.remove(to.string() + "-journal"));
  }
  return copied;
}

}  // namespace

WritePause::WritePause(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

// A connection that goes takes along what it has not committed.
WritePause::~WritePause() = default;

Snapshot::Snapshot(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Snapshot::~Snapshot() = default;

Result<void> Snapshot::copy_to(const base::Path& file) {
  auto* const backend =
      static_cast<soci::sqlite3_session_backend*>(connection_->inside_->session.get_backend());
  return copy_into(backend->conn_, file);
}

Result<RowCounts> Snapshot::count_rows() {
  static constexpr std::string_view kTablesText =
      "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name";
  static constexpr Query kTables{"tables", kTablesText, kTablesText};
  std::vector<std::string> names;
  RETURN_IF_ERROR(connection_->each(kTables, {}, [&](const Row& row) -> Result<void> {
    names.push_back(row.text("name"));
    return {};
  }));
  RowCounts counts;
  for (const auto& name : names) {
    const auto text = fmt::format("select count(*) as rows from \"{}\"", name);
    ASSIGN_OR_RETURN(const auto row, connection_->one(Query{"count_rows", text, text}));
    counts.emplace(name, row.integer("rows"));
  }
  return counts;
}

Result<void> Snapshot::check() {
  static constexpr Query kCheck{"integrity_check", "pragma integrity_check(1)", ""};
  ASSIGN_OR_RETURN(const auto row, connection_->one(kCheck));
  const auto said = row.text("integrity_check");
  if (said != "ok") return fail(Code::Corrupt, "the database is damaged: " + said);
  return {};
}

Result<void> copy_database(const base::Path& from, const base::Path& to) {
  base::OsFiles files;
  ASSIGN_OR_RETURN(const bool there, files.exists(from));
  if (!there) return fail(Code::NotFound, "there is no " + from.string());
  ASSIGN_OR_RETURN(const auto handle, open_handle(from));
  return copy_into(handle.get(), to);
}

}  // namespace sql
