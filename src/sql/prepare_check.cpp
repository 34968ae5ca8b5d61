#include "sql/prepare_check.h"

namespace sql {

base::Result<void> prepare_all(Database& database, const Module& module) {
  std::string refused;
  RETURN_IF_ERROR(database.with_connection([&](Connection& connection) -> base::Result<void> {
    for (const auto& query : module.queries) {
      if (const auto prepared = connection.prepare(query); !prepared) {
        refused += (refused.empty() ? "" : "\n") + prepared.error().message;
      }
    }
    return {};
  }));
  if (!refused.empty()) return base::fail(base::Code::Internal, std::move(refused));
  return {};
}

}  // namespace sql
