#include "access/second_factor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "access/accounts.h"
#include "access/limits.h"
#include "access/testing/access_house.h"
#include "access/totp.h"

namespace staff {
namespace {

using base::Code;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kClient;
using testing::kPassword;
using ::testing::Not;

/// What an app makes of the text that is shown.
base::Bytes secret_of(std::string_view text) {
  base::Bytes bytes;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : text) {
    held = held << 5U | static_cast<std::uint32_t>(c <= '7' ? c - '2' + 26 : c - 'A');
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(held >> bits));
  }
  return bytes;
}

class SecondFactorTest : public testing::AccessHouse {
 protected:
  void SetUp() override {
    AccessHouse::SetUp();
    open_access(2);
  }

  /// An account whose authenticator is confirmed, with `secret_` as the app has it.
  Confirmed enrol() {
    const auto begun = set_up().session;
    secret_ = secret_of(access_->draw_first_authenticator(begun)->secret);
    return access_->confirm_first_authenticator(begun, code(), kClient).value();
  }
  /// Of the present step, or of one `off` it.
  std::string code(std::int64_t off = 0) const { return totp_code(secret_, totp_step(clock_.now()) + off); }
  /// A code of now that is none of those that count.
  std::string wrong_code() const {
    for (int i = 0;; ++i) {
      auto one = std::to_string(100'000 + i);
      if (!match_totp(secret_, one, clock_.now(), kNoStep)) return one;
    }
  }
  std::string half() { return access_->sign_in("ans@lichtbeeld.example", kPassword, kClient)->session; }
  Code finish(const std::string& session, std::string_view with, std::string_view client = kClient) {
    const auto result = access_->finish_sign_in(session, with, client);
    return result ? Code::Internal : result.error().code;
  }
  bool enters(std::string_view with) { return access_->finish_sign_in(half(), with, kClient).has_value(); }

  base::Bytes secret_;
};
INSTANTIATE_TEST_SUITE_P(Both, SecondFactorTest,
                         ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         vault::testing::engine_name);

TEST_P(SecondFactorTest, APasswordAloneOpensNothing) {
  const auto begun = set_up();
  EXPECT_EQ(begun.next, Next::Authenticator);
  EXPECT_EQ(begun.expires, clock_.now() + kHalfSessionLife);
  const auto& session = begun.session;
  EXPECT_EQ(access_->member_of(session).error().code, Code::Unauthenticated);
  EXPECT_EQ(access_->draw_authenticator(session).error().code, Code::Unauthenticated);
  EXPECT_EQ(access_->renew_recovery(session, kClient).error().code, Code::Unauthenticated);
  EXPECT_EQ(access_->step_up(session, "123456", kClient).error().code, Code::Unauthenticated);
  EXPECT_EQ(access_->change_password(session, kPassword, "een ander lang wachtwoord", kClient).error().code,
            Code::Unauthenticated);
  EXPECT_EQ(finish(session, "123456"), Code::Denied);
  clock_.advance(kHalfSessionLife - base::Millis{1});
  EXPECT_EQ(access_->halfway(session)->next, Next::Authenticator);
  clock_.advance(base::Millis{1});
  EXPECT_EQ(access_->halfway(session).error().code, Code::Unauthenticated);
  EXPECT_EQ(finish(session, "123456"), Code::Unauthenticated);
}

TEST_P(SecondFactorTest, AnAuthenticatorCountsOnceItIsConfirmed) {
  const auto begun = set_up().session;
  const auto first = access_->draw_first_authenticator(begun).value();
  EXPECT_EQ(first.address, "ans@lichtbeeld.example");
  EXPECT_EQ(first.secret.size(), kTotpSecretBytes * 8 / 5);
  secret_ = secret_of(first.secret);
  EXPECT_EQ(access_->halfway(begun)->next, Next::Authenticator);
  EXPECT_EQ(access_->confirm_first_authenticator(begun, wrong_code(), kClient).error().code, Code::Denied);
  const auto confirmed = access_->confirm_first_authenticator(begun, code(), kClient).value();
  EXPECT_NE(confirmed.signed_in.session, begun) << "a half session never becomes one";
  EXPECT_EQ(access_->halfway(begun).error().code, Code::Unauthenticated);
  const auto member = access_->member_of(confirmed.signed_in.session).value();
  EXPECT_EQ(member, confirmed.signed_in.member);
  EXPECT_TRUE(member.fresh);
  const auto state = access_->factor(member.id).value();
  EXPECT_EQ(state.set, clock_.now());
  EXPECT_EQ(state.recovery_left, static_cast<std::int64_t>(kRecoveryCodes));
  EXPECT_EQ(std::set(confirmed.codes.begin(), confirmed.codes.end()).size(), kRecoveryCodes);
  EXPECT_THAT(acts(), ElementsAre("staff.setup_token_made", "staff.account_made", "staff.code_refused",
                                  "staff.factor_set", "staff.signed_in"));
  EXPECT_FALSE(enters(code())) << "the code that confirmed it was used by that";
  EXPECT_TRUE(told_.empty());
}

TEST_P(SecondFactorTest, OfTwoBrowsersTheFirstThatConfirmsCounts) {
  const auto one = set_up().session;
  const auto other = half();
  secret_ = secret_of(access_->draw_first_authenticator(one)->secret);
  const auto late = secret_of(access_->draw_first_authenticator(other)->secret);
  EXPECT_EQ(access_->confirm_first_authenticator(other, code(), kClient).error().code, Code::Denied)
      << "an authenticator belongs to whom it was shown";
  ASSERT_TRUE(access_->confirm_first_authenticator(one, code(), kClient));
  EXPECT_EQ(access_->confirm_first_authenticator(other, totp_code(late, totp_step(clock_.now())), kClient)
                .error()
                .code,
            Code::Unauthenticated);
  EXPECT_EQ(access_->draw_first_authenticator(half()).error().code, Code::Conflict)
      << "a password alone replaces nothing";
}

TEST_P(SecondFactorTest, WhatIsShownTooLongIsShownAnew) {
  const auto session = enrol().signed_in.session;
  const auto drawn = secret_of(access_->draw_authenticator(session)->secret);
  clock_.advance(kNextFactorLife);
  const auto fresh = access_->step_up(session, code(), kClient)->session;
  EXPECT_EQ(access_->confirm_authenticator(session, code(), kClient).error().code, Code::Unauthenticated);
  EXPECT_EQ(
      access_->confirm_authenticator(fresh, totp_code(drawn, totp_step(clock_.now())), kClient).error().code,
      Code::Gone);
}

TEST_P(SecondFactorTest, EachCodeIsTakenOnceAndNoneBeforeIt) {
  enrol();
  EXPECT_FALSE(enters(code()));
  EXPECT_FALSE(enters(code(-1)));
  EXPECT_TRUE(enters(code(1))) << "a clock that is ahead";
  EXPECT_FALSE(enters(code(1)));
  clock_.advance(kTotpStep);
  EXPECT_FALSE(enters(code())) << "the same step, now without the drift";
  clock_.advance(2 * kTotpStep);
  EXPECT_TRUE(enters(code(-1))) << "somebody who types slowly";
  EXPECT_FALSE(enters(code(-2)));
  EXPECT_TRUE(enters(code()));
  open_access(2);
  EXPECT_FALSE(enters(code())) << "after a start as well";
}

TEST_P(SecondFactorTest, ARecoveryCodeIsTakenOnce) {
  const auto codes = enrol().codes;
  EXPECT_TRUE(enters(codes[3]));
  EXPECT_THAT(told_, ElementsAre(FactorNews::RecoveryUsed));
  EXPECT_FALSE(enters(codes[3]));
  std::string typed = codes[4];
  for (char& c : typed) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == 'o') c = '0';
    if (c == '-') c = ' ';
  }
  EXPECT_TRUE(enters(typed)) << "as people type";
  EXPECT_FALSE(enters("AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"));
  EXPECT_THAT(acts(), Contains("staff.recovery_used").Times(2));
}

TEST_P(SecondFactorTest, OldRecoveryCodesEndWhenThereAreNewOnes) {
  const auto confirmed = enrol();
  const auto again = access_->renew_recovery(confirmed.signed_in.session, kClient).value();
  EXPECT_EQ(again.size(), kRecoveryCodes);
  EXPECT_FALSE(enters(confirmed.codes[0]));
  EXPECT_TRUE(enters(again[0]));
  EXPECT_THAT(acts(), Contains("staff.recovery_made"));
}

TEST_P(SecondFactorTest, GuessingIsStoppedAndTheOwnerStillComesIn) {
  const auto codes = enrol().codes;
  clock_.advance(kThrottleWindow);
  const auto theirs = half();
  for (std::size_t i = 0; i < kTries; ++i)
    EXPECT_EQ(finish(theirs, wrong_code(), "198.51.100.1"), Code::Denied);
  EXPECT_EQ(finish(theirs, wrong_code(), "198.51.100.1"), Code::TooMany);
  EXPECT_EQ(finish(theirs, code(), "198.51.100.1"), Code::TooMany) << "were it the right one";
  for (std::size_t i = kTries; i < kCodeTriesPerMember; ++i)
    EXPECT_EQ(finish(theirs, wrong_code(), "198.51.101." + std::to_string(i)), Code::Denied);
  EXPECT_EQ(finish(theirs, wrong_code(), "203.0.113.9"), Code::TooMany) << "from many addresses";
  EXPECT_TRUE(access_->finish_sign_in(half(), codes[0], kClient)) << "a recovery code cannot be guessed";
  clock_.advance(kThrottleWindow);
  EXPECT_TRUE(enters(code()));
}

TEST_P(SecondFactorTest, WhatIsDoneSeldomWantsTheFactorAgain) {
  const auto session = enrol().signed_in.session;
  const auto created = [&](const std::string& secret) {
    return access_->create_token(*access_->member_of(secret), "x", {testing::kViewReport}, {});
  };
  clock_.advance(kStepUpLife - base::Millis{1});
  EXPECT_TRUE(created(session));
  clock_.advance(base::Millis{1});
  EXPECT_EQ(created(session).error().code, Code::StepUp);
  EXPECT_EQ(access_->draw_authenticator(session).error().code, Code::StepUp);
  EXPECT_EQ(access_->confirm_authenticator(session, code(), kClient).error().code, Code::StepUp);
  EXPECT_EQ(access_->renew_recovery(session, kClient).error().code, Code::StepUp);
  EXPECT_EQ(access_->change_password(session, kPassword, "een ander lang wachtwoord", kClient).error().code,
            Code::StepUp);
  EXPECT_EQ(access_->step_up(session, wrong_code(), kClient).error().code, Code::Denied);
  const auto renewed = access_->step_up(session, code(), kClient).value();
  EXPECT_NE(renewed.session, session);
  EXPECT_EQ(access_->member_of(session).error().code, Code::Unauthenticated) << "the secret of before";
  EXPECT_TRUE(created(renewed.session));
  EXPECT_TRUE(access_->change_password(renewed.session, kPassword, "een ander lang wachtwoord", kClient));
  const auto program = created(renewed.session)->secret;
  clock_.advance(kStepUpLife);
  EXPECT_TRUE(require_fresh(*access_->member_of_token(program))) << "a factor by itself";
}

TEST_P(SecondFactorTest, ASessionEndsWhenItWouldHaveHoweverOftenItIsRenewed) {
  const auto begun = enrol().signed_in;
  auto session = begun.session;
  while (clock_.now() < begun.expires - std::chrono::minutes{20}) {
    clock_.advance(std::chrono::minutes{20});
    const auto renewed = access_->step_up(session, code(), kClient).value();
    EXPECT_EQ(renewed.expires, begun.expires);
    session = renewed.session;
  }
  clock_.advance(begun.expires - clock_.now());
  EXPECT_EQ(access_->member_of(session).error().code, Code::Unauthenticated);
}

TEST_P(SecondFactorTest, AReplacementEndsEverythingElse) {
  const auto before = enrol();
  clock_.advance(kTotpStep);
  const auto elsewhere = access_->finish_sign_in(half(), code(), kClient)->session;
  const auto begun = half();
  const auto old = secret_;
  secret_ = secret_of(access_->draw_authenticator(before.signed_in.session)->secret);
  ASSERT_NE(secret_, old);
  const auto after = access_->confirm_authenticator(before.signed_in.session, code(), kClient).value();
  for (const auto& session : {before.signed_in.session, elsewhere})
    EXPECT_EQ(access_->member_of(session).error().code, Code::Unauthenticated);
  EXPECT_EQ(access_->halfway(begun).error().code, Code::Unauthenticated);
  EXPECT_TRUE(access_->member_of(after.signed_in.session));
  clock_.advance(kTotpStep);
  EXPECT_FALSE(enters(totp_code(old, totp_step(clock_.now()))));
  EXPECT_FALSE(enters(before.codes[0]));
  EXPECT_TRUE(enters(code()));
  EXPECT_TRUE(enters(after.codes[0]));
  EXPECT_THAT(told_, ElementsAre(FactorNews::Replaced, FactorNews::RecoveryUsed));
}

TEST_P(SecondFactorTest, TheOperatorResetsWhatIsLost) {
  const auto confirmed = enrol();
  EXPECT_EQ(access_->reset_factor("nobody@lichtbeeld.example").error().code, Code::NotFound);
  EXPECT_EQ(access_->reset_factor("").error().code, Code::NotFound);
  ASSERT_TRUE(access_->reset_factor(" Ans@Lichtbeeld.example "));
  EXPECT_EQ(access_->member_of(confirmed.signed_in.session).error().code, Code::Unauthenticated);
  EXPECT_THAT(told_, ElementsAre(FactorNews::Reset));
  EXPECT_THAT(acts(), Contains("staff.factor_reset"));
  const auto begun = half();
  EXPECT_EQ(access_->halfway(begun)->next, Next::Authenticator);
  EXPECT_EQ(finish(begun, confirmed.codes[0]), Code::Denied);
}

TEST_P(SecondFactorTest, AnAccountThatIsClosedLeavesNothing) {
  const auto member = enrol().signed_in.member;
  const auto begun = half();
  const auto person = access_->people_who_may(testing::kViewReport)->front();
  ASSERT_TRUE(forget_account(*control_, *journal_, person));
  const auto state = access_->factor(member.id).value();
  EXPECT_FALSE(state.set);
  EXPECT_EQ(state.recovery_left, 0);
  EXPECT_EQ(access_->halfway(begun).error().code, Code::Unauthenticated);
}

TEST_P(SecondFactorTest, SessionsOfBeforeEndWhenTwoAreWanted) {
  open_access(1);
  const auto session = set_up().session;
  const auto member = access_->member_of(session).value();
  EXPECT_TRUE(member.fresh) << "there is nothing more to show";
  open_access(2);
  EXPECT_EQ(access_->member_of(session).error().code, Code::Unauthenticated);
}

TEST_P(SecondFactorTest, WhoHasTwoFactorsShowsThemWhereOneIsEnough) {
  enrol();
  open_access(1);
  const auto begun = access_->sign_in("ans@lichtbeeld.example", kPassword, kClient).value();
  EXPECT_EQ(begun.next, Next::Code);
  EXPECT_EQ(access_->member_of(begun.session).error().code, Code::Unauthenticated);
}

TEST_P(SecondFactorTest, HalfSessionsHaveTheirLimit) {
  enrol();
  const auto first = half();
  for (std::size_t i = 1; i < kSessionsPerMember; ++i) half();
  EXPECT_TRUE(access_->halfway(first));
  clock_.advance(base::Millis{1});
  half();
  half();
  EXPECT_EQ(access_->halfway(first).error().code, Code::Unauthenticated);
  const auto last = half();
  EXPECT_TRUE(access_->sign_out(last, kClient));
  EXPECT_EQ(access_->halfway(last).error().code, Code::Unauthenticated);
}

TEST_P(SecondFactorTest, NothingSecretIsInTheControlDatabase) {
  const auto begun = set_up().session;
  const auto shown = access_->draw_first_authenticator(begun)->secret;
  secret_ = secret_of(shown);
  const auto codes = access_->confirm_first_authenticator(begun, code(), kClient)->codes;
  if (GetParam() != sql::Engine::Sqlite) return;
  const auto bytes = bytes_of("control.db");
  for (const std::string& secret : {begun, shown, std::string{base::as_text(secret_)},
                                    base::to_base64(secret_), base::to_hex(secret_), codes[0]})
    EXPECT_THAT(bytes, Not(HasSubstr(secret)));
}

TEST_P(SecondFactorTest, WithoutThePersonsKeyThereIsNoSecret) {
  enrol();
  const auto begun = half();
  clock_.advance(kTotpStep);
  const auto person = access_->people_who_may(testing::kViewReport)->front();
  ASSERT_TRUE(keys_->destroy(vault::KeyName::person(kStaffScope, person)));
  EXPECT_EQ(finish(begun, code()), Code::Gone);
}

}  // namespace
}  // namespace staff
