#include "disclosure/book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "disclosure/limits.h"
#include "disclosure/queries.h"
#include "journal/journal.h"
#include "journal/testing/memory_keys.h"
#include "policy/gate.h"
#include "policy/testing/example.h"
#include "sql/testing/both_engines.h"

namespace disclosure {
namespace {

using base::Code;
using policy::testing::kExample;
using policy::testing::replaced;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr base::PropertyNumber kHall{3};
constexpr base::PropertyNumber kGarden{4};

class BookTest : public sql::testing::BothEngines {
 protected:
  void SetUp() override {
    BothEngines::SetUp();
    journal_ = journal::Journal::open(database(), keys_, clock_, random_).value();
    book_ = Book::open(database(), *journal_, clock_).value();
    by_ = {base::MemberId::draw(random_), "192.0.2.77"};
  }
  void TearDown() override {
    book_.reset();
    journal_.reset();
    BothEngines::TearDown();
  }

  policy::UsePermit use(std::vector<std::string> purposes = {"entry"}) const {
    return policy::Gate(policy_).permit_use(purposes).value();
  }
  policy::DisclosurePermit permit(std::string_view ground = "court order") const {
    const std::vector<std::string> data{"card"};
    return policy::Gate(policy_).permit_disclosure(ground, data).value();
  }
  static NewAssignment of(base::PropertyNumber property, std::string organiser = "Leesclub") {
    return {.property = property,
            .organiser = std::move(organiser),
            .reference = "A/1",
            .agreed_on = "2026-11-01"};
  }
  std::vector<std::string> acts() const {
    std::vector<std::string> kinds;
    for (const auto& entry : journal_->list({}).value()) kinds.push_back(entry.act.kind);
    return kinds;
  }

  const policy::Policy policy_ =
      policy::testing::parsed(std::string{kExample} + "disclosures: [permission, court order]\n");
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::SeededRandom random_{1};
  journal::testing::MemoryKeys keys_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<Book> book_;
  journal::Actor by_;
};
HARTSLAG_ON_BOTH_ENGINES(BookTest);

TEST_P(BookTest, StatementsPrepare) { expect_prepares(queries::kModule); }

TEST_P(BookTest, OneAssignmentIsInForceAndTheEarlierOnesStay) {
  EXPECT_FALSE(book_->in_force(kHall).value());
  ASSERT_TRUE(book_->assign(of(kHall), use({"entry", "reading"}), by_));
  clock_.advance(std::chrono::hours{1});
  ASSERT_TRUE(book_->assign(of(kHall, "Boekenvrienden"), use(), by_));
  ASSERT_TRUE(book_->assign(of(kGarden), use(), by_));

  const auto all = book_->assignments(kHall).value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].organiser, "Boekenvrienden");
  EXPECT_THAT(all[0].purposes, ElementsAre("entry"));
  EXPECT_EQ(all[0].policy_version, policy_.version());
  EXPECT_FALSE(all[0].ended);
  EXPECT_THAT(all[1].purposes, ElementsAre("entry", "reading"));
  EXPECT_EQ(all[1].ended, clock_.now());
  EXPECT_EQ(book_->all_in_force().value().size(), 2U);

  ASSERT_TRUE(book_->end_assignment(kHall, by_));
  ASSERT_TRUE(book_->end_assignment(kHall, by_));
  EXPECT_FALSE(book_->in_force(kHall).value());
  EXPECT_TRUE(book_->in_force(kGarden).value());
  EXPECT_THAT(acts(), ElementsAre("disclosure.assigned", "disclosure.assigned", "disclosure.assigned",
                                  "disclosure.assignment_ended"));
}

TEST_P(BookTest, LimitsOfAnAssignment) {
  const auto fails = [&](auto change) {
    auto assignment = of(kHall);
    change(assignment);
    const auto done = book_->assign(assignment, use(), by_);
    return !done && done.error().code == Code::Invalid;
  };
  EXPECT_TRUE(fails([](auto& one) { one.organiser.clear(); }));
  EXPECT_TRUE(fails([](auto& one) { one.organiser.assign(kOrganiserBytesMax + 1, 'x'); }));
  EXPECT_FALSE(fails([](auto& one) { one.organiser.assign(kOrganiserBytesMax, 'x'); }));
  EXPECT_TRUE(fails([](auto& one) { one.reference.assign(kReferenceBytesMax + 1, 'x'); }));
  EXPECT_FALSE(fails([](auto& one) { one.reference.assign(kReferenceBytesMax, 'x'); }));
  EXPECT_TRUE(fails([](auto& one) { one.agreed_on = "2026-02-30"; }));
  EXPECT_TRUE(fails([](auto& one) { one.agreed_on = "2026-11-01T00:00"; }));
  EXPECT_EQ(book_->assignments(kHall).value().size(), 2U) << "what is refused ends nothing";
}

TEST_P(BookTest, ReportsAndDisclosuresAreListedWithTheirGround) {
  ASSERT_TRUE(book_->assign(of(kHall), use(), by_));
  const auto assignment = book_->in_force(kHall).value().value();
  ASSERT_TRUE(book_->record(assignment, use(), {"card"}, "csv", 12, by_));
  const Subject ada{kHall, base::PersonId::draw(random_)};
  const Subject bob{kGarden, base::PersonId::draw(random_)};
  ASSERT_TRUE(book_->record(permit(), "Rechtbank", "77", "zip", {ada, bob}, by_));
  ASSERT_TRUE(book_->record(permit("permission"), "Ander", "r1", "zip", {ada}, {}));

  const auto all = book_->list(0, 10).value();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].ground, kAssignmentGround);
  EXPECT_EQ(all[2].receiver, "Leesclub");
  EXPECT_EQ(all[2].people, 12);
  EXPECT_EQ(all[2].member, by_.member);
  EXPECT_EQ(journal_->list({}).value().front().act.by.address, "192.0.2.0/24") << "from where, cut";
  EXPECT_THAT(all[2].purposes, ElementsAre("entry"));
  EXPECT_EQ(all[1].property, std::nullopt) << "of several";
  EXPECT_EQ(all[1].people, 2);
  EXPECT_THAT(all[1].data, ElementsAre("card"));
  EXPECT_EQ(all[0].property, kHall);
  EXPECT_FALSE(all[0].member);
  EXPECT_EQ(book_->list(all[0].number, 1).value().front().number, all[1].number);
  EXPECT_EQ(book_->list_of(kHall, 0, 10).value().size(), 2U);
  EXPECT_EQ(book_->list_of(ada).value().size(), 2U);
  EXPECT_EQ(book_->list_of(bob).value().front().reference, "77");

  const auto tally = book_->tally().value();
  ASSERT_EQ(tally.size(), 3U);
  EXPECT_EQ(tally[0].ground, "assignment");
  EXPECT_EQ(tally[0].count, 1);
  EXPECT_EQ(book_->list(0, 0).error().code, Code::Invalid);
  EXPECT_TRUE(book_->list(0, kListMax));
  EXPECT_EQ(book_->list(0, kListMax + 1).error().code, Code::Invalid);
}

TEST_P(BookTest, OfWhomItWasGoesAndThatItWasStays) {
  const Subject ada{kHall, base::PersonId::draw(random_)};
  const Subject bob{kHall, base::PersonId::draw(random_)};
  ASSERT_TRUE(book_->record(permit(), "Rechtbank", "77", "zip", {ada, bob}, by_));
  ASSERT_TRUE(book_->forget_person(ada.person));
  EXPECT_THAT(book_->list_of(ada).value(), IsEmpty());
  EXPECT_EQ(book_->list_of(bob).value().size(), 1U);
  ASSERT_TRUE(book_->forget_property(kHall));
  EXPECT_THAT(book_->list_of(bob).value(), IsEmpty());
  EXPECT_EQ(book_->list(0, 10).value().front().people, 2);
}

}  // namespace
}  // namespace disclosure
