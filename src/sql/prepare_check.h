// For a module's test: every one of its statements is understood by both engines.
//
//   TEST(Vault, StatementsPrepare) { EXPECT_EQ(sql::prepare_all(*database, queries::kModule),
//   base::Result<void>{}); }
#pragma once

#include "base/result.h"
#include "sql/database.h"
#include "sql/query.h"

namespace sql {

/// Prepares each statement of `module` on a database that has been migrated. Errors: Internal, naming every
/// statement that the engine refuses, and why.
base::Result<void> prepare_all(Database& database, const Module& module);

}  // namespace sql
