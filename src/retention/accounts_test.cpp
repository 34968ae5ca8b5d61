#include "retention/accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "retention/queries.h"
#include "retention/testing/stores.h"
#include "sql/prepare_check.h"

namespace retention {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::chrono::hours kDay{24};
constexpr std::uint64_t kMailBytesMax = 65'536;

base::Instant at(std::string_view text) { return base::parse_rfc3339(text).value(); }

TEST(ClosingOf, MechanismCountsByTheCalendar) {
  const policy::UnusedAccounts rule{.closed_after = {2, policy::Unit::Years},
                                    .warned_before = {30, policy::Unit::Days}};
  const auto closing = closing_of(rule, at("2024-02-29T12:00:00Z"));
  EXPECT_EQ(base::to_rfc3339(closing.at), "2026-02-28T12:00:00.000Z");
  EXPECT_EQ(base::to_rfc3339(closing.warn_from), "2026-01-29T12:00:00.000Z");
}

class AccountsTest : public testing::Stores {
 protected:
  void SetUp() override {
    Stores::SetUp();
    with_accounts_ = policy::Policy::parse(std::string{policy::testing::kExample} +
                                           "accounts: { close-unused: 2 months, warn-before: 2 weeks }\n")
                         .value();
    ada_ = comes("Ada", "ada@club.example");
    bob_ = comes("Bob", "bob@club.example");
    Surface surface;
    surface.name = "club";
    surface.accounts = [this]() -> base::Result<std::vector<Account>> {
      std::vector<Account> there;
      for (const auto& account : accounts_) {
        if (vault_->find(account.person)) there.push_back(account);
      }
      return there;
    };
    surfaces_.push_back(std::move(surface));
  }

  base::PersonId comes(std::string_view name, std::string_view mail) {
    const auto person = add(name, mail).value();
    accounts_.push_back({.person = person, .scope = kProperty, .last_used = clock_.now(), .page = "/club"});
    return person;
  }
  /// Bob is here every day.
  void pass(base::Millis time) {
    clock_.advance(time);
    if (accounts_.size() > 1) accounts_[1].last_used = clock_.now();
  }
  void look() {
    ASSERT_TRUE(
        Accounts({with_accounts_, *control_, *eraser_, *outbox_, *journal_, surfaces_, clock_}).run());
  }
  /// The texts of mails that were sent since it was asked last.
  std::vector<std::string> mails() {
    EXPECT_TRUE(outbox_->run_due(100));
    std::vector<std::string> texts;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder_ / "mail"}) {
      if (!entry.is_regular_file()) continue;
      texts.emplace_back(base::as_text(base::read_file(files_, entry.path(), kMailBytesMax).value()));
      std::filesystem::remove(entry.path());
    }
    return texts;
  }
  bool is_there(base::PersonId person) { return vault_->find(person).has_value(); }

  policy::Policy with_accounts_ = policy::Policy::parse(policy::testing::kExample).value();
  std::vector<Account> accounts_;
  base::PersonId ada_, bob_;
};
INSTANTIATE_TEST_SUITE_P(On, AccountsTest, ::testing::Values(sql::Engine::Sqlite),
                         vault::testing::engine_name);

TEST_P(AccountsTest, StatementsPrepare) { EXPECT_TRUE(sql::prepare_all(*control_, queries::kModule)); }

TEST_P(AccountsTest, MechanismAnUnusedAccountIsClosedAfterAWarning) {
  const auto closes = closing_of(with_accounts_.unused_accounts(), clock_.now()).at;
  pass(closes - clock_.now() - 15 * kDay);
  look();
  EXPECT_THAT(mails(), IsEmpty()) << "it is not due yet";
  pass(kDay);
  look();
  look();
  const auto sent = mails();
  ASSERT_THAT(sent, SizeIs(1)) << "once";
  EXPECT_THAT(sent[0], HasSubstr("To: \"Ada\" <ada@club.example>"));
  EXPECT_THAT(sent[0], HasSubstr("https://leeszaal.example/club"));
  pass(14 * kDay - std::chrono::hours{1});
  look();
  EXPECT_TRUE(is_there(ada_));
  pass(std::chrono::hours{1});
  look();
  EXPECT_FALSE(is_there(ada_));
  EXPECT_TRUE(is_there(bob_));
  EXPECT_TRUE(eraser_->find_of(ada_)->completed_at) << "with a certificate, as any erasure";
  EXPECT_FALSE(bytes_of("control.db").contains(base::to_text(ada_)));
  std::vector<std::string> acts;
  for (const auto& entry : journal_->list({}).value()) acts.push_back(entry.act.kind);
  EXPECT_THAT(acts, Contains("retention.account_closed"));
  look();
  EXPECT_THAT(mails(), IsEmpty());
}

TEST_P(AccountsTest, MechanismOneUseKeepsIt) {
  const auto closes = closing_of(with_accounts_.unused_accounts(), clock_.now()).at;
  pass(closes - clock_.now() - 2 * kDay);
  look();
  EXPECT_THAT(mails(), SizeIs(1));
  accounts_[0].last_used = clock_.now();
  pass(10 * kDay);
  look();
  EXPECT_TRUE(is_there(ada_));
  EXPECT_THAT(mails(), IsEmpty());
  pass(60 * kDay);
  look();
  EXPECT_TRUE(is_there(ada_)) << "it is warned of anew before";
  EXPECT_THAT(mails(), SizeIs(1));
}

TEST_P(AccountsTest, MechanismAfterAYearDownTheWarningStillComesFirst) {
  pass(366 * kDay);
  look();
  EXPECT_THAT(mails(), SizeIs(1));
  pass(14 * kDay - std::chrono::hours{1});
  look();
  EXPECT_TRUE(is_there(ada_));
  pass(std::chrono::hours{1});
  look();
  EXPECT_FALSE(is_there(ada_));
}

TEST_P(AccountsTest, WhoIsNeededIsWarnedAndStays) {
  accounts_[0].is_needed = true;
  pass(200 * kDay);
  look();
  EXPECT_THAT(mails(), SizeIs(1));
  pass(200 * kDay);
  look();
  EXPECT_TRUE(is_there(ada_));
}

TEST_P(AccountsTest, APolicyThatClosesNoneWarnsNobody) {
  with_accounts_ = policy::Policy::parse(policy::testing::kExample).value();
  pass(5000 * kDay);
  look();
  EXPECT_THAT(mails(), IsEmpty());
  EXPECT_TRUE(is_there(ada_));
}

}  // namespace
}  // namespace retention
