// From an invitation to an account.
#include <fmt/format.h>

#include "access/account_form.h"
#include "access/grant.h"
#include "access/sql_access.h"
#include "access/staff_policy.h"

namespace staff {

using base::Code;
using base::fail;
using base::MemberId;
using base::PersonId;
using base::Result;

Result<Invitee> SqlAccess::invitee(std::string_view link) {
  const auto none = [] {
    return fail(Code::Unauthenticated, "this invitation was used or withdrawn, has expired, or is none");
  };
  ASSIGN_OR_RETURN(const auto person, needs_.vault.person_of_link(kStaffScope, link));
  if (!person) return none();
  ASSIGN_OR_RETURN(const auto row,
                   needs_.control.maybe(queries::invitation_by_person, {{"person", to_text(*person)}}));
  const auto now = needs_.clock.now();
  if (!row || row->instant("expires_at_ms") <= now || is_over(*row, now)) return none();
  ASSIGN_OR_RETURN(const auto fields, needs_.vault.read_fields(*person));
  const auto* address = fields.find(kAddressField);
  return Invitee{.address = address == nullptr ? std::string{} : *address,
                 .organisation = organisation_of(*row),
                 .person = *person};
}

Result<SignedIn> SqlAccess::join(std::string_view link, const NewAccount& account, const From& from) {
  ASSIGN_OR_RETURN(const auto invited, invitee(link));
  auto given = account;
  given.address = invited.address;
  ASSIGN_OR_RETURN(auto known, known_names(invited.organisation));
  ASSIGN_OR_RETURN(const auto good, checked(given, std::move(known)));
  ASSIGN_OR_RETURN(const auto password, hasher_.hash(good.password));
  RETURN_IF_ERROR(needs_.vault.set_language(invited.person, good.language));
  RETURN_IF_ERROR(needs_.vault.update_field(
      invited.person, vault::NewField{.permit = name_, .value = good.name, .source = kStaffForm}));
  ASSIGN_OR_RETURN(auto step, needs_.control.transact([&](sql::Connection& connection) -> Result<Step> {
    const auto person = to_text(invited.person);
    const auto now = needs_.clock.now();
    ASSIGN_OR_RETURN(const auto row, connection.maybe(queries::invitation_by_person, {{"person", person}}));
    // Withdrawn, used or over since it was looked at.
    if (!row || row->instant("expires_at_ms") <= now)
      return fail(Code::Unauthenticated, "this invitation was used or withdrawn");
    const auto id = MemberId::draw(needs_.random);
    RETURN_IF_ERROR(connection.run(queries::add_member, {{"member", to_text(id)},
                                                         {"person", person},
                                                         {"password", password},
                                                         {"organisation", row->integer("organisation")},
                                                         {"role", row->text("role")},
                                                         {"exports", row->integer("exports")},
                                                         {"until", row->maybe_instant("until_ms")},
                                                         {"now", now}}));
    RETURN_IF_ERROR(connection.run(queries::end_invitation, {{"person", person}}));
    auto joined = act("staff.joined", id, from.client);
    joined.detail = fmt::format("invitation={} member={}", row->text("invitation"), to_text(id));
    RETURN_IF_ERROR(needs_.journal.record(connection, joined));
    ASSIGN_OR_RETURN(const auto made, connection.one(queries::member_by_person, {{"person", person}}));
    ASSIGN_OR_RETURN(const auto member, member_of_row(needs_.permissions, made));
    return pass_password(connection, {.member = member, .person = invited.person}, from, Voucher::Setup);
  }));
  return tell_of(invited.person, std::move(step));
}

}  // namespace staff
