#include "access/accounts.h"

#include <algorithm>

#include "access/permission.h"
#include "sql/database.h"
#include "staff/queries.h"

namespace staff {

using base::Result;

Result<std::vector<AccountUse>> account_uses(sql::Database& control) {
  ASSIGN_OR_RETURN(const auto rows, control.all(queries::members));
  std::vector<AccountUse> uses;
  for (const auto& row : rows) {
    const auto own = parse_permissions(row.text("permissions"));
    const bool is_needed = std::ranges::any_of(kPermissions, [&](Permission permission) {
      const auto may = [&](const sql::Row& other) {
        return parse_permissions(other.text("permissions")).has(permission);
      };
      return own.has(permission) && std::ranges::count_if(rows, may) == 1;
    });
    ASSIGN_OR_RETURN(const auto person, base::parse_id<base::PersonId>(row.text("person")));
    uses.push_back({.person = person, .last = row.instant("used_at_ms"), .is_needed = is_needed});
  }
  return uses;
}

Result<void> forget_account(sql::Database& control, journal::Journal& journal, base::PersonId person) {
  return control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto row,
                     connection.maybe(queries::member_by_person, {{"person", base::to_text(person)}}));
    if (!row) return {};
    const auto own = row->text("member");
    RETURN_IF_ERROR(connection.run(queries::end_sessions, {{"member", own}, {"keep", ""}}));
    RETURN_IF_ERROR(connection.run(queries::forget_tokens, {{"member", own}}));
    RETURN_IF_ERROR(connection.run(queries::forget_member, {{"member", own}}));
    ASSIGN_OR_RETURN(const auto member, base::parse_id<base::MemberId>(own));
    RETURN_IF_ERROR(journal.record(connection, {.kind = "staff.account_closed", .by = {.member = member}}));
    return {};
  });
}

}  // namespace staff
