#include "approvals/approvals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "approvals/limits.h"
#include "approvals/queries.h"
#include "journal/testing/memory_keys.h"
#include "policy/testing/example.h"
#include "sql/testing/both_engines.h"
#include "vault/key_store.h"

namespace approvals {
namespace {

using base::Code;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr base::PropertyNumber kHall{3};
constexpr std::string_view kSecret = R"({"of":"ada@leeszaal.example"})";

/// Somebody who may do both, just signed in.
staff::Member member(base::Random& random,
                     staff::Permissions permissions = {staff::kExport, staff::kApprove}) {
  return {.id = base::MemberId::draw(random), .permissions = permissions, .fresh = true};
}

class ApprovalsTest : public sql::testing::BothEngines {
 protected:
  void SetUp() override {
    BothEngines::SetUp();
    journal_ = journal::Journal::open(database(), journal_keys_, clock_, random_).value();
    key_database_ = sql::Database::open_sqlite(folder() / "keys.db").value();
    auto master = crypto::SecretKey::from_bytes(base::Bytes(crypto::kKeySize, 7)).value();
    keys_ = vault::KeyStore::open(*key_database_, std::move(master), clock_, random_).value();
    ans_ = member(random_);
    bea_ = member(random_);
    begin();
  }
  void TearDown() override {
    approvals_.reset();
    keys_.reset();
    key_database_.reset();
    journal_.reset();
    BothEngines::TearDown();
  }

  /// As after a start of the program.
  void begin(Between between = {}) {
    approvals_ = Approvals::open({.control = database(),
                                  .keys = *keys_,
                                  .policy = policy_,
                                  .journal = *journal_,
                                  .clock = clock_,
                                  .random = random_,
                                  .mail = [this](const outbox::Mail& mail) -> base::Result<void> {
                                    mails_.push_back(mail);
                                    return {};
                                  },
                                  .people_who_may = [this](const staff::Permission&, base::OrganisationNumber)
                                      -> base::Result<std::vector<base::PersonId>> { return people_; },
                                  .person_of = [this](base::MemberId id) -> base::Result<base::PersonId> {
                                    return id == ans_.id ? people_[0] : people_[1];
                                  },
                                  .between = std::move(between)})
                     .value();
    const auto describe = [](std::string_view request, base::Language) -> base::Result<Description> {
      return Description{.title = std::string{request}, .lines = {}};
    };
    approvals_->add({.name = "move end",
                     .kind = "hall.end",
                     .describe = describe,
                     .execute = [this](sql::Connection& connection, const Deed&) -> base::Result<void> {
                       // Any statement of this database: here, that nothing has the state "done" yet.
                       if (!outcome_) return base::fail(outcome_.error());
                       RETURN_IF_ERROR(connection.run(queries::clear_request, {{"id", "done"}}));
                       ++done_;
                       return {};
                     }});
    approvals_->add({.name = "export",
                     .kind = "hall.file",
                     .names_people = true,
                     .describe = describe,
                     .make = [this](const Deed& deed) -> base::Result<http::Response> {
                       if (!outcome_) return base::fail(outcome_.error());
                       ++done_;
                       return http::Response::text(std::string{deed.request});
                     }});
  }
  Approval ask(std::string_view kind = "hall.end", std::string_view request = R"({"to":5})") {
    return approvals_->ask(kind, request, kHall, ans_).value();
  }
  State state(const Approval& approval) { return approvals_->find(approval.id, ans_).value().state; }
  std::vector<std::string> acts() const {
    std::vector<std::string> kinds;
    for (const auto& entry : journal_->list({}).value()) kinds.push_back(entry.act.kind);
    return kinds;
  }
  Code refusal(const base::Result<Approval>& result) { return result ? Code::Internal : result.error().code; }

  const policy::Policy policy_ = policy::testing::parsed(policy::testing::replaced(
      policy::testing::kExample, "languages:", "staff: { four-eyes: [export, move end] }\nlanguages:"));
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::SeededRandom random_{1};
  journal::testing::MemoryKeys journal_keys_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<sql::Database> key_database_;
  std::unique_ptr<vault::KeyStore> keys_;
  std::unique_ptr<Approvals> approvals_;
  std::vector<outbox::Mail> mails_;
  std::vector<base::PersonId> people_{base::PersonId::draw(random_), base::PersonId::draw(random_)};
  staff::Member ans_, bea_;
  base::Result<void> outcome_;
  int done_ = 0;
};
HARTSLAG_ON_BOTH_ENGINES(ApprovalsTest);

TEST_P(ApprovalsTest, StatementsPrepare) { expect_prepares(queries::kModule); }

TEST_P(ApprovalsTest, WhatWaitsIsThePolicysToSay) {
  EXPECT_TRUE(approvals_->waits(kExport));
  EXPECT_TRUE(approvals_->waits(kMoveEnd));
  EXPECT_FALSE(approvals_->waits(kUnmask));
}

TEST_P(ApprovalsTest, ASecondPersonHasItDoneOnce) {
  const auto asked = ask();
  EXPECT_EQ(asked.until, clock_.now() + kWaits);
  ASSERT_THAT(mails_, SizeIs(1));
  EXPECT_EQ(mails_[0].person, people_[1]) << "not who asked";
  EXPECT_THAT(mails_[0].parameters, Not(::testing::Contains(::testing::Key("request"))));
  EXPECT_EQ(approvals_->count_waiting(bea_).value(), 1);
  EXPECT_EQ(approvals_->count_waiting(ans_).value(), 0);
  EXPECT_EQ(approvals_->count_deciders(asked).value(), 1);

  EXPECT_EQ(refusal(approvals_->approve(asked.id, ans_)), Code::Denied) << "nobody their own";
  const auto done = approvals_->approve(asked.id, bea_).value();
  EXPECT_EQ(done.state, State::Executed);
  EXPECT_EQ(done.decided_by, bea_.id);
  EXPECT_EQ(refusal(approvals_->approve(asked.id, bea_)), Code::Conflict);
  EXPECT_EQ(refusal(approvals_->refuse(asked.id, "no", bea_)), Code::Conflict);
  EXPECT_EQ(refusal(approvals_->withdraw(asked.id, ans_)), Code::Conflict);
  EXPECT_EQ(done_, 1);
  EXPECT_EQ(approvals_->describe(done, base::Language::En)->title, R"({"to":5})");
  EXPECT_THAT(mails_, SizeIs(2));
  EXPECT_THAT(acts(), ElementsAre("approval.asked", "approval.approved", "approval.executed"));
  EXPECT_THAT(journal_->list({}).value()[2].act.detail, HasSubstr("act move end, request hall.end"));
}

TEST_P(ApprovalsTest, ManyAtOnceApproveOnce) {
  const auto asked = ask();
  std::atomic<int> approved = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] { approved += approvals_->approve(asked.id, bea_) ? 1 : 0; });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(approved, 1);
  EXPECT_EQ(done_, 1);
}

TEST_P(ApprovalsTest, WhoMayNot) {
  const auto asked = ask();
  auto stale = bea_;
  stale.fresh = false;
  EXPECT_EQ(refusal(approvals_->approve(asked.id, stale)), Code::StepUp);
  EXPECT_EQ(refusal(approvals_->refuse(asked.id, "no", stale)), Code::StepUp);
  EXPECT_EQ(refusal(approvals_->ask("hall.end", "{}", kHall, stale)), Code::StepUp);
  const auto only_approves = member(random_, {staff::kApprove});
  const auto only_exports = member(random_, {staff::kExport});
  for (const auto& one : {only_approves, only_exports}) {
    EXPECT_EQ(refusal(approvals_->find(asked.id, one)), Code::NotFound);
    EXPECT_EQ(refusal(approvals_->approve(asked.id, one)), Code::NotFound);
    EXPECT_THAT(approvals_->list(one).value(), IsEmpty());
    EXPECT_EQ(approvals_->count_waiting(one).value(), 0);
  }
  auto elsewhere = bea_;
  elsewhere.organisation = {2};
  EXPECT_EQ(refusal(approvals_->approve(asked.id, elsewhere)), Code::NotFound);
  EXPECT_EQ(refusal(approvals_->ask("hall.end", "{}", kHall, only_approves)), Code::Denied);
  EXPECT_EQ(refusal(approvals_->withdraw(asked.id, bea_)), Code::Denied);
  EXPECT_EQ(state(asked), State::Waiting);
  EXPECT_EQ(done_, 0);
}

TEST_P(ApprovalsTest, RefusedWithdrawnAndExpiredDoNothing) {
  const auto first = ask();
  EXPECT_EQ(ask().id, first.id) << "asking again is the same request";
  EXPECT_EQ(refusal(approvals_->refuse(first.id, "", bea_)), Code::Invalid);
  EXPECT_EQ(refusal(approvals_->refuse(first.id, std::string(kReasonBytesMax + 1, 'x'), bea_)),
            Code::Invalid);
  ASSERT_TRUE(approvals_->refuse(first.id, std::string(kReasonBytesMax, 'x'), bea_));
  EXPECT_EQ(approvals_->find(first.id, ans_)->reason.size(), kReasonBytesMax);

  const auto second = ask();
  EXPECT_NE(second.id, first.id);
  ASSERT_TRUE(approvals_->withdraw(second.id, ans_));

  const auto third = ask();
  clock_.advance(kWaits - std::chrono::milliseconds{1});
  ASSERT_TRUE(approvals_->run());
  EXPECT_EQ(state(third), State::Waiting);
  clock_.advance(std::chrono::milliseconds{1});
  EXPECT_EQ(state(third), State::Expired) << "before anybody wrote it down";
  EXPECT_EQ(refusal(approvals_->approve(third.id, bea_)), Code::Conflict);
  ASSERT_TRUE(approvals_->run());
  ASSERT_TRUE(approvals_->run());
  EXPECT_EQ(done_, 0);
  EXPECT_THAT(acts(), ElementsAre("approval.asked", "approval.refused", "approval.asked",
                                  "approval.withdrawn", "approval.asked", "approval.expired"));
}

TEST_P(ApprovalsTest, WhatIsNotPossibleAnyMoreFailsAndWhatIsNotNowWaits) {
  const auto asked = ask();
  outcome_ = base::fail(Code::Unavailable, "the disk is full");
  EXPECT_EQ(refusal(approvals_->approve(asked.id, bea_)), Code::Unavailable);
  EXPECT_EQ(state(asked), State::Waiting);
  outcome_ = base::fail(Code::Conflict, "The hall is closed.");
  const auto failed = approvals_->approve(asked.id, bea_).value();
  EXPECT_EQ(failed.state, State::Failed);
  EXPECT_EQ(approvals_->find(asked.id, ans_)->reason, "The hall is closed.");
  EXPECT_EQ(done_, 0);
}

TEST_P(ApprovalsTest, AFileIsFetchedOnceByWhoAsked) {
  const auto asked = ask("hall.file", kSecret);
  EXPECT_EQ(approvals_->fetch(asked.id, ans_).error().code, Code::Conflict);
  const auto approved = approvals_->approve(asked.id, bea_).value();
  EXPECT_EQ(approved.state, State::Approved);
  EXPECT_EQ(done_, 0) << "nothing is made before it is fetched";
  EXPECT_TRUE(approvals_->may_fetch(approved, ans_));
  EXPECT_EQ(approvals_->fetch(asked.id, bea_).error().code, Code::Denied);
  auto without = ans_;
  without.permissions = {staff::kApprove};
  EXPECT_EQ(approvals_->fetch(asked.id, without).error().code, Code::Denied) << "who may no longer";
  EXPECT_EQ(approvals_->fetch(asked.id, ans_)->body_text(), kSecret);
  EXPECT_EQ(approvals_->fetch(asked.id, ans_).error().code, Code::Conflict);
  const auto after = approvals_->find(asked.id, ans_).value();
  EXPECT_EQ(after.state, State::Executed);
  EXPECT_THAT(after.request, IsEmpty()) << "it said who somebody is";
  EXPECT_EQ(approvals_->describe(after, base::Language::En)->title, "An export");

  const auto late = ask("hall.file", kSecret);
  ASSERT_TRUE(approvals_->approve(late.id, bea_));
  clock_.advance(kFileWaits);
  EXPECT_EQ(approvals_->fetch(late.id, ans_).error().code, Code::Conflict);
  ASSERT_TRUE(approvals_->run());
  EXPECT_THAT(approvals_->find(late.id, ans_)->request, IsEmpty());
}

TEST_P(ApprovalsTest, AStopInBetweenDoesItOnceOrNotYet) {
  const auto asked = ask();
  const auto file = ask("hall.file", kSecret);
  const auto stop_at = [&](std::string_view stopped) {
    begin([stopped](std::string_view point) -> base::Result<void> {
      return point == stopped ? base::fail(Code::Internal, "stopped") : base::Result<void>{};
    });
  };
  stop_at("approval.executing");
  EXPECT_FALSE(approvals_->approve(asked.id, bea_));
  begin();
  EXPECT_EQ(state(asked), State::Waiting) << "it was taken back with the rest of its transaction";
  stop_at("approval.decided");
  done_ = 0;
  EXPECT_FALSE(approvals_->approve(asked.id, bea_));
  begin();
  EXPECT_EQ(state(asked), State::Executed);
  EXPECT_EQ(refusal(approvals_->approve(asked.id, bea_)), Code::Conflict);
  EXPECT_EQ(done_, 1);
  mails_.clear();
  ASSERT_TRUE(approvals_->run());
  EXPECT_THAT(mails_,
              ::testing::Contains(::testing::Field(&outbox::Mail::template_name, "approval_decided")));

  ASSERT_TRUE(approvals_->approve(file.id, bea_));
  stop_at("approval.made");
  EXPECT_FALSE(approvals_->fetch(file.id, ans_));
  begin();
  EXPECT_TRUE(approvals_->fetch(file.id, ans_)) << "nothing had left";
}

TEST_P(ApprovalsTest, Limits) {
  const auto stored = [&](std::size_t bytes) {
    return approvals_->ask("hall.end", std::string(bytes, 'x'), kHall, ans_).has_value();
  };
  EXPECT_TRUE(stored(kRequestBytesMax));
  EXPECT_FALSE(stored(kRequestBytesMax + 1));
  for (std::int64_t i = 1; i < kWaitingMax; ++i) ask("hall.end", std::to_string(i));
  EXPECT_EQ(refusal(approvals_->ask("hall.end", "more", kHall, ans_)), Code::Conflict);
}

TEST_P(ApprovalsTest, GoesWithItsPropertyAndAfterItsTerm) {
  const auto about_hall = ask();
  const auto other = approvals_->ask("hall.end", "{}", base::PropertyNumber{4}, ans_).value();
  ASSERT_TRUE(approvals_->forget_property(kHall));
  ASSERT_TRUE(approvals_->forget_property(kHall));
  EXPECT_EQ(refusal(approvals_->find(about_hall.id, ans_)), Code::NotFound);
  ASSERT_TRUE(approvals_->withdraw(other.id, ans_));
  clock_.advance(kKept);
  ASSERT_TRUE(approvals_->run());
  EXPECT_TRUE(approvals_->find(other.id, ans_));
  clock_.advance(std::chrono::milliseconds{1});
  ASSERT_TRUE(approvals_->run());
  EXPECT_EQ(refusal(approvals_->find(other.id, ans_)), Code::NotFound);
}

}  // namespace
}  // namespace approvals
