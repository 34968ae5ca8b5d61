#include "sql/database.h"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <thread>

#include "base/check.h"
#include "base/mutex.h"
#include "sql/connection.h"
#include "sql/snapshot.h"

namespace sql {

using base::Code;
using base::fail;
using base::Result;

namespace {

/// What every connection to SQLite is told before its first statement.
constexpr std::string_view kSqlitePragmas[] = {
    // Write-ahead log: readers go on while somebody writes.
    "pragma journal_mode = wal",
    // Every commit is synchronised, not just every checkpoint.
    "pragma synchronous = full",
    "pragma foreign_keys = on",
    // Deleted content is overwritten with zeros.
    "pragma secure_delete = on",
    // Sorting never writes to a temporary file.
    "pragma temp_store = memory",
};

/// SOCI's connection strings have no way to write a quote.
Result<std::string> sqlite_address(const base::Path& file) {
  if (file.native().contains('"')) return fail(Code::Invalid, "a database's path has no quotation mark");
  return "db=\"" + file.native() + "\"";
}

}  // namespace

/// The connections that wait for work. One that is null is made when it is needed.
struct Database::Pool {
  Engine engine = Engine::Sqlite;
  std::string address;

  base::Mutex mutex;
  base::Condition freed;
  std::vector<std::unique_ptr<Connection>> free GUARDED_BY(mutex);

  Result<std::unique_ptr<Connection>> connect() const;
};

Result<std::unique_ptr<Connection>> Database::Pool::connect() const {
  auto inside = std::make_unique<Connection::Inside>(engine);
  auto& session = inside->session;
  const auto connected = inside->guard({"connect", "", ""}, [&]() -> Result<void> {
    if (engine == Engine::Postgresql) {
      session.open(soci::postgresql, address);
      // "already exists, skipping" and its like would go to standard error.
      session << "set client_min_messages = warning";
      return {};
    }
    session.open(soci::sqlite3, address);
    // First of all: making the log may have to wait for another connection.
    session << "pragma busy_timeout = " + std::to_string(kBusyTimeoutMs);
    for (const auto pragma : kSqlitePragmas) session << std::string{pragma};
    return {};
  });
  RETURN_IF_ERROR(connected);
  return std::unique_ptr<Connection>{new Connection{std::move(inside)}};
}

/// A connection taken out of the pool for a while.
class Database::Borrowed {
 public:
  explicit Borrowed(Pool& pool) : pool_(pool) {
    const base::Lock lock{pool_.mutex};
    while (pool_.free.empty()) pool_.freed.wait(pool_.mutex);
    // The last one: its statements are the warmest.
    connection_ = std::move(pool_.free.back());
    pool_.free.pop_back();
  }
  ~Borrowed() {
    if (connection_ && connection_->inside_->broken) connection_.reset();
    {
      const base::Lock lock{pool_.mutex};
      // One that has to be made waits longest.
      pool_.free.insert(connection_ ? pool_.free.end() : pool_.free.begin(), std::move(connection_));
    }
    pool_.freed.notify_one();
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  Result<Connection*> get() {
    if (!connection_) {
      ASSIGN_OR_RETURN(connection_, pool_.connect());
    }
    return connection_.get();
  }

 private:
  Pool& pool_;
  std::unique_ptr<Connection> connection_;
};

Database::Database(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
Database::~Database() = default;

Engine Database::engine() const { return pool_->engine; }

Result<std::unique_ptr<Database>> Database::open_sqlite(const base::Path& file, Options options) {
  CHECK(options.connections >= 1 && options.connections <= kConnectionsMax);
  // SQLite goes to the system by itself, so there is no other file system to hand in. It gives its log the
  // permissions of the file, so it is enough to make that one first.
  base::OsFiles files;
  RETURN_IF_ERROR(files.open(file, base::OpenMode::Append));
  auto pool = std::make_unique<Pool>();
  pool->engine = Engine::Sqlite;
  ASSIGN_OR_RETURN(pool->address, sqlite_address(file));
  ASSIGN_OR_RETURN(auto first, pool->connect());
  {
    const base::Lock lock{pool->mutex};
    pool->free.resize(static_cast<std::size_t>(options.connections));
    pool->free.back() = std::move(first);
  }
  return std::unique_ptr<Database>{new Database{std::move(pool)}};
}

Result<std::unique_ptr<Database>> Database::open_postgresql(const std::string& connection, Options options) {
  CHECK(options.connections >= 1 && options.connections <= kConnectionsMax);
  auto pool = std::make_unique<Pool>();
  pool->engine = Engine::Postgresql;
  pool->address = connection;
  ASSIGN_OR_RETURN(auto first, pool->connect());
  {
    const base::Lock lock{pool->mutex};
    pool->free.resize(static_cast<std::size_t>(options.connections));
    pool->free.back() = std::move(first);
  }
  return std::unique_ptr<Database>{new Database{std::move(pool)}};
}

Result<void> Database::with_connection(const std::function<Result<void>(Connection&)>& work) {
  Borrowed borrowed{*pool_};
  ASSIGN_OR_RETURN(auto* connection, borrowed.get());
  return work(*connection);
}

Result<std::int64_t> Database::run(const Query& query, std::initializer_list<Param> params) {
  Borrowed borrowed{*pool_};
  ASSIGN_OR_RETURN(auto* connection, borrowed.get());
  return connection->run(query, params);
}

Result<Row> Database::one(const Query& query, std::initializer_list<Param> params) {
  Borrowed borrowed{*pool_};
  ASSIGN_OR_RETURN(auto* connection, borrowed.get());
  return connection->one(query, params);
}

Result<std::optional<Row>> Database::maybe(const Query& query, std::initializer_list<Param> params) {
  Borrowed borrowed{*pool_};
  ASSIGN_OR_RETURN(auto* connection, borrowed.get());
  return connection->maybe(query, params);
}

Result<std::vector<Row>> Database::all(const Query& query, std::initializer_list<Param> params) {
  Borrowed borrowed{*pool_};
  ASSIGN_OR_RETURN(auto* connection, borrowed.get());
  return connection->all(query, params);
}

Result<void> Database::each(const Query& query, std::initializer_list<Param> params,
                            const std::function<Result<void>(const Row&)>& take) {
  Borrowed borrowed{*pool_};
  ASSIGN_OR_RETURN(auto* connection, borrowed.get());
  return connection->each(query, params, take);
}

Result<void> Database::transact_any(const std::function<Result<void>(Connection&)>& work) {
  Borrowed borrowed{*pool_};
  ASSIGN_OR_RETURN(auto* connection, borrowed.get());
  auto& inside = *connection->inside_;
  const auto begin =
      inside.engine == Engine::Sqlite ? "begin immediate" : "begin isolation level serializable";
  for (int attempt = 1;; ++attempt) {
    inside.retryable = false;
    auto outcome = connection->script(begin, "begin");
    if (outcome) {
      outcome = work(*connection);
      if (outcome) outcome = connection->script("commit", "commit");
      if (outcome) return {};
      // A commit that the engine refused may have rolled back by itself; then there is nothing to do here.
      const bool retryable = inside.retryable;
      const auto rolled_back = connection->script("rollback", "rollback");
      if (!rolled_back && inside.engine == Engine::Postgresql) inside.broken = true;
      inside.retryable = retryable;
    }
    if (!inside.retryable || inside.broken || attempt == kTransactionAttemptsMax) return outcome;
    // Two that met once should not meet again: the later one of them waits longer.
    // tidy: allow sleep, because what is waited for is another connection, perhaps another program's.
    std::this_thread::sleep_for(std::chrono::milliseconds{attempt});
  }
}

Result<void> Database::scrub() {
  Borrowed borrowed{*pool_};
  ASSIGN_OR_RETURN(auto* connection, borrowed.get());
  if (connection->engine() == Engine::Postgresql) return connection->script("vacuum", "vacuum");
  static constexpr Query kCheckpoint{"checkpoint", "pragma wal_checkpoint(truncate)", "select 0 as busy"};
  ASSIGN_OR_RETURN(const auto row, connection->one(kCheckpoint));
  if (row.integer("busy") != 0) {
    return fail(Code::Unavailable, "a long read keeps the database's log in use");
  }
  return {};
}

Result<void> Database::compact() {
  {
    Borrowed borrowed{*pool_};
    ASSIGN_OR_RETURN(auto* connection, borrowed.get());
    RETURN_IF_ERROR(
        connection->script(connection->engine() == Engine::Postgresql ? "vacuum full" : "vacuum", "compact"));
  }
  return scrub();
}

Result<std::unique_ptr<WritePause>> Database::pause_writes(std::chrono::milliseconds at_most) {
  if (engine() != Engine::Sqlite) return fail(Code::Invalid, "PostgreSQL is copied by its own tools");
  ASSIGN_OR_RETURN(auto connection, pool_->connect());
  RETURN_IF_ERROR(
      connection->script("pragma busy_timeout = " + std::to_string(at_most.count()), "busy_timeout"));
  RETURN_IF_ERROR(connection->script("begin immediate", "pause_writes"));
  return std::unique_ptr<WritePause>(new WritePause(std::move(connection)));
}

Result<std::unique_ptr<Snapshot>> Database::take_snapshot() {
  if (engine() != Engine::Sqlite) return fail(Code::Invalid, "PostgreSQL is copied by its own tools");
  ASSIGN_OR_RETURN(auto connection, pool_->connect());
  RETURN_IF_ERROR(connection->script("begin", "take_snapshot"));
  // The moment is that of the first read.
  static constexpr std::string_view kReadText = "select count(*) as tables from sqlite_master";
  RETURN_IF_ERROR(connection->one(Query{"take_snapshot", kReadText, kReadText}));
  return std::unique_ptr<Snapshot>(new Snapshot(std::move(connection)));
}

}  // namespace sql
