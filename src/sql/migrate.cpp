#include "sql/migrate.h"

#include <map>
#include <string>

#include "sql/queries.h"

namespace sql {

using base::Code;
using base::fail;
using base::Result;

namespace {

std::string call(const Module& module, std::string_view name) {
  return std::string{module.name} + "/" + std::string{name};
}

/// What was done, by name.
using Done = std::map<std::string, std::string, std::less<>>;

Result<Done> read_done(Database& database, const Module& module) {
  Done done;
  RETURN_IF_ERROR(
      database.each(queries::migrations_done, {{"module", module.name}}, [&](const Row& row) -> Result<void> {
        done.emplace(row.text("name"), row.text("hash"));
        return {};
      }));
  return done;
}

Result<void> compare(const Module& module, Done done) {
  for (const auto& migration : module.migrations) {
    const auto at = done.find(migration.name);
    if (at == done.end()) continue;
    if (at->second != migration.hash) {
      return fail(Code::Conflict, "migration " + call(module, migration.name) +
                                      " was changed after it was done; write another one instead");
    }
    done.erase(at);
  }
  if (!done.empty()) {
    return fail(Code::Conflict, "the database has seen migration " + call(module, done.begin()->first) +
                                    ", which this program does not know: it is newer than the program");
  }
  return {};
}

}  // namespace

Result<void> migrate(Database& database, const Module& module, const base::Clock& clock) {
  RETURN_IF_ERROR(database.run(queries::create_migration));
  ASSIGN_OR_RETURN(const auto done, read_done(database, module));
  RETURN_IF_ERROR(compare(module, done));
  for (const auto& migration : module.migrations) {
    if (done.contains(migration.name)) continue;
    RETURN_IF_ERROR(database.transact([&](Connection& connection) -> Result<void> {
      RETURN_IF_ERROR(connection.script(migration.text(connection.engine()), call(module, migration.name)));
      RETURN_IF_ERROR(connection.run(queries::add_migration, {{"module", module.name},
                                                              {"name", migration.name},
                                                              {"hash", migration.hash},
                                                              {"at_ms", clock.now()}}));
      return {};
    }));
  }
  return {};
}

}  // namespace sql
