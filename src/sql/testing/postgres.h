// A PostgreSQL server of a test binary's own: Debian's server 15 in a temporary folder, listening on a unix
// socket there and nowhere else, started at the first use and removed when the binary ends. As root it runs
// as the user `postgres`, since PostgreSQL refuses root. Starting takes a second or two and is bounded.
//
//   auto database = sql::testing::fresh_postgresql();   // a new, empty database
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "sql/database.h"

namespace sql::testing {

/// A new, empty database on the shared server. Errors: Unavailable when PostgreSQL is not installed or does
/// not start; a test fails then, since both engines are promised.
base::Result<std::unique_ptr<Database>> fresh_postgresql();

/// The connection string of a new, empty database there.
base::Result<std::string> fresh_postgresql_address();

}  // namespace sql::testing
