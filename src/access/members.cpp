// Who there is and who was asked to come. Roles and organisations are in roles.cpp.
#include "access/members.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "access/grant.h"
#include "access/limits.h"
#include "access/line.h"
#include "access/staff_policy.h"
#include "base/trim.h"
#include "mail/message.h"
#include "policy/gate.h"
#include "staff/queries.h"
#include "vault/vault.h"

namespace staff {
namespace {

using base::Code;
using base::fail;
using base::MemberId;
using base::OrganisationNumber;
using base::PersonId;
using base::Result;

Grant grant_of(const sql::Row& row) {
  return {.role = row.text("role"),
          .exports = row.integer("exports") != 0,
          .until = row.maybe_instant("until_ms")};
}

/// For the journal.
std::string end_in_words(const Grant& grant) {
  return grant.until ? " until=" + base::to_rfc3339(*grant.until) : std::string{};
}

Result<Colleague> colleague_of(const sql::Row& row) {
  ASSIGN_OR_RETURN(const auto id, base::parse_id<MemberId>(row.text("member")));
  ASSIGN_OR_RETURN(const auto person, base::parse_id<PersonId>(row.text("person")));
  return Colleague{.id = id,
                   .person = person,
                   .grant = grant_of(row),
                   .organisation = organisation_of(row),
                   .created = row.instant("created_at_ms"),
                   .used = row.instant("used_at_ms"),
                   .has_factor = row.integer("has_factor") != 0,
                   .told_of_approvals = row.integer("told_of_approvals") != 0};
}

Result<Invitation> invitation_of_row(const sql::Row& row) {
  ASSIGN_OR_RETURN(const auto id, base::parse_id<InvitationId>(row.text("invitation")));
  ASSIGN_OR_RETURN(const auto person, base::parse_id<PersonId>(row.text("person")));
  return Invitation{.id = id,
                    .person = person,
                    .organisation = organisation_of(row),
                    .grant = grant_of(row),
                    .created = row.instant("created_at_ms"),
                    .expires = row.instant("expires_at_ms")};
}

/// Whether somebody may something that nobody else of their organisation may.
bool is_needed(const PermissionList& all, const std::vector<sql::Row>& members, const sql::Row& row,
               base::Instant now) {
  if (is_over(row, now)) return false;
  const auto own = granted(all, row);
  return std::ranges::any_of(own.names(), [&](const std::string& permission) {
    return std::ranges::count_if(members, [&](const sql::Row& other) {
             return organisation_of(other) == organisation_of(row) && !is_over(other, now) &&
                    granted(all, other).has(permission);
           }) == 1;
  });
}

}  // namespace

Result<std::unique_ptr<Members>> Members::open(MembersNeeds needs) {
  const policy::Gate gate{staff_policy()};
  ASSIGN_OR_RETURN(auto name, gate.permit_field(kNameField));
  ASSIGN_OR_RETURN(auto address, gate.permit_field(kAddressField));
  return std::unique_ptr<Members>{new Members(std::move(needs), std::move(name), std::move(address))};
}

Result<void> Members::note(sql::Connection& connection, std::string kind, const Member& by,
                           std::string detail) {
  RETURN_IF_ERROR(needs_.journal.record(
      connection, {.kind = std::move(kind), .by = by.actor(), .detail = std::move(detail)}));
  return {};
}

// ---- who there is ---------------------------------------------------------------------------------

Result<std::vector<Colleague>> Members::of(OrganisationNumber organisation) {
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::members));
  std::vector<Colleague> colleagues;
  for (const auto& row : rows) {
    if (organisation_of(row) != organisation) continue;
    ASSIGN_OR_RETURN(auto one, colleague_of(row));
    colleagues.push_back(std::move(one));
  }
  return colleagues;
}

Result<Colleague> Members::find(OrganisationNumber organisation, MemberId member) {
  ASSIGN_OR_RETURN(const auto colleagues, of(organisation));
  const auto found = std::ranges::find(colleagues, member, &Colleague::id);
  if (found == colleagues.end()) return fail(Code::NotFound, "no such member");
  return *found;
}

Result<std::vector<AccountUse>> Members::uses() {
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::members));
  std::vector<AccountUse> uses;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto person, base::parse_id<PersonId>(row.text("person")));
    ASSIGN_OR_RETURN(const auto member, base::parse_id<MemberId>(row.text("member")));
    uses.push_back({.member = member,
                    .person = person,
                    .last = row.instant("used_at_ms"),
                    .is_needed = is_needed(needs_.permissions, rows, row, needs_.clock.now())});
  }
  return uses;
}

// ---- what somebody is given -----------------------------------------------------------------------

Result<Permissions> Members::permissions_of_grant(OrganisationNumber organisation, const Grant& grant) {
  ASSIGN_OR_RETURN(auto permissions, permissions_of_role(organisation, grant.role));
  if (grant.exports) permissions.add(kExport);
  return permissions;
}

/// What somebody is to be given from now on.
Result<void> Members::may_begin(const Member& by, const Grant& grant) {
  RETURN_IF_ERROR(may_give(by, grant));
  if (grant.until && *grant.until <= needs_.clock.now()) return fail(Code::Invalid, "ends: this day is over");
  return {};
}

Result<void> Members::may_give(const Member& by, const Grant& grant) {
  RETURN_IF_ERROR(require_fresh(by));
  ASSIGN_OR_RETURN(const auto permissions, permissions_of_grant(by.organisation, grant));
  if (!permissions.is_within(by.permissions)) return fail(Code::Denied, "nobody gives what they do not have");
  return {};
}

Result<void> Members::keep_managed(sql::Connection& connection, OrganisationNumber organisation,
                                   MemberId except) {
  ASSIGN_OR_RETURN(const auto rows, connection.all(queries::members));
  const auto manages = [&](const sql::Row& row) {
    return organisation_of(row) == organisation && row.text("member") != to_text(except) &&
           !row.maybe_instant("until_ms") && granted(needs_.permissions, row).has(kManageMembers);
  };
  if (std::ranges::any_of(rows, manages)) return {};
  return fail(Code::Conflict, "nobody would manage the members of this organisation any more");
}

Result<void> Members::regrant(const Member& by, MemberId member, const Grant& grant) {
  RETURN_IF_ERROR(may_begin(by, grant));
  ASSIGN_OR_RETURN(const auto found, find(by.organisation, member));
  if (member == by.id) return fail(Code::Denied, "somebody else changes what one may do");
  // Whoever may more than oneself is not cut down by one either.
  RETURN_IF_ERROR(may_give(by, found.grant));
  ASSIGN_OR_RETURN(const auto after, permissions_of_grant(by.organisation, grant));
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    if (!after.has(kManageMembers) || grant.until)
      RETURN_IF_ERROR(keep_managed(connection, by.organisation, member));
    RETURN_IF_ERROR(connection.run(queries::set_grant, {{"member", to_text(member)},
                                                        {"role", grant.role},
                                                        {"exports", grant.exports ? 1 : 0},
                                                        {"until", grant.until}}));
    return note(connection, "staff.role_changed", by,
                fmt::format("member={} role={} export={}{}", to_text(member), grant.role, grant.exports,
                            end_in_words(grant)));
  });
}

/// Who is erased in a moment may nothing from now on, so that two who go or are sent at once do not both
/// leave something that nobody may.
Result<void> Members::take_all(sql::Connection& connection, MemberId member) {
  const Grant least;
  RETURN_IF_ERROR(connection.run(
      queries::set_grant,
      {{"member", to_text(member)}, {"role", least.role}, {"exports", 0}, {"until", needs_.clock.now()}}));
  const std::string own = to_text(member);
  RETURN_IF_ERROR(connection.run(queries::end_sessions, {{"member", own}, {"keep", ""}}));
  RETURN_IF_ERROR(connection.run(queries::end_half_sessions, {{"member", own}}));
  RETURN_IF_ERROR(connection.run(queries::forget_tokens, {{"member", own}}));
  return {};
}

Result<Colleague> Members::take_out(const Member& by, MemberId member) {
  ASSIGN_OR_RETURN(const auto found, find(by.organisation, member));
  RETURN_IF_ERROR(may_give(by, found.grant));
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(keep_managed(connection, by.organisation, member));
    RETURN_IF_ERROR(take_all(connection, member));
    return note(connection, "staff.member_removed", by, fmt::format("member={}", to_text(member)));
  }));
  return found;
}

// ---- oneself --------------------------------------------------------------------------------------

Result<void> Members::correct_own(const Member& by, const OwnDetails& details) {
  const auto name = std::string{base::trimmed(details.name)};
  if (!is_line(name, kNameLength))
    return fail(Code::Invalid, fmt::format("name: 1 to {} characters on one line", kNameLength));
  ASSIGN_OR_RETURN(const auto own, find(by.organisation, by.id));
  RETURN_IF_ERROR(needs_.vault.set_language(own.person, details.language));
  RETURN_IF_ERROR(needs_.vault.update_field(
      own.person, vault::NewField{.permit = name_, .value = name, .source = kStaffForm}));
  return needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(connection.run(
        queries::set_told, {{"member", to_text(by.id)}, {"approvals", details.told_of_approvals ? 1 : 0}}));
    return note(connection, "staff.own_details_changed", by, {});
  });
}

Result<Colleague> Members::leave(const Member& by) {
  RETURN_IF_ERROR(require_fresh(by));
  ASSIGN_OR_RETURN(const auto own, find(by.organisation, by.id));
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto rows, connection.all(queries::members));
    for (const auto& row : rows) {
      if (row.text("member") == to_text(by.id) &&
          is_needed(needs_.permissions, rows, row, needs_.clock.now()))
        return fail(Code::Conflict, "nobody else may all that you may: give it to somebody first");
    }
    // Whoever keeps it managed has no end, so that somebody always does.
    if (by.permissions.has(kManageMembers)) RETURN_IF_ERROR(keep_managed(connection, by.organisation, by.id));
    RETURN_IF_ERROR(take_all(connection, by.id));
    return note(connection, "staff.left", by, {});
  }));
  return own;
}

// ---- invitations ----------------------------------------------------------------------------------

Result<std::vector<Invitation>> Members::invitations(OrganisationNumber organisation) {
  ASSIGN_OR_RETURN(const auto rows,
                   needs_.control.all(queries::invitations,
                                      {{"organisation", organisation.value}, {"now", needs_.clock.now()}}));
  std::vector<Invitation> invitations;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(auto one, invitation_of_row(row));
    invitations.push_back(std::move(one));
  }
  return invitations;
}

Result<Invitation> Members::invitation_for(PersonId person) {
  ASSIGN_OR_RETURN(const auto row,
                   needs_.control.maybe(queries::invitation_by_person, {{"person", to_text(person)}}));
  if (!row || row->instant("expires_at_ms") <= needs_.clock.now())
    return fail(Code::Gone, "nobody is invited there");
  return invitation_of_row(*row);
}

Result<Invitation> Members::invite(const Member& by, const NewInvitation& invitation) {
  RETURN_IF_ERROR(may_begin(by, invitation.grant));
  ASSIGN_OR_RETURN(const auto members, of(by.organisation));
  ASSIGN_OR_RETURN(const auto invited, invitations(by.organisation));
  if (members.size() + invited.size() >= kMembersPerOrganisation)
    return fail(Code::Conflict, "there are as many members as an organisation may have");
  return add_invitation(by, by.organisation, invitation);
}

Result<Invitation> Members::add_invitation(const Member& by, OrganisationNumber organisation,
                                           const NewInvitation& invitation) {
  RETURN_IF_ERROR(end_expired());
  const auto address = base::trimmed(invitation.address);
  if (!mail::is_address(address)) return fail(Code::Invalid, "email: not an e-mail address");
  ASSIGN_OR_RETURN(const auto earlier, needs_.vault.find_by_mail(kStaffScope, address));
  if (earlier) {
    const std::string person = to_text(*earlier);
    ASSIGN_OR_RETURN(const auto member,
                     needs_.control.maybe(queries::member_by_person, {{"person", person}}));
    ASSIGN_OR_RETURN(const auto invited,
                     needs_.control.maybe(queries::invitation_by_person, {{"person", person}}));
    if (member) return fail(Code::Conflict, "email: there is an account with this address");
    if (invited) return fail(Code::Conflict, "email: somebody with this address was invited already");
    // Kept by an invitation that broke off, and belongs to nobody.
    RETURN_IF_ERROR(needs_.vault.erase(*earlier));
  }
  const std::array fields{vault::NewField{
      .permit = address_, .value = address, .findable = vault::Findable::ByMail, .source = kStaffForm}};
  ASSIGN_OR_RETURN(
      const auto person,
      needs_.vault.create(
          {.property = kStaffScope, .language = invitation.language, .fields = fields, .capacity = {}}));
  const auto now = needs_.clock.now();
  const Invitation made{.id = InvitationId::draw(needs_.random),
                        .person = person,
                        .organisation = organisation,
                        .grant = invitation.grant,
                        .created = now,
                        .expires = now + kInvitationLife};
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(connection.run(queries::add_invitation, {{"invitation", to_text(made.id)},
                                                             {"person", to_text(person)},
                                                             {"organisation", organisation.value},
                                                             {"role", made.grant.role},
                                                             {"exports", made.grant.exports ? 1 : 0},
                                                             {"until", made.grant.until},
                                                             {"now", now},
                                                             {"expires", made.expires}}));
    return note(
        connection, "staff.invited", by,
        fmt::format("invitation={} organisation={} role={} export={}{}", to_text(made.id), organisation.value,
                    made.grant.role, made.grant.exports, end_in_words(made.grant)));
  }));
  if (needs_.mail) RETURN_IF_ERROR(needs_.mail(person));
  return made;
}

Result<Invitation> Members::invitation_of(const Member& by, InvitationId id) {
  RETURN_IF_ERROR(require_fresh(by));
  ASSIGN_OR_RETURN(const auto row,
                   needs_.control.maybe(queries::invitation_by_id, {{"invitation", to_text(id)}}));
  if (!row || organisation_of(*row) != by.organisation) return fail(Code::NotFound, "no such invitation");
  return invitation_of_row(*row);
}

Result<void> Members::invite_again(const Member& by, InvitationId id) {
  ASSIGN_OR_RETURN(const auto found, invitation_of(by, id));
  RETURN_IF_ERROR(may_give(by, found.grant));
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(
        connection.run(queries::extend_invitation,
                       {{"invitation", to_text(id)}, {"expires", needs_.clock.now() + kInvitationLife}}));
    return note(connection, "staff.invited_again", by, fmt::format("invitation={}", to_text(id)));
  }));
  return needs_.mail ? needs_.mail(found.person) : Result<void>{};
}

Result<void> Members::withdraw(const Member& by, InvitationId id) {
  RETURN_IF_ERROR(invitation_of(by, id));
  // It expires, and goes the way of those that did: a stop in between leaves nothing behind, and who came
  // meanwhile stays.
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto ended,
                     connection.run(queries::extend_invitation,
                                    {{"invitation", to_text(id)}, {"expires", needs_.clock.now()}}));
    if (ended == 0) return fail(Code::NotFound, "whoever was invited has come meanwhile");
    return note(connection, "staff.invitation_withdrawn", by, fmt::format("invitation={}", to_text(id)));
  }));
  return end_expired();
}

Result<void> Members::end_expired() {
  ASSIGN_OR_RETURN(const auto rows,
                   needs_.control.all(queries::expired_invitations, {{"now", needs_.clock.now()}}));
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto person, base::parse_id<PersonId>(row.text("person")));
    RETURN_IF_ERROR(needs_.vault.erase(person));
    RETURN_IF_ERROR(needs_.control.run(queries::end_invitation, {{"person", row.text("person")}}));
  }
  return {};
}

}  // namespace staff
