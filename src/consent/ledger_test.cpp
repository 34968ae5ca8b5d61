#include "consent/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include "consent/limits.h"
#include "consent/queries.h"
#include "policy/gate.h"
#include "policy/testing/example.h"
#include "sql/testing/both_engines.h"

namespace consent {
namespace {

using base::Code;
using base::Language;
using policy::Gate;
using policy::Policy;
using policy::testing::kExample;
using policy::testing::replaced;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// The example with a second purpose that rests on consent.
std::string two_consents() {
  auto yaml = replaced(
      kExample, "  diploma:\n",
      "  study:\n    basis: consent\n    says: { en: To study., nl: Om te studeren. }\n  diploma:\n");
  yaml = replaced(
      yaml, "consent:\n",
      "  lamp:\n    facts: [focused, playing]\n    says: { en: Light., nl: Licht. }\n    for: [study]\n"
      "    class: pseudonymous\n    keep: 1 day after event end\n    then: erase\n"
      "consent:\n  study:\n    ask: every viewing\n    asks: { en: 'Study?', nl: 'Studie?' }\n"
      "    explains: { en: We study., nl: We studeren. }\n    accept: { en: Do, nl: Doe }\n"
      "    decline: { en: Do not, nl: Doe niet }\n    given: { en: On., nl: Aan. }\n"
      "    declined: { en: Off., nl: Uit. }\n    refused: [door]\n");
  yaml = replaced(yaml, "holds: [card,", "holds: [lamp, card,");
  return yaml;
}

class LedgerTest : public sql::testing::BothEngines {
 protected:
  void SetUp() override {
    BothEngines::SetUp();
    open();
  }

  /// Anew, as after a restart.
  void open() {
    ledger_.reset();
    reopen();
    const auto migrated = sql::migrate(database(), queries::kModule, clock_);
    ASSERT_TRUE(migrated) << migrated.error().message;
    ledger_.emplace(database(), clock_, random_);
  }

  Answer answer(State state, Method method = Method::Button, std::string purpose = "reading") {
    return {.property = {3},
            .session = session_,
            .viewer = {0xfedc'ba98'7654'3210},
            .purpose = std::move(purpose),
            .state = state,
            .method = method,
            .language = Language::Nl,
            .notice = policy_.version()};
  }
  std::vector<State> states() {
    std::vector<State> states;
    for (const auto& entry : ledger_->of_session(session_).value()) states.push_back(entry.state);
    return states;
  }
  std::optional<policy::ConsentProof> proof(const Policy& policy) {
    return std::move(ledger_->proof(policy, session_, "reading").value());
  }

  base::ManualClock clock_{base::instant_from_ms(1'795'000'000'000)};
  base::SeededRandom random_{11};
  std::optional<Ledger> ledger_;
  Policy policy_ = Policy::parse(kExample).value();
  base::SessionId session_ = base::SessionId::draw(random_);
};

HARTSLAG_ON_BOTH_ENGINES(LedgerTest);

TEST_P(LedgerTest, StatementsPrepare) { expect_prepares(queries::kModule); }

TEST_P(LedgerTest, KeepsExactlyWhatWasShownAndAnswered) {
  EXPECT_FALSE(ledger_->record(policy_, answer(State::Asked)).value());
  clock_.advance(base::Millis{1500});
  const auto given = ledger_->record(policy_, answer(State::Given)).value();
  ASSERT_TRUE(given);
  EXPECT_EQ(given->purpose(), "reading");
  EXPECT_EQ(given->policy_version(), policy_.version());
  EXPECT_EQ(given->session(), session_);
  EXPECT_EQ(given->viewer().value, 0xfedc'ba98'7654'3210U);
  EXPECT_EQ(given->property().value, 3U);
  EXPECT_EQ(given->at(), clock_.now());

  const auto entries = ledger_->history({3}, {0xfedc'ba98'7654'3210}).value();
  ASSERT_EQ(entries.size(), 2U);
  const auto& entry = entries[1];
  EXPECT_EQ(entry.text, "Mogen we kijken?\nGeen diploma.\nWe kijken.\nKijk\nKijk weg");
  EXPECT_EQ(entry.state, State::Given);
  EXPECT_EQ(entry.method, Method::Button);
  EXPECT_EQ(entry.language, Language::Nl);
  EXPECT_EQ(entry.policy_version, policy_.version());
  EXPECT_EQ(entry.fingerprint, policy_.purpose("reading")->fingerprint);
  EXPECT_EQ(entry.at, clock_.now());
  EXPECT_NE(entry.id, entries[0].id);

  EXPECT_THAT(ledger_->history({4}, {0xfedc'ba98'7654'3210}).value(), IsEmpty());
  EXPECT_THAT(ledger_->history({3}, {}).value(), IsEmpty());
  EXPECT_THAT(ledger_->of_session(base::SessionId::draw(random_)).value(), IsEmpty());
}

TEST_P(LedgerTest, GivesNoProofForARefusalOrAQuestion) {
  EXPECT_FALSE(proof(policy_));
  EXPECT_FALSE(ledger_->record(policy_, answer(State::Asked)).value());
  EXPECT_FALSE(proof(policy_));
  EXPECT_FALSE(ledger_->record(policy_, answer(State::Refused)).value());
  EXPECT_FALSE(proof(policy_));
  EXPECT_TRUE(ledger_->record(policy_, answer(State::Given)).value());
  EXPECT_TRUE(proof(policy_));
  EXPECT_FALSE(ledger_->record(policy_, answer(State::Asked)).value());
  EXPECT_TRUE(proof(policy_));  // A question is no answer.
}

TEST_P(LedgerTest, WithdrawnStaysWithdrawn) {
  EXPECT_EQ(ledger_->withdraw(session_).value(), 0);
  ASSERT_TRUE(ledger_->record(policy_, answer(State::Given)).value());
  EXPECT_EQ(ledger_->withdraw(session_).value(), 1);
  EXPECT_FALSE(proof(policy_));
  EXPECT_EQ(ledger_->withdraw(session_).value(), 0);
  EXPECT_EQ(ledger_->record(policy_, answer(State::Given, Method::Switch)).error().code, Code::Gone);
  EXPECT_FALSE(ledger_->record(policy_, answer(State::Refused)).value());
  EXPECT_EQ(ledger_->record(policy_, answer(State::Given)).error().code, Code::Gone);
  EXPECT_FALSE(proof(policy_));
  EXPECT_THAT(states(), ElementsAre(State::Given, State::Withdrawn, State::Refused));
  EXPECT_EQ(ledger_->of_session(session_).value()[1].method, Method::Switch);

  session_ = base::SessionId::draw(random_);  // The page opens a new session and asks again.
  EXPECT_TRUE(ledger_->record(policy_, answer(State::Given)).value());
}

TEST_P(LedgerTest, RefusingWhatWasGivenWithdrawsIt) {
  ASSERT_TRUE(ledger_->record(policy_, answer(State::Given)).value());
  EXPECT_FALSE(ledger_->record(policy_, answer(State::Refused)).value());
  EXPECT_THAT(states(), ElementsAre(State::Given, State::Withdrawn));
  EXPECT_EQ(ledger_->record(policy_, answer(State::Given)).error().code, Code::Gone);
}

TEST_P(LedgerTest, SignalsOfTheBrowserRefuseAndNothingElse) {
  EXPECT_EQ(signal_refuses(false, false), std::nullopt);
  EXPECT_EQ(signal_refuses(true, false), Method::Gpc);
  EXPECT_EQ(signal_refuses(false, true), Method::Dnt);
  EXPECT_EQ(signal_refuses(true, true), Method::Gpc);

  EXPECT_EQ(ledger_->record(policy_, answer(State::Given, Method::Gpc)).error().code, Code::Invalid);
  EXPECT_EQ(ledger_->record(policy_, answer(State::Asked, Method::Dnt)).error().code, Code::Invalid);
  EXPECT_FALSE(ledger_->record(policy_, answer(State::Refused, *signal_refuses(true, false))).value());
  EXPECT_EQ(ledger_->of_session(session_).value()[0].method, Method::Gpc);
  EXPECT_TRUE(ledger_->record(policy_, answer(State::Given)).value());  // An explicit act is more specific.
}

TEST_P(LedgerTest, RefusesWhatCannotBeAnAnswer) {
  EXPECT_EQ(ledger_->record(policy_, answer(State::Given, Method::Button, "entry")).error().code,
            Code::NotFound);
  EXPECT_EQ(ledger_->record(policy_, answer(State::Given, Method::Button, "none")).error().code,
            Code::NotFound);
  EXPECT_EQ(ledger_->record(policy_, answer(State::Withdrawn)).error().code, Code::Invalid);
  EXPECT_EQ(ledger_->record(policy_, answer(State::Lapsed)).error().code, Code::Invalid);
  auto stale = answer(State::Given);
  stale.notice = "2025-01-01-000000000000";
  EXPECT_EQ(ledger_->record(policy_, stale).error().code, Code::Conflict);
  EXPECT_THAT(states(), IsEmpty());

  ASSERT_TRUE(ledger_->record(policy_, answer(State::Given)).value());
  auto other = answer(State::Given);
  other.viewer = {5};
  EXPECT_EQ(ledger_->record(policy_, other).error().code, Code::Conflict);
  other = answer(State::Given);
  other.property = {4};
  EXPECT_EQ(ledger_->record(policy_, other).error().code, Code::Conflict);
}

TEST_P(LedgerTest, AProofOpensItsOwnPurposeAlone) {
  policy_ = Policy::parse(two_consents()).value();
  const Gate gate(policy_);
  const auto study = ledger_->record(policy_, answer(State::Given, Method::Button, "study")).value();
  const auto permit = gate.permit_facts(*study).value();
  EXPECT_EQ(permit.facts(), 2 | 4);
  EXPECT_THAT(permit.marks(), IsEmpty());
  EXPECT_THAT(permit.purposes(), ElementsAre("study"));
  EXPECT_FALSE(ledger_->proof(policy_, session_, "reading").value());

  const auto reading = ledger_->record(policy_, answer(State::Given)).value();
  EXPECT_EQ(gate.permit_facts(*reading).value().facts(), 2 | 64);
  EXPECT_EQ(ledger_->withdraw(session_).value(), 2);
}

TEST_P(LedgerTest, WhatChangedLapsesAndTheRestHolds) {
  policy_ = Policy::parse(two_consents()).value();
  ASSERT_TRUE(ledger_->record(policy_, answer(State::Given)).value());
  ASSERT_TRUE(ledger_->record(policy_, answer(State::Given, Method::Button, "study")).value());

  const auto same = Policy::parse(replaced(two_consents(), "To let you in.", "To welcome you.")).value();
  EXPECT_TRUE(proof(same));
  EXPECT_EQ(ledger_->lapse_changed(same, {3}).value(), 0);

  const auto changed =
      Policy::parse(replaced(two_consents(), "Mogen we kijken?", "Mogen we gluren?")).value();
  EXPECT_FALSE(proof(changed));  // Even before anybody has written that it lapsed.
  EXPECT_EQ(ledger_->lapse_changed(changed, {4}).value(), 0);
  EXPECT_EQ(ledger_->lapse_changed(changed, {3}).value(), 1);
  EXPECT_EQ(ledger_->lapse_changed(changed, {3}).value(), 0);
  EXPECT_THAT(states(), ElementsAre(State::Given, State::Given, State::Lapsed));
  EXPECT_FALSE(proof(policy_));  // Nor does the old policy bring it back.
  EXPECT_TRUE(ledger_->proof(changed, session_, "study").value());
  EXPECT_EQ(ledger_->of_session(session_).value()[2].text, ledger_->of_session(session_).value()[0].text);

  const auto without = Policy::parse(kExample).value();
  EXPECT_EQ(ledger_->lapse_changed(without, {3}).value(), 1);  // The purpose "study" is gone.

  policy_ = Policy::parse(replaced(two_consents(), "Mogen we kijken?", "Mogen we gluren?")).value();
  EXPECT_TRUE(ledger_->record(policy_, answer(State::Given)).value());  // Asked again, given again.
}

TEST_P(LedgerTest, HearsASessionSoOftenAndNoMore) {
  for (int i = 0; i < kRowsPerSessionMax - 1; ++i) {
    ASSERT_TRUE(ledger_->record(policy_, answer(State::Asked)));
  }
  ASSERT_TRUE(ledger_->record(policy_, answer(State::Given)).value());
  EXPECT_EQ(ledger_->record(policy_, answer(State::Asked)).error().code, Code::TooMany);
  EXPECT_EQ(ledger_->record(policy_, answer(State::Given)).error().code, Code::TooMany);
  EXPECT_FALSE(ledger_->record(policy_, answer(State::Refused)).value());  // Withdrawing is always heard.
  EXPECT_FALSE(proof(policy_));
}

TEST_P(LedgerTest, OutlivesTheProcess) {
  ASSERT_TRUE(ledger_->record(policy_, answer(State::Given)).value());
  open();
  EXPECT_TRUE(proof(policy_));
  ASSERT_EQ(ledger_->withdraw(session_).value(), 1);
  open();
  EXPECT_FALSE(proof(policy_));
  EXPECT_THAT(states(), ElementsAre(State::Given, State::Withdrawn));
}

TEST_P(LedgerTest, ForgetsAViewerOrEverybodyOfAProperty) {
  const auto policy = Policy::parse(kExample).value();
  auto hers = answer(State::Given);
  hers.notice = policy.version();
  ASSERT_TRUE(ledger_->record(policy, hers));
  auto his = hers;
  his.session = base::SessionId::draw(random_);
  his.viewer = {7};
  ASSERT_TRUE(ledger_->record(policy, his));
  auto nobodys = hers;
  nobodys.session = base::SessionId::draw(random_);
  nobodys.viewer = {};
  ASSERT_TRUE(ledger_->record(policy, nobodys));

  EXPECT_EQ(ledger_->forget({3}, {}).value(), 0) << "nobody is not everybody without a number";
  EXPECT_EQ(ledger_->forget({4}, hers.viewer).value(), 0);
  EXPECT_EQ(ledger_->forget({3}, hers.viewer).value(), 1);
  EXPECT_EQ(ledger_->forget({3}, hers.viewer).value(), 0);
  EXPECT_THAT(ledger_->history({3}, hers.viewer).value(), IsEmpty());
  EXPECT_EQ(ledger_->history({3}, his.viewer).value().size(), 1U);
  EXPECT_EQ(ledger_->forget({3}).value(), 2);
  EXPECT_THAT(ledger_->of_session(nobodys.session).value(), IsEmpty());
}

}  // namespace
}  // namespace consent
