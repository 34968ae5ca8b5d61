// A PostgreSQL server of a test binary's own: Debian's server 15 in a temporary folder, listening on a unix
// socket there and nowhere else, started at the first use and removed when the binary ends; when the binary
// is killed, the kernel ends the server too. As root it runs as the user `postgres`, since PostgreSQL refuses
// root. Link with hartslag_sql_testing.
//
//   auto database = sql::testing::fresh_postgresql();
//   ASSERT_TRUE(database) << database.error().message;
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "sql/database.h"

namespace sql::testing {

/// A new, empty database on the shared server; from the test's main thread. Errors: Unavailable when
/// PostgreSQL is not installed or has not started after kPostgresqlStartS seconds. A test fails then rather
/// than skips, since both engines are promised.
base::Result<std::unique_ptr<Database>> fresh_postgresql();

/// The connection string of a new, empty database there.
base::Result<std::string> fresh_postgresql_address();

inline constexpr int kPostgresqlStartS = 60;

}  // namespace sql::testing
