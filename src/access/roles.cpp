// Roles as organisations draw them, and the organisations themselves.
#include <fmt/format.h>

#include <algorithm>

#include "access/grant.h"
#include "access/limits.h"
#include "access/line.h"
#include "access/members.h"
#include "base/trim.h"
#include "staff/queries.h"

namespace staff {
namespace {

using base::Code;
using base::fail;
using base::MemberId;
using base::OrganisationNumber;
using base::PersonId;
using base::Result;

}  // namespace

Result<Permissions> Members::permissions_of_role(OrganisationNumber organisation, std::string_view role) {
  ASSIGN_OR_RETURN(
      const auto row,
      needs_.control.maybe(queries::drawn_role, {{"organisation", organisation.value}, {"role", role}}));
  if (!row && !parse_role(role)) return fail(Code::Invalid, "role: there is no such role");
  auto permissions = row ? parse_permissions(row->text("permissions")) : built_in(needs_.permissions, role);
  return in_organisation(needs_.permissions, organisation, std::move(permissions));
}

Result<std::vector<RoleDrawn>> Members::roles(OrganisationNumber organisation) {
  ASSIGN_OR_RETURN(const auto rows,
                   needs_.control.all(queries::drawn_roles, {{"organisation", organisation.value}}));
  std::vector<RoleDrawn> roles;
  for (const auto role : kRoles)
    roles.push_back({.role = std::string{to_text(role)},
                     .name = {},
                     .permissions = permissions_of(needs_.permissions, role),
                     .is_redrawn = false});
  for (const auto& row : rows) {
    const auto found = std::ranges::find(roles, row.text("role"), &RoleDrawn::role);
    RoleDrawn drawn{.role = row.text("role"),
                    .name = row.text("name"),
                    .permissions = parse_permissions(row.text("permissions")),
                    .is_redrawn = found != roles.end()};
    if (found == roles.end()) {
      roles.push_back(std::move(drawn));
    } else {
      *found = std::move(drawn);
    }
  }
  for (auto& role : roles)
    role.permissions = in_organisation(needs_.permissions, organisation, std::move(role.permissions));
  return roles;
}

Result<std::string> Members::draw_role(const Member& by, const RoleDrawn& role) {
  RETURN_IF_ERROR(require_fresh(by));
  const bool is_built_in = parse_role(role.role).has_value();
  auto drawn = role;
  drawn.name = base::trimmed(role.name);
  if (is_built_in) drawn.name.clear();
  if (!is_built_in && !is_line(drawn.name, kRoleNameLength))
    return fail(Code::Invalid, fmt::format("name: 1 to {} characters on one line", kRoleNameLength));
  for (const auto& name : drawn.permissions.names()) {
    if (find_permission(needs_.permissions, name) == nullptr)
      return fail(Code::Invalid, "permissions: there is no such permission");
    // Granted to a member by itself.
    if (name == kExport.name) return fail(Code::Invalid, "permissions: no role exports");
  }
  ASSIGN_OR_RETURN(const auto there, roles(by.organisation));
  const auto before = std::ranges::find(there, drawn.role, &RoleDrawn::role);
  if (!drawn.role.empty() && before == there.end()) return fail(Code::NotFound, "no such role");
  const auto twin = std::ranges::find(there, drawn.name, &RoleDrawn::name);
  if (!is_built_in && twin != there.end() && twin->role != drawn.role)
    return fail(Code::Invalid, "name: there is a role of this name");
  if (!drawn.permissions.is_within(by.permissions) ||
      (before != there.end() && !before->permissions.is_within(by.permissions)))
    return fail(Code::Denied, "nobody gives what they do not have");
  ASSIGN_OR_RETURN(const auto self, find(by.organisation, by.id));
  if (self.grant.role == drawn.role) return fail(Code::Denied, "somebody else changes what one may do");
  if (drawn.role.empty()) {
    if (there.size() >= kRolesPerOrganisation)
      return fail(Code::Conflict, "there are as many roles as an organisation may have");
    drawn.role = to_text(base::Id<struct RoleTag>::draw(needs_.random));
  }
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(connection.run(queries::put_role, {{"organisation", by.organisation.value},
                                                       {"role", drawn.role},
                                                       {"name", drawn.name},
                                                       {"permissions", to_text(drawn.permissions)}}));
    return note(connection, "staff.role_drawn", by,
                fmt::format("role={} permissions={}", drawn.role, to_text(drawn.permissions)));
  }));
  return drawn.role;
}

Result<void> Members::undraw_role(const Member& by, std::string_view role) {
  RETURN_IF_ERROR(require_fresh(by));
  const auto organisation = by.organisation.value;
  ASSIGN_OR_RETURN(const auto row, needs_.control.maybe(queries::drawn_role,
                                                        {{"organisation", organisation}, {"role", role}}));
  if (!row) return fail(Code::NotFound, "no such role");
  ASSIGN_OR_RETURN(const auto self, find(by.organisation, by.id));
  if (self.grant.role == role) return fail(Code::Denied, "somebody else changes what one may do");
  const auto after = in_organisation(needs_.permissions, by.organisation, built_in(needs_.permissions, role));
  if (!after.is_within(by.permissions)) return fail(Code::Denied, "nobody gives what they do not have");
  ASSIGN_OR_RETURN(const auto used,
                   needs_.control.one(queries::role_users, {{"organisation", organisation}, {"role", role}}));
  if (!parse_role(role) && used.integer("users") > 0)
    return fail(Code::Conflict, "somebody has this role: give them another one first");
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(connection.run(queries::drop_role, {{"organisation", organisation}, {"role", role}}));
    return note(connection, "staff.role_undrawn", by, fmt::format("role={}", role));
  });
}

// ---- organisations --------------------------------------------------------------------------------

Result<std::vector<Organisation>> Members::organisations() {
  ASSIGN_OR_RETURN(const auto rows,
                   needs_.control.all(queries::organisations, {{"now", needs_.clock.now()}}));
  std::vector<Organisation> organisations;
  for (const auto& row : rows)
    organisations.push_back({.number = organisation_of(row),
                             .name = row.text("name"),
                             .created = row.instant("created_at_ms"),
                             .closed = row.maybe_instant("closed_at_ms"),
                             .members = row.integer("members"),
                             .invited = row.integer("invited")});
  return organisations;
}

Result<Organisation> Members::organisation(OrganisationNumber number) {
  ASSIGN_OR_RETURN(const auto all, organisations());
  const auto found = std::ranges::find(all, number, &Organisation::number);
  if (found == all.end()) return fail(Code::NotFound, "no such organisation");
  return *found;
}

Result<Organisation> Members::make_organisation(const Member& by, std::string_view name,
                                                const NewInvitation& owner) {
  RETURN_IF_ERROR(require_fresh(by));
  const auto called = base::trimmed(name);
  if (!is_line(called, kNameLength))
    return fail(Code::Invalid, fmt::format("name: 1 to {} characters on one line", kNameLength));
  ASSIGN_OR_RETURN(
      auto number, needs_.control.transact([&](sql::Connection& connection) -> Result<OrganisationNumber> {
        // Made by a try whose invitation could not be kept, and empty.
        ASSIGN_OR_RETURN(const auto twin,
                         connection.maybe(queries::organisation_by_name, {{"name", called}}));
        if (twin) return organisation_of(*twin);
        RETURN_IF_ERROR(
            connection.run(queries::add_organisation, {{"name", called}, {"now", needs_.clock.now()}}));
        ASSIGN_OR_RETURN(const auto row, connection.one(queries::newest_organisation));
        RETURN_IF_ERROR(note(connection, "staff.organisation_made", by,
                             fmt::format("organisation={}", row.integer("organisation"))));
        return organisation_of(row);
      }));
  ASSIGN_OR_RETURN(const auto made, organisation(number));
  if (made.members + made.invited > 0)
    return fail(Code::Conflict, "name: there is an organisation of this name");
  auto first = owner;
  first.grant.role = to_text(Role::Owner);
  RETURN_IF_ERROR(add_invitation(by, number, first));
  return organisation(number);
}

Result<Organisation> Members::open_organisation(OrganisationNumber number) {
  ASSIGN_OR_RETURN(auto found, organisation(number));
  if (found.closed) return fail(Code::NotFound, "this organisation is closed");
  return found;
}

Result<void> Members::rename_organisation(const Member& by, OrganisationNumber number,
                                          std::string_view name) {
  RETURN_IF_ERROR(require_fresh(by));
  ASSIGN_OR_RETURN(const auto before, open_organisation(number));
  if (before.number == base::kHouse) return fail(Code::Conflict, "the installation is called so");
  const auto called = base::trimmed(name);
  if (!is_line(called, kNameLength))
    return fail(Code::Invalid, fmt::format("name: 1 to {} characters on one line", kNameLength));
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto twin, connection.maybe(queries::organisation_by_name, {{"name", called}}));
    if (twin && organisation_of(*twin) != number)
      return fail(Code::Conflict, "name: there is an organisation of this name");
    RETURN_IF_ERROR(
        connection.run(queries::rename_organisation, {{"organisation", number.value}, {"name", called}}));
    return note(connection, "staff.organisation_renamed", by, fmt::format("organisation={}", number.value));
  });
}

Result<void> Members::close_organisation(const Member& by, OrganisationNumber number) {
  RETURN_IF_ERROR(require_fresh(by));
  ASSIGN_OR_RETURN(const auto before, open_organisation(number));
  if (before.number == base::kHouse) return fail(Code::Conflict, "it operates the installation");
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    const auto now = needs_.clock.now();
    ASSIGN_OR_RETURN(const auto closed, connection.run(queries::close_organisation,
                                                       {{"organisation", number.value}, {"now", now}}));
    if (closed == 0) return fail(Code::NotFound, "this organisation is closed");
    RETURN_IF_ERROR(
        connection.run(queries::expire_invitations, {{"organisation", number.value}, {"now", now}}));
    ASSIGN_OR_RETURN(const auto rows, connection.all(queries::members));
    std::int64_t members = 0;
    for (const auto& row : rows) {
      if (organisation_of(row) != number) continue;
      ASSIGN_OR_RETURN(const auto member, base::parse_id<MemberId>(row.text("member")));
      RETURN_IF_ERROR(take_all(connection, member));
      ++members;
    }
    return note(connection, "staff.organisation_closed", by,
                fmt::format("organisation={} members={}", number.value, members));
  });
}

Result<std::vector<PersonId>> Members::left_behind() {
  ASSIGN_OR_RETURN(const auto all, organisations());
  std::vector<PersonId> people;
  for (const auto& one : all) {
    if (!one.closed) continue;
    ASSIGN_OR_RETURN(const auto colleagues, of(one.number));
    for (const auto& colleague : colleagues) people.push_back(colleague.person);
  }
  return people;
}

}  // namespace staff
