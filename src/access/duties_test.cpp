#include "access/duties.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/accounts.h"
#include "access/door.h"
#include "access/limits.h"
#include "access/testing/access_house.h"

namespace staff {
namespace {

using base::Code;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kClient;
using testing::kPassword;
using ::testing::Not;

template <class T>
Code code_of(const base::Result<T>& result) {
  return result ? Code::Internal : result.error().code;
}

policy::Texts all(std::string text) { return policy::Texts{{text, text, text, text}}; }

/// House rules to read, an oath to sign again each year, and a course of a year.
policy::StaffRules three() {
  policy::StaffRules rules;
  rules.acknowledge = {{.name = "rules",
                        .title = all("Rules"),
                        .text = all("Be quiet."),
                        .is_signed = false,
                        .again_after = {},
                        .version = "1111"},
                       {.name = "oath",
                        .title = all("Oath"),
                        .text = all("I tell nobody."),
                        .is_signed = true,
                        .again_after = {1, policy::Unit::Years},
                        .version = "2222"}};
  rules.training = {{.name = "course", .title = all("Course"), .valid = {365, policy::Unit::Days}}};
  return rules;
}

class DutiesTest : public testing::AccessHouse {
 protected:
  void SetUp() override {
    AccessHouse::SetUp();
    rules_ = three();
    open_access(1);
    const auto entered = set_up();
    session_ = entered.session;
    ans_ = access_->member_of(session_).value();
    person_ = access_->profile(ans_.id)->person;
  }

  static Agreement to(std::string duty, std::string version, std::string name = {}) {
    return {.duty = std::move(duty), .version = std::move(version), .name = std::move(name)};
  }
  base::Result<void> agree(const Agreement& agreement) {
    return duties_->acknowledge(ans_, person_, agreement, "Ans");
  }
  void do_all() {
    ASSERT_TRUE(agree(to("rules", "1111")));
    ASSERT_TRUE(agree(to("oath", "2222", "Ans")));
    ASSERT_TRUE(duties_->record_training({}, ans_.id, "course", clock_.now()));
  }
  std::vector<DutyState> states() {
    std::vector<DutyState> found;
    for (const auto& duty : duties_->of(ans_.id).value()) found.push_back(duty.state);
    return found;
  }
  /// A session of now: those of before have idled.
  Member in_again() {
    session_ = access_->sign_in(ans().address, kPassword, kClient)->session;
    return access_->member_of(session_).value();
  }
  /// What the job would mail.
  std::vector<std::string> told_of() {
    std::vector<std::string> names;
    EXPECT_TRUE(duties_->look([&](const Ending& ending) -> base::Result<void> {
      EXPECT_EQ(ending.person, person_);
      names.push_back(ending.duty);
      return {};
    }));
    return names;
  }

  std::string session_;
  Member ans_;
  base::PersonId person_;
};

using enum DutyState;

TEST_P(DutiesTest, EverythingIsOpenAtFirstAndDoneOneByOne) {
  EXPECT_THAT(states(), ElementsAre(Never, Never, Never));
  EXPECT_EQ(ans_.open_duties, 3);
  ASSERT_TRUE(agree(to("rules", "1111")));
  EXPECT_THAT(states(), ElementsAre(Met, Never, Never));
  ASSERT_TRUE(agree(to("oath", "2222", "  ANS ")));
  ASSERT_TRUE(duties_->record_training({}, ans_.id, "course", clock_.now()));
  EXPECT_THAT(states(), ElementsAre(Met, Met, Met));
  EXPECT_EQ(access_->member_of(session_)->open_duties, 0);
  const auto own = duties_->own(ans_.id, person_).value();
  EXPECT_EQ(own[1].signed_as, "ANS");
  EXPECT_EQ(duties_->of(ans_.id).value()[1].signed_as, "") << "for its own member alone";
  EXPECT_FALSE(own[0].ends);
  EXPECT_EQ(*own[2].ends, clock_.now() + days{365});
  EXPECT_THAT(acts(), Contains("staff.acknowledged"));
  EXPECT_THAT(acts(), Contains("staff.signed"));
  EXPECT_THAT(acts(), Contains("staff.training_recorded"));
}

TEST_P(DutiesTest, ADutyIsDoneAsItIsAndNotOtherwise) {
  EXPECT_EQ(code_of(agree(to("rules", "9999"))), Code::Conflict);
  EXPECT_EQ(code_of(agree(to("course", ""))), Code::NotFound);
  EXPECT_EQ(code_of(agree(to("roles", "1111"))), Code::NotFound);
  for (const auto* name : {"", "Bo", "Ans Claes"})
    EXPECT_EQ(code_of(agree(to("oath", "2222", name))), Code::Invalid) << name;
  auto stale = ans_;
  stale.fresh = false;
  EXPECT_EQ(code_of(duties_->acknowledge(stale, person_, to("oath", "2222", "Ans"), "Ans")), Code::StepUp);
  EXPECT_TRUE(duties_->acknowledge(stale, person_, to("rules", "1111"), "Ans"));
  // Of a training: neither one's own, nor before it counts, nor when it no longer does.
  const auto record = [&](std::string_view training, base::Instant followed) {
    return code_of(duties_->record_training({}, ans_.id, training, followed));
  };
  EXPECT_EQ(code_of(duties_->record_training(ans_.actor(), ans_.id, "course", clock_.now())), Code::Denied);
  EXPECT_EQ(record("rules", clock_.now()), Code::NotFound);
  EXPECT_EQ(record("course", clock_.now() + milliseconds{1}), Code::Invalid);
  EXPECT_EQ(record("course", clock_.now() - days{365}), Code::Invalid);
  EXPECT_THAT(states(), ElementsAre(Met, Never, Never));
  EXPECT_TRUE(duties_->record_training({}, ans_.id, "course", clock_.now() - days{365} + milliseconds{1}));
}

TEST_P(DutiesTest, ASignatureIsAsLongAsANameMayBe) {
  const std::string longest(kNameLength, 'x');
  EXPECT_TRUE(duties_->acknowledge(ans_, person_, to("oath", "2222", longest), longest));
  const auto longer = longest + "x";
  EXPECT_EQ(code_of(duties_->acknowledge(ans_, person_, to("oath", "2222", longer), longer)), Code::Invalid);
}

TEST_P(DutiesTest, WhatWasDoneEndsAtItsMomentAndIsNotedOnce) {
  do_all();
  clock_.advance(days{365} - milliseconds{1});
  EXPECT_THAT(states(), ElementsAre(Met, Met, Met));
  EXPECT_EQ(in_again().open_duties, 0);
  clock_.advance(milliseconds{1});
  EXPECT_THAT(states(), ElementsAre(Met, Over, Over));
  EXPECT_EQ(access_->member_of(session_)->open_duties, 2) << "in a session that runs";
  EXPECT_THAT(acts(), Not(Contains("staff.lapsed")));
  for (int i = 0; i < 2; ++i) EXPECT_THAT(told_of(), IsEmpty());
  EXPECT_EQ(std::ranges::count(acts(), "staff.lapsed"), 2);
  // Done again, it counts again.
  ans_ = in_again();
  ASSERT_TRUE(agree(to("oath", "2222", "Ans")));
  EXPECT_THAT(states(), ElementsAre(Met, Met, Over));
  EXPECT_EQ(duties_->own(ans_.id, person_).value()[1].signed_as, "Ans");
}

TEST_P(DutiesTest, AnotherTextIsAgreedToAnew) {
  do_all();
  rules_.acknowledge[0].version = "3333";
  EXPECT_THAT(states(), ElementsAre(Changed, Met, Met));
  EXPECT_EQ(access_->member_of(session_)->open_duties, 1);
  told_of();
  EXPECT_EQ(std::ranges::count(acts(), "staff.lapsed"), 1);
  ASSERT_TRUE(agree(to("rules", "3333")));
  EXPECT_THAT(states(), ElementsAre(Met, Met, Met));
  // What the policy no longer asks for keeps nobody out.
  rules_.acknowledge.clear();
  rules_.training.clear();
  EXPECT_EQ(access_->member_of(session_)->open_duties, 0);
}

TEST_P(DutiesTest, WhatCountsIsRecordedOnceAndRenewedWhenItsEndIsNear) {
  const auto signings = [&] { return std::ranges::count(acts(), "staff.signed"); };
  do_all();
  ASSERT_TRUE(agree(to("oath", "2222", "Ans")));
  EXPECT_EQ(signings(), 1);
  const auto end = *duties_->of(ans_.id).value()[1].ends;
  clock_.advance(end - clock_.now() - kEndingNear - milliseconds{1});
  ans_ = in_again();
  ASSERT_TRUE(agree(to("oath", "2222", "Ans")));
  EXPECT_EQ(signings(), 1);
  clock_.advance(milliseconds{1});
  ASSERT_TRUE(agree(to("oath", "2222", "Ans")));
  EXPECT_EQ(signings(), 2);
  EXPECT_GT(*duties_->of(ans_.id).value()[1].ends, end);
}

TEST_P(DutiesTest, ATrainingThatEndsSoonIsToldOnce) {
  do_all();
  EXPECT_THAT(told_of(), IsEmpty());
  clock_.advance(days{365} - kEndingNear - milliseconds{1});
  EXPECT_THAT(told_of(), IsEmpty());
  clock_.advance(milliseconds{1});
  EXPECT_FALSE(duties_->look([](const Ending&) { return base::fail(Code::Unavailable, "no disk"); }));
  EXPECT_THAT(told_of(), ElementsAre("course")) << "until it succeeds";
  EXPECT_THAT(told_of(), IsEmpty());
  ASSERT_TRUE(duties_->record_training({}, ans_.id, "course", clock_.now()));
  clock_.advance(days{340});
  EXPECT_THAT(told_of(), ElementsAre("course")) << "of the new one";
}

TEST_P(DutiesTest, TheDoorLetsNobodyThroughWhoHasAnythingOpen) {
  auto request = http::make_request(http::Method::Get, "/").value();
  request.headers.set("Cookie", "hartslag=" + session_);
  const auto asks = [&](const Rule& rule) { return Guard{*access_, rule, {}}.admit(request); };
  EXPECT_EQ(code_of(asks(kAnyMember)), Code::Acknowledge);
  EXPECT_EQ(code_of(asks(kManageMembers)), Code::Acknowledge);
  EXPECT_EQ(asks(early(kAnyMember))->permissions, Permissions{}) << "and without a permission";
  const auto token = access_->create_token(ans_, "x", ans_.permissions, {}).value();
  auto program = http::make_request(http::Method::Get, "/").value();
  program.headers.set("Authorization", "Bearer " + token.secret);
  EXPECT_EQ(code_of(Guard(*access_, early(kAnyMember), {}).admit(program)), Code::Acknowledge);
  do_all();
  EXPECT_TRUE(asks(kAnyMember));
  EXPECT_TRUE(asks(kManageMembers)->permissions.has(kManageMembers));
  EXPECT_TRUE(Guard(*access_, kAnyMember, {}).admit(program));
}

TEST_P(DutiesTest, TheOperatorRecordsByAddress) {
  const auto record = [&](std::string_view address, std::string_view training) {
    return code_of(duties_->record_training_of(*access_, address, training, clock_.now()));
  };
  EXPECT_EQ(record("nobody@lichtbeeld.example", "course"), Code::NotFound);
  EXPECT_EQ(record("ans@lichtbeeld.example", "horse"), Code::NotFound);
  EXPECT_EQ(record("ANS@lichtbeeld.example", ""), Code::Internal) << "the only one that there is";
  rules_.training.push_back({.name = "other", .title = all("Other"), .valid = {1, policy::Unit::Years}});
  EXPECT_EQ(record("ans@lichtbeeld.example", ""), Code::Invalid);
  EXPECT_EQ(record("ans@lichtbeeld.example", "other"), Code::Internal);
}

TEST_P(DutiesTest, ItGoesWithTheAccount) {
  do_all();
  ASSERT_TRUE(forget_account(*control_, *journal_, person_));
  EXPECT_THAT(states(), ElementsAre(Never, Never, Never));
}

// ---- a membership that has an end -------------------------------------------------------------------

class MembershipTest : public DutiesTest {
 protected:
  void SetUp() override {
    DutiesTest::SetUp();
    do_all();
    end_ = clock_.now() + hours{2};
    const auto invited =
        members_->invite(ans_, {.address = "bo@lichtbeeld.example",
                                .language = base::Language::Nl,
                                .grant = {.role = "organiser", .exports = false, .until = end_}});
    const auto in = access_->join(vault_->link(invited->person).value(),
                                  {.name = "Bo", .address = {}, .password = kPassword}, kClient);
    bo_ = in->session;
    token_ = access_->create_token(access_->member_of(bo_).value(), "x", {}, {})->secret;
  }
  Colleague bo() {
    const auto both = members_->of(base::kHouse).value();
    return both[0].id == ans_.id ? both[1] : both[0];
  }

  base::Instant end_;
  std::string bo_;
  std::string token_;
};

TEST_P(MembershipTest, GivesNothingFromItsEndOn) {
  clock_.advance(hours{2} - milliseconds{1});
  // Used meanwhile, so that it has not idled.
  bo_ = access_->sign_in("bo@lichtbeeld.example", kPassword, kClient)->session;
  EXPECT_TRUE(access_->member_of(bo_));
  EXPECT_TRUE(access_->member_of_token(token_));
  EXPECT_EQ(access_->people_who_may(kManageMembers)->size(), 2U);
  clock_.advance(milliseconds{1});
  EXPECT_EQ(code_of(access_->member_of(bo_)), Code::Unauthenticated);
  EXPECT_EQ(code_of(access_->member_of_token(token_)), Code::Unauthenticated);
  EXPECT_EQ(refusal("bo@lichtbeeld.example", kPassword), Code::Denied);
  EXPECT_EQ(refusal("bo@lichtbeeld.example", "een ander wachtwoord"), Code::Unauthenticated);
  EXPECT_EQ(access_->people_who_may(kManageMembers)->size(), 1U);
  EXPECT_THAT(acts(), Contains("staff.sign_in_over"));
  for (int i = 0; i < 2; ++i) told_of();
  EXPECT_EQ(std::ranges::count(acts(), "staff.membership_over"), 1);
}

TEST_P(MembershipTest, GoesOnWithAnotherEnd) {
  clock_.advance(hours{2});
  ans_ = in_again();
  Grant grant{.role = "analyst", .exports = false, .until = clock_.now()};
  EXPECT_EQ(code_of(members_->regrant(ans_, bo().id, grant)), Code::Invalid) << "an end that has been";
  grant.until = clock_.now() + milliseconds{1};
  ASSERT_TRUE(members_->regrant(ans_, bo().id, grant));
  EXPECT_TRUE(access_->sign_in("bo@lichtbeeld.example", kPassword, kClient));
  EXPECT_EQ(bo().grant, grant);
}

TEST_P(MembershipTest, WhoKeepsTheOrganisationManagedHasNoEnd) {
  // Bo manages members too, and for a time alone.
  const auto by = access_->member_of(bo_).value();
  EXPECT_EQ(code_of(members_->take_out(by, ans_.id)), Code::Denied);
  EXPECT_EQ(code_of(members_->take_out(ans_, ans_.id)), Code::Conflict);
}

TEST_P(MembershipTest, AnInvitationEndsWithTheMembershipItWouldGive) {
  const Grant grant{.role = "analyst", .exports = false, .until = clock_.now() + milliseconds{1}};
  const auto invited =
      members_
          ->invite(ans_,
                   {.address = "cas@lichtbeeld.example", .language = base::Language::Nl, .grant = grant})
          .value();
  const auto link = vault_->link(invited.person).value();
  EXPECT_TRUE(access_->invitee(link));
  clock_.advance(milliseconds{1});
  EXPECT_EQ(code_of(access_->invitee(link)), Code::Unauthenticated);
}

INSTANTIATE_TEST_SUITE_P(Both, DutiesTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         vault::testing::engine_name);
INSTANTIATE_TEST_SUITE_P(Both, MembershipTest,
                         ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         vault::testing::engine_name);

}  // namespace
}  // namespace staff
