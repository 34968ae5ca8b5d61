// Members of organisations: who there is, with which role, who was asked to come; and which roles an
// organisation has. What a member may do is the role's permissions, and kExport where it was granted. An
// organisation begins with the roles of permission.h; it may draw them otherwise and make its own.
//
// Nobody gives what they do not have, changes their own role, or takes from an organisation the last member
// who manages members. Whatever changes something wants a fresh session (StepUp), and is an act in the
// journal.
//
// A membership may have an end, for who works here for a time: from then on it gives nothing, until somebody
// gives it another end. Whoever keeps an organisation managed has none.
//
// An invitation is a mail with a personal link, good for kInvitationLife; the address is in the vault from
// then on, and goes when the invitation ends without an account.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "access/accounts.h"
#include "policy/permit.h"

namespace staff {

using InvitationId = base::Id<struct InvitationTag>;

/// An organisation's role: one that every organisation begins with, or one of its own.
struct RoleDrawn {
  std::string role = {};  ///< "analyst"; of its own: an id
  /// What the organisation calls it; empty for those that every organisation begins with.
  std::string name = {};
  Permissions permissions = {};
  bool is_redrawn = false;  ///< one that every organisation begins with, drawn otherwise here
};

/// What somebody is given.
struct Grant {
  std::string role = std::string{to_text(Role::Analyst)};
  bool exports = false;  ///< kExport, on top of the role
  /// From then on the membership is over; none: it has no end.
  std::optional<base::Instant> until = {};
  bool operator==(const Grant&) const = default;
};

/// Somebody who has an account, as their colleagues who manage members see them.
struct Colleague {
  base::MemberId id;
  base::PersonId person;
  Grant grant;
  base::OrganisationNumber organisation = base::kHouse;
  base::Instant created;
  base::Instant used;  ///< to within kSessionTouch
  bool has_factor = false;
  bool told_of_approvals = true;  ///< by mail, that one waits for them
};

/// What members say of themselves.
struct OwnDetails {
  std::string name;                              ///< 1 … kNameLength characters on one line
  base::Language language = base::Language::Nl;  ///< of the mails they get
  bool told_of_approvals = true;
};

/// Somebody who was asked to come, and has not come yet.
struct Invitation {
  InvitationId id;
  base::PersonId person;
  base::OrganisationNumber organisation = base::kHouse;
  Grant grant;
  base::Instant created;
  base::Instant expires;
};

struct NewInvitation {
  std::string address;
  base::Language language = base::Language::Nl;
  Grant grant;
};

struct Organisation {
  base::OrganisationNumber number = base::kHouse;
  std::string name;  ///< empty for kHouse, which is called what the installation is
  base::Instant created;
  std::optional<base::Instant> closed;
  std::int64_t members = 0;
  std::int64_t invited = 0;
};

struct MembersNeeds {
  sql::Database& control;
  vault::Vault& vault;
  journal::Journal& journal;
  const base::Clock& clock;
  base::Random& random;
  /// Everything that there is to be allowed.
  PermissionList permissions;
  /// Queues the mail of an invitation. May be empty.
  std::function<base::Result<void>(base::PersonId person)> mail = {};
};

/// Any thread; every function may block (SQL). Errors of all: what the databases answer.
class Members {
 public:
  /// The tables must be there (Access::open).
  static base::Result<std::unique_ptr<Members>> open(MembersNeeds needs);

  const PermissionList& permissions() const { return needs_.permissions; }

  /// In order of their creation.
  base::Result<std::vector<Colleague>> of(base::OrganisationNumber organisation);
  /// Errors: NotFound for who is none of the organisation.
  base::Result<Colleague> find(base::OrganisationNumber organisation, base::MemberId member);
  /// Those that are still good.
  base::Result<std::vector<Invitation>> invitations(base::OrganisationNumber organisation);
  /// Errors: Gone for who is not invited, or no longer.
  base::Result<Invitation> invitation_for(base::PersonId person);
  /// Asks somebody to come. Errors: StepUp; Denied for what `by` may not give; Invalid ("email: …",
  /// "role: …", "ends: …"); Conflict for an address that has an account or an invitation, and past
  /// kMembersPerOrganisation.
  base::Result<Invitation> invite(const Member& by, const NewInvitation& invitation);
  /// Mails it again, and it is good for kInvitationLife from now on. Errors: NotFound, StepUp.
  base::Result<void> invite_again(const Member& by, InvitationId id);
  /// Errors: NotFound, StepUp.
  base::Result<void> withdraw(const Member& by, InvitationId id);
  /// Forgets who was asked and did not come in time; called now and then (retention.run).
  base::Result<void> end_expired();

  /// Errors: StepUp, NotFound, Denied, Invalid ("role: …", "ends: …"), Conflict for the last one.
  base::Result<void> regrant(const Member& by, base::MemberId member, const Grant& grant);
  /// Takes all from somebody that they may do and notes it; the caller erases them. Errors: as regrant.
  base::Result<Colleague> take_out(const Member& by, base::MemberId member);
  /// Errors: Invalid ("name: …").
  base::Result<void> correct_own(const Member& by, const OwnDetails& details);
  /// Takes all from oneself that one may do and notes it; the caller erases them. Errors: StepUp; Conflict
  /// while one may something that nobody else of the organisation may.
  base::Result<Colleague> leave(const Member& by);
  /// Accounts as something that ends: which were used when.
  base::Result<std::vector<AccountUse>> uses();

  /// Those that every organisation begins with, then its own by name.
  base::Result<std::vector<RoleDrawn>> roles(base::OrganisationNumber organisation);
  /// Draws a role otherwise, or makes one (an empty `role`). Returns its id. Errors: StepUp; Denied for
  /// permissions that `by` does not have and for one's own role; Invalid ("name: …", "permissions: …");
  /// NotFound; Conflict past kRolesPerOrganisation.
  base::Result<std::string> draw_role(const Member& by, const RoleDrawn& role);
  /// A role that every organisation begins with is again what it was; one's own goes. Errors: as draw_role;
  /// Conflict while somebody has it.
  base::Result<void> undraw_role(const Member& by, std::string_view role);

  /// In order of their numbers.
  base::Result<std::vector<Organisation>> organisations();
  /// Errors: NotFound.
  base::Result<Organisation> organisation(base::OrganisationNumber number);
  /// With the invitation of its first owner. Errors: StepUp, Invalid ("name: …", "email: …"), Conflict.
  base::Result<Organisation> make_organisation(const Member& by, std::string_view name,
                                               const NewInvitation& owner);
  /// Errors: StepUp, NotFound, Invalid ("name: …"), Conflict for a name that another one has, and for
  /// kHouse, which is called what the installation is.
  base::Result<void> rename_organisation(const Member& by, base::OrganisationNumber number,
                                         std::string_view name);
  /// Its service ends: its members may nothing from now on, its invitations are over, and nobody joins it any
  /// more. What there was stays under its number until it ends by itself. The caller erases who was of it
  /// (left_behind). Errors: StepUp, NotFound, Conflict for kHouse.
  base::Result<void> close_organisation(const Member& by, base::OrganisationNumber number);
  /// The people of closed organisations who are still to be erased.
  base::Result<std::vector<base::PersonId>> left_behind();

 private:
  Members(MembersNeeds needs, policy::FieldPermit name, policy::FieldPermit address)
      : needs_(std::move(needs)), name_(std::move(name)), address_(std::move(address)) {}

  /// One that is not closed. Errors: NotFound.
  base::Result<Organisation> open_organisation(base::OrganisationNumber number);
  base::Result<Permissions> permissions_of_role(base::OrganisationNumber organisation, std::string_view role);
  /// What a grant allows. Errors: Invalid ("role: …").
  base::Result<Permissions> permissions_of_grant(base::OrganisationNumber organisation, const Grant& grant);
  /// Errors: Denied.
  base::Result<void> may_give(const Member& by, const Grant& grant);
  base::Result<void> take_all(sql::Connection& connection, base::MemberId member);
  /// Errors: also Invalid ("ends: …") for an end that has been.
  base::Result<void> may_begin(const Member& by, const Grant& grant);
  /// Somebody of the organisation goes on managing members, without an end, when this one has these
  /// permissions, or is no more. Errors: Conflict.
  base::Result<void> keep_managed(sql::Connection& connection, base::OrganisationNumber organisation,
                                  base::MemberId except);
  base::Result<Invitation> add_invitation(const Member& by, base::OrganisationNumber organisation,
                                          const NewInvitation& invitation);
  base::Result<Invitation> invitation_of(const Member& by, InvitationId id);
  base::Result<void> note(sql::Connection& connection, std::string kind, const Member& by,
                          std::string detail);

  const MembersNeeds needs_;
  const policy::FieldPermit name_;
  const policy::FieldPermit address_;
};

}  // namespace staff
