// A database, whichever engine: SQLite in a file or PostgreSQL behind a connection string. One text of SQL
// serves both (SOCI), statements are prepared once per connection, and nothing throws.
//
//   auto person = database.maybe(queries::person_by_mail, {{"property", 3}, {"mail", index}});
//   database.transact([&](sql::Connection& connection) -> base::Result<void> { … });
//
// Errors of every function here: Conflict (a constraint is violated), Unavailable (the disk is full, the
// database is busy or away), Corrupt (the file is damaged or no database), Internal (anything else, a wrong
// statement above all). Messages name the query and never a value.
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "sql/limits.h"
#include "sql/query.h"
#include "sql/value.h"

namespace sql {

using Params = std::span<const Param>;

/// One connection with its prepared statements. One thread at a time.
class Connection {
 public:
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Engine engine() const;

  /// The number of rows that were inserted, changed or deleted.
  base::Result<std::int64_t> run(const Query& query, Params params);
  /// The first row. Errors: NotFound when there is none.
  base::Result<Row> one(const Query& query, Params params);
  /// The first row, if there is any.
  base::Result<std::optional<Row>> maybe(const Query& query, Params params);
  base::Result<std::vector<Row>> all(const Query& query, Params params);
  /// Row by row; an error of `take` ends it and is passed on. `take` must not use this connection.
  base::Result<void> each(const Query& query, Params params,
                          const std::function<base::Result<void>(const Row&)>& take);

  base::Result<std::int64_t> run(const Query& query, std::initializer_list<Param> params = {}) {
    return run(query, Params{params.begin(), params.size()});
  }
  base::Result<Row> one(const Query& query, std::initializer_list<Param> params = {}) {
    return one(query, Params{params.begin(), params.size()});
  }
  base::Result<std::optional<Row>> maybe(const Query& query, std::initializer_list<Param> params = {}) {
    return maybe(query, Params{params.begin(), params.size()});
  }
  base::Result<std::vector<Row>> all(const Query& query, std::initializer_list<Param> params = {}) {
    return all(query, Params{params.begin(), params.size()});
  }
  base::Result<void> each(const Query& query, std::initializer_list<Param> params,
                          const std::function<base::Result<void>(const Row&)>& take) {
    return each(query, Params{params.begin(), params.size()}, take);
  }

  /// Only parses and plans it. Errors: Internal with the engine's own message.
  base::Result<void> prepare(const Query& query);
  /// Runs a text as it is, without parameters, statement by statement, for migrations.
  base::Result<void> script(std::string_view text, std::string_view name);

 private:
  friend class Database;
  friend class Snapshot;
  struct Inside;
  explicit Connection(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

class Snapshot;
class WritePause;

struct Options {
  int connections = kConnections;
};

/// A pool of connections. Any thread; more threads than connections wait for each other.
class Database {
 public:
  /// The file is made when it is missing, readable by its owner alone (so are its companions -wal and -shm).
  /// Write-ahead log, synchronous=FULL: a change that was answered survives a power loss.
  static base::Result<std::unique_ptr<Database>> open_sqlite(const base::Path& file, Options options = {});
  /// `connection` is libpq's: "host=/run/postgresql dbname=vault user=hartslag".
  static base::Result<std::unique_ptr<Database>> open_postgresql(const std::string& connection,
                                                                 Options options = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Engine engine() const;

  /// Each of these is a transaction of its own. `take` must not use this database: its thread would hold two
  /// connections, and as many threads as there are connections would wait for each other for ever.
  base::Result<std::int64_t> run(const Query& query, std::initializer_list<Param> params = {});
  base::Result<Row> one(const Query& query, std::initializer_list<Param> params = {});
  base::Result<std::optional<Row>> maybe(const Query& query, std::initializer_list<Param> params = {});
  base::Result<std::vector<Row>> all(const Query& query, std::initializer_list<Param> params = {});
  base::Result<void> each(const Query& query, std::initializer_list<Param> params,
                          const std::function<base::Result<void>(const Row&)>& take);

  /// Calls `work(Connection&)`, which returns a Result, inside a transaction that sees one state of the data
  /// and excludes others that would change it (BEGIN IMMEDIATE, or SERIALIZABLE). Commits when the Result
  /// holds a value, else rolls back and passes the error on. When the engine finds that two transactions got
  /// in each other's way it is rolled back and called again, kTransactionAttemptsMax times in all: `work`
  /// changes nothing but the database, or can bear being called again. Must not be nested on one thread.
  template <class Work>
  std::invoke_result_t<Work&, Connection&> transact(Work&& work) {
    std::optional<std::invoke_result_t<Work&, Connection&>> result;
    RETURN_IF_ERROR(transact_any([&](Connection& connection) -> base::Result<void> {
      result.emplace(work(connection));
      if (!*result) return base::fail(result->error());
      return {};
    }));
    return *std::move(result);
  }

  /// Takes a connection out of the pool for as long as `work` runs, without a transaction.
  base::Result<void> with_connection(const std::function<base::Result<void>(Connection&)>& work);

  /// After something was deleted for good: no copy of it stays behind in the write-ahead log or in pages that
  /// nothing refers to. SQLite: deleted content is overwritten anyway (secure_delete); the log is emptied
  /// into the file and cut to nothing. PostgreSQL: `vacuum`, which frees the rows' room; its write-ahead log
  /// is recycled in its own time. Errors: Unavailable while a long read keeps the log in use: try again.
  base::Result<void> scrub();

  /// For copies; see sql/snapshot.h. Errors: Unavailable when somebody else writes for longer than that.
  base::Result<std::unique_ptr<WritePause>> pause_writes(std::chrono::milliseconds at_most);
  base::Result<std::unique_ptr<Snapshot>> take_snapshot();
  /// Writes the whole database anew, so that pages hold what is there and nothing besides, and scrubs. Takes
  /// as long as copying it, and keeps writers waiting. For when something deleted is found to be still there.
  base::Result<void> compact();

 private:
  struct Pool;
  class Borrowed;
  explicit Database(std::unique_ptr<Pool> pool);
  base::Result<void> transact_any(const std::function<base::Result<void>(Connection&)>& work);
  std::unique_ptr<Pool> pool_;
};

}  // namespace sql
