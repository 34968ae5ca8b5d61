#include "access/accounts.h"

#include "sql/database.h"
#include "staff/queries.h"

namespace staff {

using base::Result;

Result<void> forget_account(sql::Database& control, journal::Journal& journal, base::PersonId person) {
  return control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto row,
                     connection.maybe(queries::member_by_person, {{"person", base::to_text(person)}}));
    if (!row) return {};
    const auto own = row->text("member");
    RETURN_IF_ERROR(connection.run(queries::end_sessions, {{"member", own}, {"keep", ""}}));
    RETURN_IF_ERROR(connection.run(queries::forget_duties, {{"member", own}}));
    RETURN_IF_ERROR(connection.run(queries::forget_tokens, {{"member", own}}));
    RETURN_IF_ERROR(connection.run(queries::forget_member, {{"member", own}}));
    ASSIGN_OR_RETURN(const auto member, base::parse_id<base::MemberId>(own));
    RETURN_IF_ERROR(journal.record(connection, {.kind = "staff.account_closed", .by = {.member = member}}));
    return {};
  });
}

}  // namespace staff
