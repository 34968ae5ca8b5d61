#include "access/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "access/accounts.h"
#include "access/common.h"
#include "access/limits.h"
#include "access/password.h"
#include "access/secret.h"
#include "access/staff_policy.h"
#include "access/testing/access_house.h"
#include "access/throttle.h"
#include "sql/prepare_check.h"
#include "staff/queries.h"

namespace staff {
namespace {

using base::Code;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using testing::all_permissions;
using testing::kAnswerRequests;
using testing::kClient;
using testing::kPassword;
using testing::kSeeNames;
using testing::kViewReport;

class AccessTest : public testing::AccessHouse {
 protected:
  void SetUp() override {
    AccessHouse::SetUp();
    open_access(1);
  }

  AccountUse only_use() { return members_->uses().value().at(0); }
};
INSTANTIATE_TEST_SUITE_P(Both, AccessTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         vault::testing::engine_name);

TEST_P(AccessTest, StatementsPrepare) { EXPECT_TRUE(sql::prepare_all(*control_, queries::kModule)); }

TEST_P(AccessTest, TheFirstAccountHasAllAndIsSignedIn) {
  EXPECT_FALSE(access_->has_account().value());
  const auto token = access_->make_setup_token().value();
  EXPECT_TRUE(access_->check_setup_token(token));
  const auto signed_in = access_->set_up(token, ans(), kClient).value();
  EXPECT_TRUE(access_->has_account().value());
  EXPECT_EQ(access_->member_of(signed_in.session).value(), signed_in.member);
  for (const auto& permission : all_permissions()) EXPECT_TRUE(require(signed_in.member, permission));
  EXPECT_EQ(signed_in.expires, clock_.now() + kSessionLife);
  const auto profile = access_->profile(signed_in.member.id).value();
  EXPECT_EQ(profile.name, "Ans");
  EXPECT_EQ(profile.address, "ans@lichtbeeld.example");
  EXPECT_THAT(acts(), ElementsAre("staff.setup_token_made", "staff.account_made", "staff.signed_in"));
}

TEST_P(AccessTest, SetupClosesForEver) {
  const auto token = access_->make_setup_token().value();
  ASSERT_TRUE(access_->set_up(token, ans(), kClient));
  auto other = ans();
  other.address = "bob@lichtbeeld.example";
  EXPECT_EQ(access_->set_up(token, other, kClient).error().code, Code::Unauthenticated);
  EXPECT_EQ(access_->check_setup_token(token).error().code, Code::Unauthenticated);
  EXPECT_EQ(access_->make_setup_token().error().code, Code::Conflict);
  EXPECT_EQ(vault_->count(kStaffScope).value(), 1);
}

TEST_P(AccessTest, ASetupTokenLastsHalfAnHourAndOnlyTheLastOneCounts) {
  const auto first = access_->make_setup_token().value();
  const auto second = access_->make_setup_token().value();
  EXPECT_EQ(access_->check_setup_token(first).error().code, Code::Unauthenticated);
  EXPECT_EQ(access_->check_setup_token("").error().code, Code::Unauthenticated);
  clock_.advance(kSetupTokenLife - base::Millis{1});
  EXPECT_TRUE(access_->check_setup_token(second));
  clock_.advance(base::Millis{1});
  EXPECT_EQ(access_->check_setup_token(second).error().code, Code::Unauthenticated);
  EXPECT_EQ(access_->set_up(second, ans(), kClient).error().code, Code::Unauthenticated);
  EXPECT_EQ(vault_->count(kStaffScope).value(), 0);
}

TEST_P(AccessTest, SetupSaysWhichFieldIsWrongAndCanBeRepeated) {
  const auto token = access_->make_setup_token().value();
  const auto error = [&](auto change) {
    auto account = ans();
    change(account);
    return access_->set_up(token, account, kClient).error().message;
  };
  EXPECT_THAT(error([](auto& a) { a.name = " "; }), HasSubstr("name: "));
  EXPECT_THAT(error([](auto& a) { a.name.assign(kNameLength + 1, 'x'); }), HasSubstr("name: "));
  EXPECT_THAT(error([](auto& a) { a.name = "a\nb"; }), HasSubstr("name: "));
  EXPECT_THAT(error([](auto& a) { a.address = "ans"; }), HasSubstr("email: "));
  EXPECT_EQ(error([](auto& a) { a.password = "kort"; }), "password: too short");
  auto account = ans();
  account.name.assign(kNameLength, 'x');
  EXPECT_TRUE(access_->set_up(token, account, kClient));
}

TEST_P(AccessTest, OneTokenMakesOneAccountHoweverManyTry) {
  const auto token = access_->make_setup_token().value();
  std::latch start{4};
  std::atomic<int> made = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        auto account = ans();
        account.address = "ans" + std::to_string(i) + "@lichtbeeld.example";
        start.arrive_and_wait();
        if (access_->set_up(token, account, kClient)) ++made;
      });
    }
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(vault_->count(kStaffScope).value(), 1);
}

TEST_P(AccessTest, WhatABrokenSetupLeftIsNotInTheWay) {
  const auto& policy = staff_policy();
  const auto address = policy::Gate{policy}.permit_field(kAddressField).value();
  const vault::NewField field{address, "ans@lichtbeeld.example", vault::Findable::ByMail};
  ASSERT_TRUE(vault_->create({kStaffScope, base::Language::Nl, {&field, 1}, {}}));
  EXPECT_EQ(access_->profile(set_up().member.id)->name, "Ans");
  EXPECT_EQ(vault_->count(kStaffScope).value(), 1);
}

TEST_P(AccessTest, SigningInStartsANewSessionEachTime) {
  const auto first = set_up();
  const auto second = access_->sign_in(" ANS@lichtbeeld.example ", kPassword, kClient).value();
  const auto third = access_->sign_in("ans@lichtbeeld.example", kPassword, kClient).value();
  EXPECT_EQ(second.member, first.member);
  EXPECT_NE(second.session, third.session);
  EXPECT_EQ(second.session.size(), 43U);
  EXPECT_TRUE(access_->member_of(first.session));
  EXPECT_TRUE(access_->sign_out(second.session, kClient));
  EXPECT_TRUE(access_->sign_out(second.session, kClient)) << "signing out twice is no error";
  EXPECT_EQ(access_->member_of(second.session).error().code, Code::Unauthenticated);
  EXPECT_TRUE(access_->member_of(third.session));
  EXPECT_EQ(access_->end_sessions(first.member, third.session).value(), 1);
  EXPECT_EQ(access_->member_of(first.session).error().code, Code::Unauthenticated);
  EXPECT_TRUE(access_->member_of(third.session));
  EXPECT_EQ(access_->member_of("").error().code, Code::Unauthenticated);
}

TEST_P(AccessTest, ListsAndEndsSessions) {
  const auto first = set_up();
  clock_.advance(std::chrono::minutes{1});
  const auto second = access_->sign_in("ans@lichtbeeld.example", kPassword, "2001:db8:1:2::3").value();
  auto sessions = access_->sessions(first.member.id).value();
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_EQ(sessions[0].id, access_->id_of(second.session));
  EXPECT_EQ(sessions[0].network, "2001:db8:1::/48");
  EXPECT_EQ(sessions[1].network, "192.0.2.0/24");
  EXPECT_EQ(sessions[1].used + std::chrono::minutes{1}, sessions[0].started);

  EXPECT_EQ(access_->end_session(first.member, second.session).error().code, Code::NotFound)
      << "the secret itself is no id";
  const Member other{.id = base::MemberId::draw(random_), .permissions = {}};
  EXPECT_EQ(access_->end_session(other, sessions[0].id).error().code, Code::NotFound);
  EXPECT_TRUE(access_->member_of(second.session));
  EXPECT_TRUE(access_->end_session(first.member, sessions[0].id));
  EXPECT_EQ(access_->member_of(second.session).error().code, Code::Unauthenticated);
  EXPECT_TRUE(access_->member_of(first.session));

  clock_.advance(kSessionIdle);
  EXPECT_TRUE(access_->sessions(first.member.id).value().empty()) << "what is over is not shown";
}

TEST_P(AccessTest, RefusesTheSameWayWhateverIsWrong) {
  set_up();
  const auto wrong = access_->sign_in("ans@lichtbeeld.example", "verkeerd", kClient).error();
  EXPECT_EQ(wrong.code, Code::Unauthenticated);
  EXPECT_EQ(access_->sign_in("niemand@lichtbeeld.example", kPassword, kClient).error(), wrong);
  EXPECT_EQ(access_->sign_in("geen adres", kPassword, kClient).error(), wrong);
  EXPECT_EQ(access_->sign_in("", "", kClient).error(), wrong);
  EXPECT_EQ(access_->sign_in("ans@lichtbeeld.example", std::string(5000, 'x'), kClient).error(), wrong);
  const auto kinds = acts();
  EXPECT_EQ(std::ranges::count(kinds, "staff.sign_in_refused"), 5);
}

TEST_P(AccessTest, ThrottlesAPairOfAccountAndAddressWhetherItExistsOrNot) {
  set_up();
  for (const auto* address : {"ans@lichtbeeld.example", "niemand@lichtbeeld.example"}) {
    for (std::size_t i = 0; i < kTries; ++i) EXPECT_EQ(refusal(address, "verkeerd"), Code::Unauthenticated);
    EXPECT_EQ(refusal(address, "verkeerd"), Code::TooMany);
    EXPECT_EQ(refusal(address, kPassword), Code::TooMany) << "the right one neither";
  }
  EXPECT_TRUE(access_->sign_in("ans@lichtbeeld.example", kPassword, "192.0.2.8")) << "from elsewhere";
  clock_.advance(kThrottleWindow - base::Millis{1});
  EXPECT_EQ(refusal("ans@lichtbeeld.example", kPassword), Code::TooMany);
  clock_.advance(base::Millis{1});
  EXPECT_TRUE(access_->sign_in("ans@lichtbeeld.example", kPassword, kClient));
}

TEST_P(AccessTest, ASuccessForgivesWhatWentBefore) {
  set_up();
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i + 1 < kTries; ++i)
      EXPECT_EQ(refusal("ans@lichtbeeld.example", "verkeerd"), Code::Unauthenticated);
    EXPECT_TRUE(access_->sign_in("ans@lichtbeeld.example", kPassword, kClient));
  }
}

TEST_P(AccessTest, TriesAtTheSameTimeDoNotSlipThrough) {
  set_up();
  std::atomic<int> tried = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < 2 * kTries; ++i) {
      threads.emplace_back([&] {
        if (refusal("ans@lichtbeeld.example", "verkeerd") == Code::Unauthenticated) ++tried;
      });
    }
  }
  EXPECT_EQ(tried, static_cast<int>(kTries));
}

TEST_P(AccessTest, ASessionEndsWhenIdle) {
  const auto session = set_up().session;
  clock_.advance(kSessionIdle - base::Millis{1});
  EXPECT_TRUE(access_->member_of(session)) << "and this was a use of it";
  clock_.advance(kSessionIdle - base::Millis{1});
  EXPECT_TRUE(access_->member_of(session));
  clock_.advance(kSessionIdle);
  EXPECT_EQ(access_->member_of(session).error().code, Code::Unauthenticated);
}

TEST_P(AccessTest, ASessionEndsInAnyCase) {
  const auto session = set_up().session;
  const auto step = kSessionIdle / 2;
  auto passed = base::Millis{0};
  for (; passed + step < kSessionLife; passed += step) {
    clock_.advance(step);
    ASSERT_TRUE(access_->member_of(session));
  }
  clock_.advance(kSessionLife - passed - base::Millis{1});
  EXPECT_TRUE(access_->member_of(session));
  clock_.advance(base::Millis{1});
  EXPECT_EQ(access_->member_of(session).error().code, Code::Unauthenticated);
}

TEST_P(AccessTest, AMemberHasSoManySessions) {
  const auto first = set_up();
  std::string last;
  for (std::size_t i = 1; i < kSessionsPerMember; ++i) {
    clock_.advance(base::Millis{1});
    ASSERT_TRUE(access_->sign_in("ans@lichtbeeld.example", kPassword, kClient));
  }
  EXPECT_TRUE(access_->member_of(first.session));
  clock_.advance(base::Millis{1});
  last = access_->sign_in("ans@lichtbeeld.example", kPassword, kClient)->session;
  EXPECT_EQ(access_->member_of(first.session).error().code, Code::Unauthenticated);
  EXPECT_TRUE(access_->member_of(last));
}

TEST_P(AccessTest, ChangesThePasswordAndEndsTheOtherSessions) {
  const auto here = set_up().session;
  const auto there = access_->sign_in("ans@lichtbeeld.example", kPassword, kClient)->session;
  EXPECT_EQ(access_->change_password(here, "verkeerd", "nieuw en lang", kClient).error().code, Code::Denied);
  EXPECT_EQ(access_->change_password(here, kPassword, "kort", kClient).error().message, "too short");
  EXPECT_EQ(access_->change_password(here, kPassword, "ans@lichtbeeld.example", kClient).error().message,
            "too close");
  EXPECT_TRUE(access_->change_password(here, kPassword, "nieuw en lang", kClient));
  EXPECT_TRUE(access_->member_of(here));
  EXPECT_EQ(access_->member_of(there).error().code, Code::Unauthenticated);
  EXPECT_EQ(refusal("ans@lichtbeeld.example", kPassword), Code::Unauthenticated);
  EXPECT_TRUE(access_->sign_in("ans@lichtbeeld.example", "nieuw en lang", kClient));
}

TEST_P(AccessTest, TokensAreShownOnceAndRevoked) {
  const auto member = set_up().member;
  const auto made =
      access_->create_token(member, " cijfers ", {kViewReport}, clock_.now() + base::Millis{100'000}).value();
  EXPECT_TRUE(made.secret.starts_with("hartslag_"));
  EXPECT_EQ(made.token.label, "cijfers");
  const auto as_token = access_->member_of_token(made.secret).value();
  EXPECT_EQ(as_token.id, member.id);
  EXPECT_TRUE(require(as_token, kViewReport));
  EXPECT_EQ(require(as_token, kExport).error().code, Code::Denied);
  EXPECT_EQ(access_->member_of(made.secret).error().code, Code::Unauthenticated) << "a token is no session";
  const auto listed = access_->tokens(member.id).value();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].id, made.token.id);
  EXPECT_EQ(listed[0].last_used, clock_.now());
  EXPECT_EQ(listed[0].expires, made.token.expires);

  const auto lasting = access_->create_token(member, "lang", Permissions{all_permissions()}, {}).value();
  clock_.advance(base::Millis{99'999});
  EXPECT_TRUE(access_->member_of_token(made.secret));
  clock_.advance(base::Millis{1});
  EXPECT_EQ(access_->member_of_token(made.secret).error().code, Code::Unauthenticated);
  EXPECT_TRUE(access_->member_of_token(lasting.secret));
  EXPECT_EQ(access_->revoke_token({.id = base::MemberId::draw(random_), .permissions = {}}, lasting.token.id)
                .error()
                .code,
            Code::NotFound);
  EXPECT_TRUE(access_->revoke_token(member, lasting.token.id));
  EXPECT_EQ(access_->member_of_token(lasting.secret).error().code, Code::Unauthenticated);
  EXPECT_EQ(access_->revoke_token(member, lasting.token.id).error().code, Code::NotFound);
}

TEST_P(AccessTest, TokensHaveTheirLimits) {
  const auto member = set_up().member.id;
  const auto make = [&](std::string_view label, std::optional<base::Instant> expires = {}) {
    return access_->create_token({.id = member, .permissions = {}, .fresh = true}, label, {kViewReport},
                                 expires);
  };
  EXPECT_EQ(make("").error().code, Code::Invalid);
  EXPECT_EQ(make(std::string(kTokenLabelLength + 1, 'x')).error().code, Code::Invalid);
  EXPECT_EQ(make("x", clock_.now()).error().code, Code::Invalid);
  EXPECT_TRUE(make(std::string(kTokenLabelLength, 'x')));
  for (std::size_t i = 1; i < kTokensPerMember; ++i) ASSERT_TRUE(make("x"));
  EXPECT_EQ(make("x").error().code, Code::Conflict);
}

TEST_P(AccessTest, NothingSecretOrPersonalIsInTheControlDatabase) {
  const auto token = access_->make_setup_token().value();
  const auto signed_in = access_->set_up(token, ans(), kClient).value();
  const auto api =
      access_->create_token(signed_in.member, "cijfers", Permissions{all_permissions()}, {})->secret;
  if (GetParam() != sql::Engine::Sqlite) return;
  const auto bytes = bytes_of("control.db");
  EXPECT_THAT(bytes, HasSubstr("$argon2id$"));
  for (const std::string& secret : {token, signed_in.session, api, std::string{kPassword},
                                    std::string{"ans@lichtbeeld.example"}, std::string{kClient}})
    EXPECT_THAT(bytes, Not(HasSubstr(secret)));
}

std::string said(std::string_view password) {
  const std::vector<std::string> known{"Ans Visser", "Ans.Visser@lichtbeeld.example", "De Ronde Tafel"};
  const auto good = check_password(password, known);
  return good ? std::string{"good"} : good.error().message;
}

TEST(Passwords, AreJudgedByTheirLength) {
  EXPECT_EQ(said("zeven77"), "too short");
  EXPECT_EQ(said("een acht"), "good");
  EXPECT_EQ(said("\u00e9\u00e9n-\u00e9\u00e9n"), "too short") << "characters, not bytes";
  EXPECT_EQ(said(std::string(kPasswordMaximum / 2, 'a') + std::string(kPasswordMaximum / 2, 'b')), "good");
  EXPECT_EQ(said(std::string(kPasswordMaximum / 2 + 1, 'a') + std::string(kPasswordMaximum / 2, 'b')),
            "too long");
}

TEST(Passwords, ThatGuessersTryFirstAreRefused) {
  for (const auto* common : {"wachtwoord", "WachtWoord", "zzzzzzzzzz", "12345678", "qwertyuiop", "1q2w3e4r5t",
                             "trustno1", "welkom01", "verjaardag", "anniversaire", "geburtstag", "birthday"})
    EXPECT_EQ(said(common), "too common") << common;
  EXPECT_EQ(said("Geheim2026!!"), "too common") << "kPasswordAround signs around it";
  EXPECT_EQ(said("Geheim2026!!!"), "good") << "one more";
  EXPECT_EQ(said("2026geheim"), "too common");
  EXPECT_EQ(said("geheim geheimpje"), "good");
}

TEST(Passwords, WordsThatEverybodyKnowsHereCountForNothing) {
  for (const auto* close : {"ans.visser@lichtbeeld.example", "ans.visser", "Hartslag1", "lichtbeeld-2026",
                            "rondetafel12345", "VisserLichtbeeld!"})
    EXPECT_EQ(said(close), "too close") << close;
  EXPECT_EQ(said("lichtbeeldm3x7q!vb"), "good") << "kPasswordMinimum are left";
  EXPECT_EQ(said("lichtbeeldm3x7q!v"), "too close") << "one less is left";
  EXPECT_EQ(said("dansen in de gang"), "good") << "a name of less than kContextWord letters";
  EXPECT_EQ(said("tafe-m3x7q"), "good");
}

TEST(Passwords, OthersAreSeldomTakenForCommonOnes) {
  base::SeededRandom random{7};
  int taken = 0;
  for (int i = 0; i < 17'000; ++i) {
    if (is_common(draw_secret(random))) ++taken;
  }
  EXPECT_LT(taken, 25) << "one in 1700 is ten";
}

TEST(Throttle, ForgetsWhoWasSeenLongestAgoPastItsLimit) {
  base::ManualClock clock{base::instant_from_ms(0)};
  Throttle throttle{clock, 1};
  EXPECT_TRUE(throttle.try_once("eerste"));
  for (std::size_t i = 1; i < kThrottled; ++i) throttle.try_once(std::to_string(i));
  EXPECT_FALSE(throttle.try_once("eerste"));
  for (std::size_t i = 1; i < kThrottled; ++i) throttle.try_once(std::to_string(i));
  EXPECT_FALSE(throttle.try_once("eerste"));
  throttle.try_once("nieuw");
  for (std::size_t i = 1; i < kThrottled; ++i) throttle.try_once(std::to_string(i));
  EXPECT_TRUE(throttle.try_once("eerste"));
}

TEST(Throttle, CountsTriesOfOneClientOverAccounts) {
  base::ManualClock clock{base::instant_from_ms(0)};
  Throttle throttle{clock, kTriesPerClient};
  for (std::size_t i = 0; i < kTriesPerClient; ++i) EXPECT_TRUE(throttle.try_once("192.0.2.7"));
  EXPECT_FALSE(throttle.try_once("192.0.2.7"));
}

TEST(StaffPolicy, IsSound) { EXPECT_EQ(staff_policy().email_field()->name, kAddressField); }

TEST(Permissions, AreWrittenByNameAndReadBack) {
  const Permissions some{kViewReport, kExport};
  EXPECT_EQ(to_text(some), "export view_report");
  EXPECT_EQ(parse_permissions("export view_report"), some);
  EXPECT_EQ(parse_permissions(" view_report  export "), some);
  EXPECT_EQ(parse_permissions(""), Permissions{});
  EXPECT_TRUE((Permissions{kViewReport} & some).has(kViewReport));
  EXPECT_TRUE(Permissions{kViewReport}.is_within(some));
  EXPECT_FALSE(some.is_within({kViewReport, kSeeNames}));
  EXPECT_EQ(find_permission(all_permissions(), "everything"), nullptr);
}

TEST(Permissions, NoRoleExportsAndOnlyTheHouseOperates) {
  for (const auto role : kRoles) {
    EXPECT_EQ(parse_role(to_text(role)), role);
    EXPECT_FALSE(permissions_of(all_permissions(), role).has(kExport)) << to_text(role);
  }
  EXPECT_FALSE(parse_role("boss"));
  const auto owner = permissions_of(all_permissions(), Role::Owner);
  EXPECT_TRUE(owner.has(kOperate) && owner.has(kAnswerRequests));
  const auto elsewhere = outside_house(all_permissions(), owner);
  EXPECT_FALSE(elsewhere.has(kOperate) || elsewhere.has(kAnswerRequests));
  EXPECT_TRUE(elsewhere.has(kManageMembers) && elsewhere.has(kSeeNames));
}

TEST_P(AccessTest, MechanismASignInASessionAndATokenAreUses) {
  const auto made = clock_.now();
  const auto signed_in = set_up();
  EXPECT_EQ(only_use().last, made);
  clock_.advance(kSessionTouch - base::Millis{1});
  ASSERT_TRUE(access_->member_of(signed_in.session));
  EXPECT_EQ(only_use().last, made) << "not every page is written down";
  clock_.advance(base::Millis{1});
  ASSERT_TRUE(access_->member_of(signed_in.session));
  EXPECT_EQ(only_use().last, clock_.now());
  const auto token =
      access_->create_token(signed_in.member, "Cijfers", Permissions{all_permissions()}, {}).value();
  clock_.advance(std::chrono::hours{24});
  ASSERT_TRUE(access_->member_of_token(token.secret));
  EXPECT_EQ(only_use().last, clock_.now());
  clock_.advance(std::chrono::hours{24});
  ASSERT_FALSE(access_->sign_in("ans@lichtbeeld.example", "niet dit wachtwoord", kClient));
  EXPECT_EQ(only_use().last, clock_.now() - std::chrono::hours{24}) << "a wrong password is no use";
}

TEST_P(AccessTest, MechanismForgottenNothingIsLeftThatOpens) {
  const auto signed_in = set_up();
  const auto token =
      access_->create_token(signed_in.member, "Cijfers", Permissions{all_permissions()}, {}).value();
  EXPECT_TRUE(only_use().is_needed) << "nobody else may do anything";
  const auto person = only_use().person;
  ASSERT_TRUE(forget_account(*control_, *journal_, person));
  ASSERT_TRUE(forget_account(*control_, *journal_, person)) << "twice is no error";
  EXPECT_THAT(members_->uses().value(), IsEmpty());
  EXPECT_EQ(access_->member_of(signed_in.session).error().code, Code::Unauthenticated);
  EXPECT_EQ(access_->member_of_token(token.secret).error().code, Code::Unauthenticated);
  EXPECT_EQ(refusal("ans@lichtbeeld.example", kPassword), Code::Unauthenticated);
  EXPECT_THAT(acts(), ::testing::Contains("staff.account_closed"));
}

}  // namespace
}  // namespace staff
