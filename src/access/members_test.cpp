#include "access/members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/limits.h"
#include "access/testing/access_house.h"

namespace staff {
namespace {

using base::Code;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using testing::kClient;
using testing::kPassword;
using testing::kSeeNames;
using testing::kViewReport;

template <class T>
Code code_of(const base::Result<T>& result) {
  return result ? Code::Internal : result.error().code;
}

class MembersTest : public testing::AccessHouse {
 protected:
  void SetUp() override {
    AccessHouse::SetUp();
    open_access(1);
    first_ = set_up().member;
  }

  static NewInvitation to(std::string address, Role role, bool exports = false) {
    return {.address = std::move(address),
            .language = base::Language::Nl,
            .grant = {.role = std::string{to_text(role)}, .exports = exports}};
  }
  base::Result<SignedIn> come(base::PersonId person, std::string_view name) {
    return access_->join(
        vault_->link(person).value(),
        {.name = std::string{name}, .address = {}, .password = kPassword, .language = base::Language::Fr},
        kClient);
  }
  Member joined(const Member& by, std::string address, Role role, bool exports = false) {
    const auto invitation = members_->invite(by, to(std::move(address), role, exports)).value();
    return come(invitation.person, "Bo")->member;
  }
  /// The owner of an organisation of its own.
  Member owner_elsewhere() {
    const auto made =
        members_->make_organisation(first_, "Elders", to("els@elders.example", Role::Owner)).value();
    const auto invitation = members_->invitations(made.number).value().at(0);
    return come(invitation.person, "Els")->member;
  }
  Member fresh(const Member& member) {
    auto again = member;
    again.fresh = true;
    return again;
  }

  Member first_;
};
INSTANTIATE_TEST_SUITE_P(Both, MembersTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         vault::testing::engine_name);

TEST_P(MembersTest, WhoIsInvitedComesWithThatRoleAndNoMore) {
  const auto invitation = members_->invite(first_, to(" bo@lichtbeeld.example ", Role::Analyst)).value();
  EXPECT_THAT(invited_, ::testing::ElementsAre(invitation.person));
  EXPECT_EQ(invitation.expires, clock_.now() + kInvitationLife);
  const auto link = vault_->link(invitation.person).value();
  EXPECT_EQ(access_->invitee(link)->address, "bo@lichtbeeld.example");
  EXPECT_EQ(refusal("bo@lichtbeeld.example", kPassword), Code::Unauthenticated) << "not come yet";

  const auto signed_in = come(invitation.person, "Bo").value();
  EXPECT_EQ(signed_in.member.permissions, Permissions{kViewReport});
  EXPECT_EQ(access_->profile(signed_in.member.id)->name, "Bo");
  EXPECT_EQ(access_->profile(signed_in.member.id)->language, base::Language::Fr);
  EXPECT_THAT(members_->invitations(base::kHouse).value(), IsEmpty());
  EXPECT_THAT(members_->of(base::kHouse).value(), SizeIs(2));
  EXPECT_EQ(code_of(come(invitation.person, "Bis")), Code::Unauthenticated) << "an invitation is used once";
  EXPECT_THAT(acts(), Contains("staff.invited"));
  EXPECT_THAT(acts(), Contains("staff.joined"));
}

TEST_P(MembersTest, AnInvitationEndsAndTheAddressWithIt) {
  const auto invitation = members_->invite(first_, to("bo@lichtbeeld.example", Role::Analyst)).value();
  const auto link = vault_->link(invitation.person).value();
  clock_.advance(kInvitationLife - base::Millis{1});
  EXPECT_TRUE(access_->invitee(link));
  clock_.advance(base::Millis{1});
  EXPECT_EQ(code_of(access_->invitee(link)), Code::Unauthenticated);
  EXPECT_EQ(code_of(members_->invitation_for(invitation.person)), Code::Gone);
  EXPECT_TRUE(vault_->find(invitation.person));
  ASSERT_TRUE(members_->end_expired());
  EXPECT_EQ(code_of(vault_->find(invitation.person)), Code::Gone);
}

TEST_P(MembersTest, AWithdrawnInvitationOpensNothing) {
  const auto invitation = members_->invite(first_, to("bo@lichtbeeld.example", Role::Analyst)).value();
  const auto link = vault_->link(invitation.person).value();
  ASSERT_TRUE(members_->withdraw(first_, invitation.id));
  EXPECT_EQ(code_of(access_->invitee(link)), Code::Unauthenticated);
  EXPECT_EQ(code_of(vault_->find(invitation.person)), Code::Gone);
  EXPECT_EQ(code_of(members_->withdraw(first_, invitation.id)), Code::NotFound);
  EXPECT_EQ(code_of(members_->invite_again(first_, invitation.id)), Code::NotFound);
}

TEST_P(MembersTest, InvitedAgainItHoldsLonger) {
  const auto invitation = members_->invite(first_, to("bo@lichtbeeld.example", Role::Analyst)).value();
  clock_.advance(kInvitationLife - base::Millis{1});
  ASSERT_TRUE(members_->invite_again(first_, invitation.id));
  EXPECT_THAT(invited_, SizeIs(2));
  clock_.advance(kInvitationLife - base::Millis{1});
  EXPECT_TRUE(come(invitation.person, "Bo"));
}

TEST_P(MembersTest, AnAddressIsInvitedOnceAndNeverThatOfAnAccount) {
  ASSERT_TRUE(members_->invite(first_, to("bo@lichtbeeld.example", Role::Analyst)));
  const auto twice = members_->invite(first_, to("BO@lichtbeeld.example", Role::Owner));
  ASSERT_EQ(code_of(twice), Code::Conflict);
  EXPECT_THAT(twice.error().message, HasSubstr("email: "));
  EXPECT_EQ(code_of(members_->invite(first_, to("ans@lichtbeeld.example", Role::Analyst))), Code::Conflict);
  EXPECT_EQ(code_of(members_->invite(first_, to("bo", Role::Analyst))), Code::Invalid);
  auto none = to("cas@lichtbeeld.example", Role::Analyst);
  none.grant.role = "boss";
  EXPECT_EQ(code_of(members_->invite(first_, none)), Code::Invalid);
}

TEST_P(MembersTest, NobodyGivesWhatTheyDoNotHave) {
  const auto organiser = joined(first_, "bo@lichtbeeld.example", Role::Organiser);
  EXPECT_TRUE(members_->invite(organiser, to("cas@lichtbeeld.example", Role::Analyst)));
  EXPECT_EQ(code_of(members_->invite(organiser, to("d@lichtbeeld.example", Role::Owner))), Code::Denied);
  EXPECT_EQ(code_of(members_->invite(organiser, to("d@lichtbeeld.example", Role::Analyst, true))),
            Code::Denied)
      << "who may not export does not let others";
  EXPECT_EQ(code_of(members_->regrant(organiser, first_.id, {.role = "analyst"})), Code::Denied)
      << "nor cuts down who may more";
  EXPECT_EQ(code_of(members_->take_out(organiser, first_.id)), Code::Denied);
  auto stale = first_;
  stale.fresh = false;
  EXPECT_EQ(code_of(members_->invite(stale, to("d@lichtbeeld.example", Role::Analyst))), Code::StepUp);
}

TEST_P(MembersTest, AnotherRoleCountsAtOnce) {
  const auto invitation = members_->invite(first_, to("bo@lichtbeeld.example", Role::Analyst)).value();
  const auto bo = come(invitation.person, "Bo").value();
  ASSERT_TRUE(members_->regrant(first_, bo.member.id, {.role = "organiser", .exports = true}));
  const auto now = access_->member_of(bo.session)->permissions;
  EXPECT_TRUE(now.has(kSeeNames) && now.has(kExport));
  ASSERT_TRUE(members_->regrant(first_, bo.member.id, {.role = "analyst"}));
  EXPECT_EQ(access_->member_of(bo.session)->permissions, Permissions{kViewReport});
  EXPECT_THAT(acts(), Contains("staff.role_changed"));
}

TEST_P(MembersTest, NobodyChangesThemselvesAndSomebodyAlwaysManages) {
  EXPECT_EQ(code_of(members_->regrant(first_, first_.id, {.role = "analyst"})), Code::Denied);
  EXPECT_EQ(code_of(members_->take_out(first_, first_.id)), Code::Conflict);
  const auto second = joined(first_, "bo@lichtbeeld.example", Role::Owner, true);
  EXPECT_TRUE(members_->regrant(second, first_.id, {.role = "analyst"}));
  EXPECT_EQ(code_of(members_->take_out(second, second.id)), Code::Conflict);
}

TEST_P(MembersTest, AnotherOrganisationIsNotThere) {
  const auto els = owner_elsewhere();
  EXPECT_NE(els.organisation, base::kHouse);
  EXPECT_FALSE(els.permissions.has(kOperate));
  EXPECT_FALSE(els.permissions.has(testing::kAnswerRequests)) << "the desk is the house's";
  EXPECT_TRUE(els.permissions.has(kManageMembers));
  EXPECT_THAT(members_->of(els.organisation).value(), SizeIs(1));
  EXPECT_EQ(code_of(members_->regrant(els, first_.id, {.role = "analyst"})), Code::NotFound);
  EXPECT_EQ(code_of(members_->take_out(els, first_.id)), Code::NotFound);
  const auto waiting = members_->invite(first_, to("bo@lichtbeeld.example", Role::Analyst)).value();
  EXPECT_EQ(code_of(members_->withdraw(els, waiting.id)), Code::NotFound);
  EXPECT_THAT(members_->invitations(els.organisation).value(), IsEmpty());
  EXPECT_THAT(access_->people_who_may(kManageMembers, els.organisation).value(), SizeIs(1));
  EXPECT_THAT(access_->people_who_may(kManageMembers).value(), SizeIs(1));
}

TEST_P(MembersTest, AnOrganisationOfThatNameIsThere) {
  owner_elsewhere();
  const auto twin = members_->make_organisation(first_, " Elders", to("x@elders.example", Role::Owner));
  ASSERT_EQ(code_of(twin), Code::Conflict);
  EXPECT_THAT(twin.error().message, HasSubstr("name: "));
  EXPECT_EQ(code_of(members_->make_organisation(first_, "", to("x@elders.example", Role::Owner))),
            Code::Invalid);
  const auto wrong = members_->make_organisation(first_, "Ginder", to("x", Role::Owner));
  EXPECT_EQ(code_of(wrong), Code::Invalid);
  EXPECT_TRUE(members_->make_organisation(first_, "Ginder", to("x@ginder.example", Role::Owner)))
      << "the next try makes it";
  EXPECT_THAT(members_->organisations().value(), SizeIs(3));
}

TEST_P(MembersTest, ARoleDrawnOtherwiseCountsForThatOrganisation) {
  const auto invitation = members_->invite(first_, to("bo@lichtbeeld.example", Role::Analyst)).value();
  const auto bo = come(invitation.person, "Bo").value();
  ASSERT_TRUE(members_->draw_role(first_, {.role = "analyst", .permissions = {kViewReport, kSeeNames}}));
  EXPECT_TRUE(access_->member_of(bo.session)->permissions.has(kSeeNames));
  const auto els = owner_elsewhere();
  for (const auto& role : members_->roles(els.organisation).value())
    EXPECT_FALSE(role.is_redrawn) << role.role;
  ASSERT_TRUE(members_->undraw_role(first_, "analyst"));
  EXPECT_FALSE(access_->member_of(bo.session)->permissions.has(kSeeNames));
  EXPECT_EQ(code_of(members_->undraw_role(first_, "analyst")), Code::NotFound);
}

TEST_P(MembersTest, ARoleOfOnesOwnGoesWhenNobodyHasIt) {
  const auto made = members_->draw_role(first_, {.name = "Zaalwacht", .permissions = {kViewReport}}).value();
  auto invitation = to("bo@lichtbeeld.example", Role::Analyst);
  invitation.grant.role = made;
  const auto bo = come(members_->invite(first_, invitation)->person, "Bo").value();
  EXPECT_EQ(bo.member.permissions, Permissions{kViewReport});
  EXPECT_EQ(code_of(members_->undraw_role(first_, made)), Code::Conflict);
  ASSERT_TRUE(members_->regrant(first_, bo.member.id, {.role = "analyst"}));
  ASSERT_TRUE(members_->undraw_role(first_, made));
  EXPECT_EQ(code_of(members_->regrant(first_, bo.member.id, {.role = made})), Code::Invalid);
}

TEST_P(MembersTest, ARoleIsDrawnWithinBounds) {
  const auto draw = [&](const RoleDrawn& role) { return code_of(members_->draw_role(first_, role)); };
  EXPECT_EQ(draw({.name = "", .permissions = {kViewReport}}), Code::Invalid);
  EXPECT_EQ(draw({.name = std::string(kRoleNameLength, 'x'), .permissions = {kViewReport}}), Code::Internal);
  EXPECT_EQ(draw({.name = std::string(kRoleNameLength + 1, 'x'), .permissions = {kViewReport}}),
            Code::Invalid);
  EXPECT_EQ(draw({.name = std::string(kRoleNameLength, 'x'), .permissions = {kViewReport}}), Code::Invalid)
      << "a name comes once";
  EXPECT_EQ(draw({.name = "Uit", .permissions = {kExport}}), Code::Invalid) << "no role exports";
  EXPECT_EQ(draw({.role = "boss", .name = "Baas", .permissions = {}}), Code::NotFound);
  EXPECT_EQ(draw({.role = "owner", .permissions = {kViewReport}}), Code::Denied) << "one's own role";
  const auto organiser = joined(first_, "bo@lichtbeeld.example", Role::Organiser);
  EXPECT_EQ(code_of(members_->draw_role(organiser, {.role = "analyst", .permissions = {kReadJournal}})),
            Code::Denied);
  for (auto i = kRoles.size() + 1; i < kRolesPerOrganisation; ++i)
    ASSERT_EQ(draw({.name = std::to_string(i), .permissions = {}}), Code::Internal);
  EXPECT_EQ(draw({.name = "een te veel", .permissions = {}}), Code::Conflict);
}

TEST_P(MembersTest, AnOrganisationHasSoManyMembers) {
  for (std::size_t i = 1; i < kMembersPerOrganisation; ++i) {
    ASSERT_TRUE(members_->invite(first_, to(std::to_string(i) + "@lichtbeeld.example", Role::Analyst)));
  }
  EXPECT_EQ(code_of(members_->invite(first_, to("x@lichtbeeld.example", Role::Analyst))), Code::Conflict);
}

}  // namespace
}  // namespace staff
