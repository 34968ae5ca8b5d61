#include "consent/notices.h"

#include "consent/queries.h"
#include "sql/database.h"

namespace consent {

base::Result<bool> Notices::begin(const policy::Policy& policy, std::string_view yaml) {
  return control_.transact([&](sql::Connection& connection) -> base::Result<bool> {
    ASSIGN_OR_RETURN(const auto last, connection.maybe(queries::last_period));
    if (last && last->text("version") == policy.version()) return false;
    RETURN_IF_ERROR(connection.run(queries::insert_notice, {{"version", policy.version()}, {"text", yaml}}));
    RETURN_IF_ERROR(
        connection.run(queries::insert_period, {{"number", last ? last->integer("number") + 1 : 1},
                                                {"version", policy.version()},
                                                {"begun_ms", clock_.now()}}));
    return true;
  });
}

base::Result<std::vector<NoticePeriod>> Notices::periods() {
  ASSIGN_OR_RETURN(const auto rows, control_.all(queries::periods));
  std::vector<NoticePeriod> result;
  for (const auto& row : rows)
    result.push_back({row.integer("number"), row.text("version"), row.instant("begun_ms"), row.text("text")});
  return result;
}

base::Result<std::optional<std::string>> Notices::text(std::string_view version) {
  ASSIGN_OR_RETURN(const auto row, control_.maybe(queries::notice_text, {{"version", version}}));
  return row ? std::optional<std::string>(row->text("text")) : std::nullopt;
}

}  // namespace consent
