#include "credentials/keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "credentials/limits.h"
#include "credentials/queries.h"
#include "credentials/session_keys.h"
#include "journal/testing/memory_keys.h"
#include "sql/testing/both_engines.h"

namespace credentials {
namespace {

using base::Code;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kPolicy = R"(policy: keys
languages: [en]
in-force: 2026-11-01
parties:
  controller: { name: Leeszaal vzw, contact: hallo@leeszaal.example, country: BE }
purposes:
  entry:
    basis: contract
    says: { en: To let you in. }
data:
  card:
    from: registration form
    fields:
      called: { type: name, label: { en: Name } }
      post: { type: email, label: { en: E-mail } }
    says: { en: What you fill in. }
    for: [entry]
    class: self-managed
    keep: 2 months after event end
    then: erase
credentials: { storage: 1 year, mail: 90 days, session keys: 1 month }
)";

/// A mail server that has to learn passwords.
struct Server {
  std::string accepts;
  bool learns = true;
  bool answers = true;
  std::vector<std::string> told;

  Holder holder() {
    return {.name = "mail",
            .hand_over = [this](std::string_view next) -> base::Result<void> {
              told.emplace_back(next);
              if (!learns) return base::fail(Code::Unavailable, "status 1");
              accepts = next;
              return {};
            },
            .try_out = [this](std::string_view secret) -> base::Result<void> {
              if (!answers) return base::fail(Code::Unavailable, "away");
              if (secret != accepts) return base::fail(Code::Denied, "refused");
              return {};
            }};
  }
};

class KeeperTest : public sql::testing::BothEngines {
 protected:
  void SetUp() override {
    BothEngines::SetUp();
    policy_.emplace(policy::Policy::parse(kPolicy, {}, policy::Extent::Part).value());
    control_ = sql::Database::open_sqlite(folder() / "control.db").value();
    auto master = crypto::SecretKey::from_bytes(base::Bytes(crypto::kKeySize, 7)).value();
    keys_ = vault::KeyStore::open(database(), std::move(master), clock_, random_).value();
    journal_ = journal::Journal::open(*control_, journal_keys_, clock_, random_).value();
    start();
  }
  void TearDown() override {
    keeper_.reset();
    journal_.reset();
    keys_.reset();
    control_.reset();
    BothEngines::TearDown();
  }

  /// As after a restart; the mail server keeps what it knows.
  void start(bool with_hook = true) {
    keeper_.reset();
    auto opened = Keeper::open({.keys_database = database(),
                                .keys = *keys_,
                                .journal = *journal_,
                                .policy = *policy_,
                                .clock = clock_,
                                .random = random_,
                                .between = [this](std::string_view point) -> base::Result<void> {
                                  if (point == dies_at_) return base::fail(Code::Internal, "died");
                                  return {};
                                }});
    ASSERT_TRUE(opened) << opened.error().message;
    keeper_ = *std::move(opened);
    auto holder = server_.holder();
    if (!with_hook) holder.hand_over = {};
    ASSERT_TRUE(keeper_->use(std::move(holder)));
  }
  void give(std::string_view password) {
    server_.accepts = password;
    const auto set = keeper_->set("mail", password);
    ASSERT_TRUE(set) << set.error().message;
  }
  std::string current() { return std::string{keeper_->current("mail")->text()}; }
  Standing standing(std::string_view name = "mail") {
    for (auto& one : keeper_->standings().value()) {
      if (one.name == name) return one;
    }
    return {};
  }
  std::vector<std::string> states(std::string_view name = "mail") {
    std::vector<std::string> all;
    for (const auto& version : standing(name).versions) all.emplace_back(to_text(version.state));
    return all;
  }
  void pass(base::Millis by) { clock_.advance(by); }
  std::vector<std::string> acts() {
    std::vector<std::string> all;
    for (const auto& entry : journal_->list({}).value())
      all.push_back(entry.act.kind + " " + std::string{journal::to_text(entry.state)});
    return all;
  }

  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::SeededRandom random_{1};
  journal::testing::MemoryKeys journal_keys_;
  std::optional<policy::Policy> policy_;
  std::unique_ptr<sql::Database> control_;
  std::unique_ptr<vault::KeyStore> keys_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Keeper> keeper_;
  Server server_;
  std::string dies_at_;
  int firsts_ = 0;
};
HARTSLAG_ON_BOTH_ENGINES(KeeperTest);

TEST_P(KeeperTest, PreparesItsStatements) { expect_prepares(queries::kKeysModule); }

TEST_P(KeeperTest, TheFirstIsGivenAndTheOthersAreDrawn) {
  const auto none = keeper_->current("mail");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::NotFound);
  EXPECT_THAT(none.error().message, HasSubstr("hartslag credentials set mail"));
  give("eerste wachtwoord");
  EXPECT_EQ(current(), "eerste wachtwoord");
  EXPECT_EQ(standing().current->made, Made::Given);
  EXPECT_EQ(standing().due, clock_.now() + days{90});
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_TRUE(server_.told.empty()) << "not before its time";

  pass(days{87});
  ASSERT_TRUE(keeper_->run_due());
  ASSERT_EQ(server_.told.size(), 1u);
  EXPECT_EQ(current(), server_.told.front());
  EXPECT_EQ(current().size(), 43u);
  EXPECT_EQ(standing().current->made, Made::Generated);
  EXPECT_EQ(standing().current->by, By::Schedule);
  EXPECT_EQ(standing().due, clock_.now() + days{90});
  EXPECT_FALSE(standing().overdue);
  EXPECT_THAT(states(), ElementsAre("current", "ended"));
  EXPECT_THAT(acts(), ElementsAre("credential.set intent", "credential.set result",
                                  "credential.rotated intent", "credential.rotated result"));
}

TEST_P(KeeperTest, BeginsThreeDaysAheadAndNotAMomentBefore) {
  give("eerste wachtwoord");
  pass(days{87} - base::Millis{1});
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_EQ(current(), "eerste wachtwoord");
  pass(base::Millis{1});
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_NE(current(), "eerste wachtwoord");
}

TEST_P(KeeperTest, OneThatSomebodyWasShownIsOverdueAtOnceAndReplacedWithinTheHour) {
  give("eerste wachtwoord");
  ASSERT_TRUE(keeper_->mark_seen("mail"));
  EXPECT_TRUE(standing().overdue);
  EXPECT_EQ(standing().current->seen_at, clock_.now());
  pass(kSeenLife - base::Millis{1});
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_EQ(current(), "eerste wachtwoord") << "until then whoever needed it can use it";
  pass(base::Millis{1});
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_NE(current(), "eerste wachtwoord");
  EXPECT_FALSE(standing().overdue);
  EXPECT_EQ(keeper_->mark_seen("storage").error().code, Code::NotFound);
}

TEST_P(KeeperTest, OneOfItsOwnNameComesAndGoesAndHasTheTermOfItsKind) {
  const Holder shop{.name = "ticket shop", .term = "storage"};
  ASSERT_TRUE(keeper_->use(shop));
  EXPECT_EQ(keeper_->use(shop).error().code, Code::Conflict);
  ASSERT_TRUE(keeper_->set("ticket shop", "van de winkel"));
  EXPECT_EQ(standing("ticket shop").due, policy::after(clock_.now(), {1, policy::Unit::Years}));
  EXPECT_EQ(standing("storage").name, "") << "there is one of that kind";
  EXPECT_EQ(keeper_->rotate("ticket shop").error().code, Code::Conflict) << "nothing tells the shop";
  ASSERT_TRUE(keeper_->drop("ticket shop"));
  EXPECT_EQ(keeper_->current("ticket shop").error().code, Code::NotFound);
  EXPECT_EQ(standing("ticket shop").name, "");
  EXPECT_EQ(standing("storage").name, "storage");
  EXPECT_FALSE(standing("storage").used);
}

TEST_P(KeeperTest, WhatFailsLosesNothingAndIsTriedAgain) {
  give("eerste wachtwoord");
  server_.learns = false;
  pass(days{88});
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_EQ(current(), "eerste wachtwoord");
  EXPECT_TRUE(standing().waiting);
  EXPECT_EQ(standing().trouble->what, "status 1");
  EXPECT_FALSE(standing().overdue);
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_EQ(server_.told.size(), 1u) << "not at once";
  pass(kRetryFirst);
  ASSERT_TRUE(keeper_->run_due());
  ASSERT_EQ(server_.told.size(), 2u);
  EXPECT_EQ(server_.told[0], server_.told[1]) << "the same, since the other side may know it";
  pass(2 * kRetryFirst - base::Millis{1});
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_EQ(server_.told.size(), 2u) << "more and more seldom";

  pass(days{2});
  EXPECT_TRUE(standing().overdue);
  EXPECT_EQ(count_overdue(keeper_->standings().value()), 1);
  server_.learns = true;
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_EQ(current(), server_.accepts);
  EXPECT_FALSE(standing().overdue);
  EXPECT_FALSE(standing().trouble);
}

TEST_P(KeeperTest, TheLastInstantIsInTime) {
  give("eerste wachtwoord");
  pass(days{90});
  EXPECT_FALSE(standing().overdue);
  pass(base::Millis{1});
  EXPECT_TRUE(standing().overdue);
}

TEST_P(KeeperTest, WhatTheOtherSideRefusesIsNotTakenIntoUse) {
  give("eerste wachtwoord");
  server_.answers = false;
  const auto rotated = keeper_->rotate("mail");
  ASSERT_FALSE(rotated);
  EXPECT_EQ(rotated.error().code, Code::Unavailable);
  EXPECT_EQ(current(), "eerste wachtwoord");
  EXPECT_THAT(rotated.error().message, Not(HasSubstr(server_.told.front())));
  server_.answers = true;
  ASSERT_TRUE(keeper_->rotate("mail")) << "it knew it already";
  EXPECT_EQ(server_.told.size(), 1u);
  EXPECT_EQ(current(), server_.accepts);
}

TEST_P(KeeperTest, ACrashAnywhereLosesNothing) {
  give("eerste wachtwoord");
  for (const std::string_view point : {"credential.drawn", "credential.handed_over", "credential.taken"}) {
    dies_at_ = point;
    EXPECT_FALSE(keeper_->rotate("mail")) << point;
    dies_at_.clear();
    start();
    ASSERT_TRUE(keeper_->run_due());
    EXPECT_EQ(current(), server_.accepts) << point;
    EXPECT_FALSE(standing().waiting) << point;
    EXPECT_TRUE(journal_->unfinished()->empty()) << point;
  }
  EXPECT_THAT(states(), ElementsAre("current", "ended", "ended", "ended"));
}

TEST_P(KeeperTest, OneThatIsGivenByHandIsTriedFirst) {
  give("eerste wachtwoord");
  EXPECT_EQ(keeper_->set("mail", "een ander").error().code, Code::Denied);
  EXPECT_EQ(current(), "eerste wachtwoord");
  EXPECT_EQ(keeper_->set("mail", "kort").error().code, Code::Invalid);
  EXPECT_EQ(keeper_->set("mail", "met een\nregel").error().code, Code::Invalid);
  const std::string longest(kGivenBytesMax, 'x');
  EXPECT_EQ(keeper_->set("mail", longest + "x").error().code, Code::Invalid);
  give(longest);
  give(std::string(kGivenBytesMin, 'y'));
  EXPECT_EQ(keeper_->set("mail", std::string(kGivenBytesMin - 1, 'y')).error().code, Code::Invalid);
  EXPECT_EQ(keeper_->set("storage", "eerste wachtwoord").error().code, Code::NotFound);
}

TEST_P(KeeperTest, OneGivenByHandEndsWhatWaits) {
  give("eerste wachtwoord");
  server_.learns = false;
  EXPECT_FALSE(keeper_->rotate("mail"));
  give("van de beheerder");
  EXPECT_THAT(states(), ElementsAre("current", "ended", "ended"));
  EXPECT_FALSE(standing().trouble);
}

TEST_P(KeeperTest, WithoutAProgramThatTellsTheOtherSideSomebodyHasTo) {
  give("eerste wachtwoord");
  start(/*with_hook=*/false);
  EXPECT_EQ(keeper_->rotate("mail").error().code, Code::Conflict);
  pass(days{91});
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_EQ(current(), "eerste wachtwoord");
  EXPECT_TRUE(standing().overdue);
  EXPECT_FALSE(standing().planned);
}

TEST_P(KeeperTest, TellsWhatTheInstallationHasAndWhatThePolicyOnlyNames) {
  std::vector<std::string> told;
  for (const auto& one : keeper_->standings().value()) told.push_back(one.name + (one.used ? "" : " unused"));
  EXPECT_THAT(told, ElementsAre("storage unused", "mail", "session keys unused"));
  EXPECT_EQ(keeper_->rotate("storage").error().code, Code::NotFound);
}

TEST_P(KeeperTest, NothingIsStoredInClear) {
  give("eerste wachtwoord");
  ASSERT_TRUE(keeper_->rotate("mail"));
  std::string stored;
  ASSERT_TRUE(database().with_connection([&](sql::Connection& connection) -> base::Result<void> {
    for (const std::int64_t number : {1, 2}) {
      ASSIGN_OR_RETURN(const auto row,
                       connection.one(queries::sealed, {{"name", "mail"}, {"number", number}}));
      stored += row.maybe_text("sealed").value_or("(nothing)") + ' ';
    }
    return {};
  }));
  EXPECT_THAT(stored, HasSubstr("(nothing)"));
  EXPECT_THAT(stored, Not(HasSubstr(current())));
}

TEST_P(KeeperTest, ASealedSecretOpensInItsOwnRowAlone) {
  give("eerste wachtwoord");
  ASSERT_TRUE(database().with_connection([](sql::Connection& connection) {
    return connection.script("update credential set number = 5;\n", "moved");
  }));
  EXPECT_EQ(keeper_->current("mail").error().code, Code::Corrupt);
}

TEST_P(KeeperTest, WhatTheOldOneSaysOfTheNewOneIsKept) {
  start();
  const auto introduce = [](std::string_view current, std::string_view next) -> base::Result<std::string> {
    return std::string{current.substr(0, 5)} + " says " + std::string{next.substr(0, 5)};
  };
  const auto first = [this]() -> base::Result<std::optional<Secret>> {
    ++firsts_;
    return Secret("van vroeger");
  };
  ASSERT_TRUE(keeper_->use({.name = "storage", .own = true, .first = first, .introduce = introduce}));
  EXPECT_EQ(keeper_->current("storage")->text(), "van vroeger");
  EXPECT_EQ(firsts_, 1);
  ASSERT_TRUE(keeper_->rotate("storage"));
  const auto second = std::string{keeper_->current("storage")->text().substr(0, 5)};
  ASSERT_TRUE(keeper_->rotate("storage"));
  const auto third = std::string{keeper_->current("storage")->text().substr(0, 5)};
  EXPECT_THAT(*keeper_->introductions("storage"),
              ElementsAre("van v says " + second, second + " says " + third));
  start();
  ASSERT_TRUE(keeper_->use({.name = "storage", .own = true, .first = first, .introduce = introduce}));
  EXPECT_EQ(firsts_, 1);
}

class SessionKeysTest : public KeeperTest {
 protected:
  void SetUp() override {
    KeeperTest::SetUp();
    open();
  }
  void TearDown() override {
    session_keys_.reset();
    KeeperTest::TearDown();
  }
  void open() {
    session_keys_.reset();
    start();
    auto opened = SessionKeys::open(*keeper_, [this]() -> base::Result<void> {
      ++changes_;
      return {};
    });
    ASSERT_TRUE(opened) << opened.error().message;
    session_keys_ = *std::move(opened);
  }
  static std::string spell(const crypto::SecretKey& key) { return base::to_hex(key.bytes()); }
  std::string signing() { return spell(session_keys_->derive("x").current); }
  std::size_t accepted() { return 1 + session_keys_->derive("x").previous.size(); }

  std::unique_ptr<SessionKeys> session_keys_;
  int changes_ = 0;
};
HARTSLAG_ON_BOTH_ENGINES(SessionKeysTest);

TEST_P(SessionKeysTest, AreDrawnAtOnceAndStayOverARestart) {
  const auto key = signing();
  open();
  EXPECT_EQ(signing(), key);
  EXPECT_EQ(changes_, 0);
  EXPECT_EQ(accepted(), 1u);
  EXPECT_NE(spell(session_keys_->derive("x").current), spell(session_keys_->derive("y").current));
  EXPECT_EQ(keeper_->set("session keys", "eerste wachtwoord").error().code, Code::Invalid);
  EXPECT_TRUE(acts().empty()) << "the first replaces nothing";
}

TEST_P(SessionKeysTest, AReplacedOneIsAcceptedForAWhileAndThenDestroyed) {
  const auto first = signing();
  pass(days{31});
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_NE(signing(), first);
  ASSERT_EQ(accepted(), 2u);
  EXPECT_EQ(spell(session_keys_->derive("x").previous.front()), first);
  EXPECT_GT(changes_, 0);
  open();
  EXPECT_EQ(accepted(), 2u);
  pass(kSessionKeyLinger - base::Millis{1});
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_EQ(accepted(), 2u);
  pass(base::Millis{1});
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_EQ(accepted(), 1u);
  EXPECT_THAT(states("session keys"), ElementsAre("current", "ended"));
  EXPECT_THAT(acts(), ElementsAre("credential.rotated intent", "credential.rotated result"));
}

TEST_P(SessionKeysTest, AClockThatWasWrongKeepsNoKeyForEver) {
  clock_.step(days{365});
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_EQ(accepted(), 2u);
  clock_.step(-days{365});
  ASSERT_TRUE(keeper_->run_due());
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_EQ(accepted(), 2u)
      << "the one of the wrong year was replaced as well, and is accepted for its while";
  EXPECT_EQ(standing("session keys").due, policy::after(clock_.now(), {1, policy::Unit::Months}));
  pass(kSessionKeyLinger);
  ASSERT_TRUE(keeper_->run_due());
  EXPECT_EQ(accepted(), 1u);
}

TEST_P(SessionKeysTest, HaveALimit) {
  for (std::size_t i = 0; i < kLingeringMax; ++i) ASSERT_TRUE(keeper_->rotate("session keys"));
  EXPECT_EQ(accepted(), kLingeringMax + 1);
  EXPECT_EQ(keeper_->rotate("session keys").error().code, Code::TooMany);
  pass(kSessionKeyLinger);
  ASSERT_TRUE(keeper_->run_due());
  ASSERT_TRUE(keeper_->rotate("session keys"));
}

}  // namespace
}  // namespace credentials
