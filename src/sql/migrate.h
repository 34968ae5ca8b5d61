// Brings a database to the schema that this program knows. What was done is kept in the table `migration`
// (module, name, hash, at_ms); every step is a transaction of its own, together with its entry there.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"
#include "sql/query.h"

namespace sql {

/// Runs the steps of `module` that the database has not seen, in order of their names. One process at a
/// time. Errors: Conflict when a step that was done reads otherwise now, or when the database has seen one
/// that this program does not know (it is newer than the program); nothing is changed then.
base::Result<void> migrate(Database& database, const Module& module, const base::Clock& clock);

}  // namespace sql
