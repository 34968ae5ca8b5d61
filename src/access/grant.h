// What a row of a member, or of an invitation, grants: the columns organisation, role, exports, until_ms, and
// `drawn` for the permissions of a role that the organisation has drawn itself.
#pragma once

#include "access/access.h"
#include "sql/database.h"

namespace staff {

inline base::OrganisationNumber organisation_of(const sql::Row& row) {
  return {static_cast<std::uint32_t>(row.integer("organisation"))};
}

/// Of a role as it is, for members of that organisation.
inline Permissions in_organisation(const PermissionList& all, base::OrganisationNumber organisation,
                                   Permissions permissions) {
  return organisation == base::kHouse ? permissions : outside_house(all, std::move(permissions));
}

/// Of a role that nobody has drawn; a role that there is no more grants nothing.
inline Permissions built_in(const PermissionList& all, std::string_view role) {
  const auto known = parse_role(role);
  return known ? permissions_of(all, *known) : Permissions{};
}

inline Permissions granted(const PermissionList& all, const sql::Row& row) {
  const auto drawn = row.maybe_text("drawn");
  auto permissions = drawn ? parse_permissions(*drawn) : built_in(all, row.text("role"));
  permissions.remove(kExport);
  if (row.integer("exports") != 0) permissions.add(kExport);
  return in_organisation(all, organisation_of(row), std::move(permissions));
}

/// A membership that has an end, and had it. Of a row with `until_ms`.
inline bool is_over(const sql::Row& row, base::Instant now) {
  const auto until = row.maybe_instant("until_ms");
  return until && *until <= now;
}

/// Of a row that has the member's id too.
inline base::Result<Member> member_of_row(const PermissionList& all, const sql::Row& row) {
  ASSIGN_OR_RETURN(const auto id, base::parse_id<base::MemberId>(row.text("member")));
  return Member{.id = id, .permissions = granted(all, row), .organisation = organisation_of(row)};
}

}  // namespace staff
