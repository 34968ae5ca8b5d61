#include "access/devices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/agent.h"
#include "access/limits.h"
#include "access/testing/access_house.h"
#include "access/totp.h"

namespace staff {
namespace {

using base::Code;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kClient;
using testing::kPassword;
using ::testing::SizeIs;

constexpr auto kFirefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

TEST(Agent, IsNamedCoarsely) {
  EXPECT_EQ(name_agent(kFirefox), "Firefox, Linux");
  EXPECT_EQ(name_agent("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                       "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"),
            "Edge, Windows");
  EXPECT_EQ(name_agent("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
                       "like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"),
            "Safari, iPhone");
  EXPECT_EQ(name_agent("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
                       "Chrome/140.0.0.0 Mobile Safari/537.36"),
            "Chrome, Android");
  EXPECT_EQ(name_agent("curl/8.5 (Linux)"), "Linux");
  EXPECT_EQ(name_agent(""), "");
  EXPECT_EQ(name_agent("<script>alert(1)</script>"), "");
}

/// One factor, so that the browser alone decides; two are in the tests of the whole.
class DevicesTest : public testing::AccessHouse {
 protected:
  void SetUp() override {
    AccessHouse::SetUp();
    open_access(1, /*known_devices=*/true);
  }

  static From from(std::string_view device) { return {kClient, device, kFirefox}; }
  /// The first account; `home_` is its browser.
  Member member() {
    auto first = set_up();
    home_ = first.device;
    return first.member;
  }
  SignedIn sign_in(std::string_view device = {}) {
    return access_->sign_in("ans@lichtbeeld.example", kPassword, from(device)).value();
  }
  std::string link() { return access_->waiting_device(about_)->link; }
  Code open_link(const std::string& half, std::string_view with) {
    const auto result = access_->open_device_link(half, with, from({}));
    return result ? Code::Internal : result.error().code;
  }

  std::string home_;
};
INSTANTIATE_TEST_SUITE_P(Both, DevicesTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         vault::testing::engine_name);

TEST_P(DevicesTest, TheBrowserOfTheFirstAccountIsKnown) {
  const auto ans = member();
  EXPECT_FALSE(home_.empty());
  EXPECT_TRUE(told_.empty()) << "there is nothing to be told";
  const auto again = sign_in(home_);
  EXPECT_EQ(again.next, Next::Nothing);
  EXPECT_EQ(again.device, home_);
  EXPECT_THAT(access_->devices(ans.id, home_).value(), SizeIs(1));
}

TEST_P(DevicesTest, AnotherOneWaitsForItsOwnLink) {
  const auto ans = member();
  const auto half = sign_in();
  EXPECT_EQ(half.next, Next::Device);
  EXPECT_TRUE(half.device.empty());
  EXPECT_THAT(told_, ElementsAre(FactorNews::DeviceAsked));
  EXPECT_EQ(access_->member_of(half.session).error().code, Code::Unauthenticated);
  EXPECT_EQ(access_->enter(half.session, from({}))->next, Next::Device) << "nobody vouched for it";
  const auto earlier = link();
  const auto other = sign_in();
  EXPECT_EQ(open_link(other.session, earlier), Code::Denied) << "the link is another's";
  EXPECT_EQ(open_link(other.session, ""), Code::Denied);
  EXPECT_EQ(open_link("none", link()), Code::Unauthenticated) << "in a browser where nobody signs in";
  const auto in = access_->open_device_link(other.session, link(), from({})).value();
  EXPECT_EQ(in.next, Next::Nothing);
  EXPECT_TRUE(access_->member_of(in.session));
  EXPECT_EQ(told_.back(), FactorNews::DeviceAdded);
  EXPECT_EQ(about_, "Firefox, Linux");
  EXPECT_EQ(open_link(other.session, earlier), Code::Unauthenticated) << "once";
  EXPECT_EQ(sign_in(in.device).next, Next::Nothing);
  EXPECT_THAT(access_->devices(ans.id, in.device).value(), SizeIs(2));
  EXPECT_THAT(acts(), Contains("staff.device_asked").Times(2));
  EXPECT_THAT(acts(), Contains("staff.device_added").Times(2));
}

TEST_P(DevicesTest, TheLinkLastsAsLongAsTheHalfSession) {
  member();
  const auto half = sign_in().session;
  const auto wait = about_;
  clock_.advance(kHalfSessionLife - base::Millis{1});
  const auto good = link();
  clock_.advance(base::Millis{1});
  EXPECT_EQ(access_->waiting_device(wait).error().code, Code::Gone) << "its mail is not sent any more";
  EXPECT_EQ(open_link(half, good), Code::Unauthenticated);
  EXPECT_EQ(access_->waiting_device("").error().code, Code::Gone);
}

TEST_P(DevicesTest, TheOperatorVouchesForANumber) {
  member();
  const auto half = sign_in().session;
  const auto where = access_->halfway(half).value();
  EXPECT_EQ(where.next, Next::Device);
  EXPECT_EQ(where.number.size(), kWaitDigits);
  const auto refused = [&](std::string_view address, std::string_view number) {
    const auto result = access_->vouch({}, address, number);
    return result ? Code::Internal : result.error().code;
  };
  EXPECT_EQ(refused("ans@lichtbeeld.example", ""), Code::NotFound);
  EXPECT_EQ(refused("ans@lichtbeeld.example", "12"), Code::NotFound);
  EXPECT_EQ(refused("bob@lichtbeeld.example", where.number), Code::NotFound);
  EXPECT_TRUE(access_->vouch({}, "ans@lichtbeeld.example", where.number));
  EXPECT_EQ(refused("ans@lichtbeeld.example", where.number), Code::NotFound) << "once";
  EXPECT_EQ(access_->halfway(half)->next, Next::Nothing);
  EXPECT_EQ(access_->enter(half, from({}))->next, Next::Nothing);
  EXPECT_THAT(acts(), Contains("staff.device_vouched"));
}

TEST_P(DevicesTest, OneThatIsEndedIsUnknownAndSignedOut) {
  const auto ans = member();
  const auto session = sign_in(home_).session;
  const auto own = access_->devices(ans.id, home_).value().at(0);
  EXPECT_TRUE(own.is_own);
  EXPECT_EQ(own.name, "Firefox, Linux");
  EXPECT_EQ(own.network, "192.0.2.0/24");
  EXPECT_TRUE(access_->end_device(ans, own.id));
  EXPECT_EQ(access_->end_device(ans, own.id).error().code, Code::NotFound);
  EXPECT_EQ(access_->member_of(session).error().code, Code::Unauthenticated);
  EXPECT_EQ(sign_in(home_).next, Next::Device);
  EXPECT_THAT(acts(), Contains("staff.device_ended"));
}

TEST_P(DevicesTest, ABrowserIsForgottenWhenItIsNotUsed) {
  const auto ans = member();
  clock_.advance(kDeviceLife - base::Millis{1});
  EXPECT_EQ(sign_in(home_).next, Next::Nothing);
  clock_.advance(kDeviceLife);
  EXPECT_THAT(access_->devices(ans.id, home_).value(), IsEmpty());
  EXPECT_EQ(sign_in(home_).next, Next::Device);
}

TEST_P(DevicesTest, ABrowserGetsAnotherSecretWhenItIsAdded) {
  member();
  const auto planted = std::string(43, 'A');
  const auto half = access_->sign_in("ans@lichtbeeld.example", kPassword, from(planted)).value();
  EXPECT_EQ(half.next, Next::Device);
  const auto in = access_->open_device_link(half.session, link(), from(planted)).value();
  EXPECT_NE(in.device, planted);
  EXPECT_EQ(sign_in(planted).next, Next::Device);
}

TEST_P(DevicesTest, SoManyAndTheOneUsedLongestAgoEnds) {
  const auto ans = member();
  for (std::size_t i = 1; i <= kDevicesPerMember; ++i) {
    EXPECT_EQ(sign_in(home_).next, Next::Nothing);
    clock_.advance(base::Millis{1});
    const auto half = sign_in().session;
    EXPECT_TRUE(access_->open_device_link(half, link(), from({})));
    clock_.advance(base::Millis{1});
  }
  const auto devices = access_->devices(ans.id, home_).value();
  EXPECT_THAT(devices, SizeIs(kDevicesPerMember));
  EXPECT_EQ(sign_in(home_).next, Next::Nothing) << "it was used lately";
}

TEST_P(DevicesTest, WhereNoBrowserHasToBeKnownNoneIsKept) {
  open_access(1);
  const auto ans = set_up();
  EXPECT_TRUE(ans.device.empty());
  EXPECT_EQ(sign_in().next, Next::Nothing);
  EXPECT_THAT(access_->devices(ans.member.id, {}).value(), IsEmpty());
}

TEST_P(DevicesTest, HowSomebodyCameInIsKeptForAWhile) {
  const auto ans = member();
  (void)access_->sign_in("ans@lichtbeeld.example", "niet het wachtwoord", from({}));
  (void)sign_in();
  const auto outcomes = [&] {
    std::vector<std::string> all;
    for (const auto& one : access_->sign_ins(ans.id).value()) all.push_back(one.outcome);
    return all;
  };
  EXPECT_THAT(outcomes(), ::testing::UnorderedElementsAre("password", "wrong_password", "unknown_device"));
  // Whoever fails on purpose pushes out nothing that succeeded.
  for (std::size_t i = 0; i <= kSignInsKept; ++i) {
    clock_.advance(kThrottleWindow);
    (void)access_->sign_in("ans@lichtbeeld.example", "niet het wachtwoord", from({}));
  }
  EXPECT_THAT(outcomes(), SizeIs(kSignInsKept + 1));
  EXPECT_THAT(outcomes(), Contains("password"));
  EXPECT_THAT(outcomes(), Contains("wrong_password").Times(static_cast<int>(kSignInsKept)));
}

TEST_P(DevicesTest, WhoHasNoAuthenticatorSetsOneUpInAKnownBrowserAlone) {
  member();
  open_access(2, /*known_devices=*/true);
  const auto half = sign_in();
  EXPECT_EQ(half.next, Next::Device) << "first the browser, then the authenticator";
  EXPECT_EQ(access_->draw_first_authenticator(half.session).error().code, Code::Denied);
  EXPECT_EQ(access_->confirm_first_authenticator(half.session, "123456", from({})).error().code,
            Code::Denied);
  const auto next = access_->open_device_link(half.session, link(), from({})).value();
  EXPECT_EQ(next.next, Next::Authenticator);
  EXPECT_NE(next.session, half.session);
  EXPECT_TRUE(access_->draw_first_authenticator(next.session));
  EXPECT_EQ(open_link(next.session, ""), Code::Denied);
}

TEST_P(DevicesTest, AResetForgetsTheBrowsersToo) {
  member();
  ASSERT_TRUE(access_->reset_factor("ans@lichtbeeld.example"));
  EXPECT_EQ(sign_in(home_).next, Next::Device);
}

}  // namespace
}  // namespace staff
