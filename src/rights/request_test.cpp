#include "rights/request.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "rights/code.h"
#include "rights/limits.h"
#include "rights/queries.h"
#include "rights/sealed_files.h"
#include "sql/database.h"
#include "sql/migrate.h"
#include "sql/prepare_check.h"
#include "sql/testing/postgres.h"
#include "vault/key_store.h"

namespace rights {
namespace {

using base::Code;

constexpr base::PropertyNumber kScope{9};

class RequestTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("hartslag-rights-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto opened = GetParam() == sql::Engine::Sqlite ? sql::Database::open_sqlite(folder_ / "control.db")
                                                    : sql::testing::fresh_postgresql();
    ASSERT_TRUE(opened) << opened.error().message;
    control_ = *std::move(opened);
    ASSERT_TRUE(sql::migrate(*control_, queries::kModule, clock_));
    key_database_ = sql::Database::open_sqlite(folder_ / "keys.db").value();
    auto master = crypto::SecretKey::from_bytes(base::Bytes(crypto::kKeySize, 7)).value();
    keys_ = vault::KeyStore::open(*key_database_, std::move(master), clock_, random_).value();
  }
  void TearDown() override {
    keys_.reset();
    key_database_.reset();
    control_.reset();
    std::filesystem::remove_all(folder_);
  }

  Request request() {
    Request made;
    made.id = RequestId::draw(random_);
    made.person = base::PersonId::draw(random_);
    made.right = "reading";
    made.language = base::Language::Fr;
    made.policy_version = "2026-11-01-x";
    made.received = clock_.now();
    made.due = clock_.now() + std::chrono::days{7};
    made.details.subjects = {{{3}, base::PersonId::draw(random_)}};
    made.details.missing = {"date"};
    made.details.reasons = "Omdat \"het\" moet.";
    return made;
  }

  std::filesystem::path folder_;
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::SeededRandom random_{1};
  base::OsFiles files_;
  std::unique_ptr<sql::Database> control_;
  std::unique_ptr<sql::Database> key_database_;
  std::unique_ptr<vault::KeyStore> keys_;
};
INSTANTIATE_TEST_SUITE_P(Both, RequestTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         [](const auto& info) {
                           return info.param == sql::Engine::Sqlite ? "Sqlite" : "Postgresql";
                         });

TEST_P(RequestTest, StatementsPrepare) {
  const auto prepared = sql::prepare_all(*control_, queries::kModule);
  EXPECT_TRUE(prepared) << prepared.error().message;
}

TEST_P(RequestTest, KeepsEverythingAndForgetsWhatIsSealedWithItsKey) {
  Store store(*control_, *keys_, random_, kScope);
  auto one = request();
  ASSERT_TRUE(store.add(one));
  EXPECT_EQ(store.find(one.id)->details, one.details);
  EXPECT_EQ(store.of_person(one.person)->id, one.id);
  one.state = State::Decided;
  one.granted = false;
  one.decided = clock_.now();
  one.identified_by = "code";
  ASSERT_TRUE(store.update(one));
  const auto read = store.find(one.id).value();
  EXPECT_EQ(read.state, State::Decided);
  EXPECT_EQ(read.granted, false);
  EXPECT_EQ(read.language, base::Language::Fr);
  ASSERT_TRUE(store.forget_details(one.id));
  EXPECT_EQ(store.find(one.id)->details, Details{});
  EXPECT_EQ(store.find(RequestId::draw(random_)).error().code, Code::NotFound);
}

TEST_P(RequestTest, ListsTheSoonestDueFirstAndCountsWhatIsLate) {
  Store store(*control_, *keys_, random_, kScope);
  auto later = request();
  later.due += std::chrono::days{3};
  auto sooner = request();
  auto waiting = request();
  waiting.state = State::Waiting;
  waiting.paused = clock_.now();
  auto done = request();
  done.state = State::Decided;
  done.decided = clock_.now();
  for (const auto& one : {later, sooner, waiting, done}) ASSERT_TRUE(store.add(one));
  const auto list = store.list().value();
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[2].id, later.id);
  EXPECT_EQ(list[3].id, done.id);
  auto tally = store.tally(sooner.due).value();
  EXPECT_EQ(tally.open, 3);
  EXPECT_EQ(tally.overdue, 0) << "the last instant is in time";
  tally = store.tally(sooner.due + base::Millis{1}).value();
  EXPECT_EQ(tally.overdue, 1) << "the clock of the one that waits for its requester stands still";
}

TEST_P(RequestTest, RestrictsAPersonUntilItIsLifted) {
  Store store(*control_, *keys_, random_, kScope);
  const auto one = request();
  const auto subject = one.details.subjects.front();
  const base::ViewerNumber viewer{0x8000000000000001};
  ASSERT_TRUE(store.restrict(one, subject, viewer, clock_.now()));
  ASSERT_TRUE(store.restrict(one, subject, viewer, clock_.now()));
  EXPECT_TRUE(store.is_restricted(subject.person).value());
  EXPECT_TRUE(store.is_restricted(subject.property, viewer).value());
  EXPECT_FALSE(store.is_restricted({4}, viewer).value());
  EXPECT_FALSE(store.is_restricted(subject.property, {}).value());
  ASSERT_TRUE(store.lift(one.id, clock_.now()));
  EXPECT_FALSE(store.is_restricted(subject.person).value());
  ASSERT_TRUE(store.restrict(request(), subject, viewer, clock_.now()));
  ASSERT_TRUE(store.forget_person(subject.person));
  EXPECT_FALSE(store.is_restricted(subject.property, viewer).value());
}

TEST_P(RequestTest, ACodeIsGoodOnceForTenMinutesAndFiveTries) {
  Codes codes(*control_, *keys_, clock_);
  const auto id = RequestId::draw(random_);
  EXPECT_EQ(codes.check(id, "00000000").error().code, Code::Gone) << "none was drawn";
  auto number = codes.draw(id).value();
  auto code = codes.digits(id, number).value();
  EXPECT_EQ(code.size(), std::size_t{kCodeDigits});
  EXPECT_TRUE(codes.check(id, code.substr(0, 4) + " " + code.substr(4)));
  EXPECT_EQ(codes.check(id, code).error().code, Code::Gone) << "once";

  number = codes.draw(id).value();
  code = codes.digits(id, number).value();
  const auto wrong = code == "00000000" ? "00000001" : "00000000";
  for (int i = 0; i < kCodeTries - 1; ++i) EXPECT_EQ(codes.check(id, wrong).error().code, Code::Denied);
  EXPECT_TRUE(codes.check(id, code)) << "the last try";
  number = codes.draw(id).value();
  code = codes.digits(id, number).value();
  for (int i = 0; i < kCodeTries; ++i) EXPECT_EQ(codes.check(id, wrong).error().code, Code::Denied);
  EXPECT_EQ(codes.check(id, code).error().code, Code::Gone) << "one try past the limit";

  number = codes.draw(id).value();
  code = codes.digits(id, number).value();
  EXPECT_EQ(codes.digits(id, number - 1).error().code, Code::Gone) << "replaced";
  clock_.advance(kCodeLife);
  EXPECT_EQ(codes.digits(id, number).value(), code);
  clock_.advance(std::chrono::milliseconds{1});
  EXPECT_EQ(codes.check(id, code).error().code, Code::Gone) << "ten minutes";
}

TEST_P(RequestTest, CodesAreMailedSoOftenAndNoMore) {
  Codes codes(*control_, *keys_, clock_);
  const auto id = RequestId::draw(random_);
  for (int i = 0; i < kCodesPerWindow; ++i) EXPECT_TRUE(codes.draw(id));
  EXPECT_EQ(codes.draw(id).error().code, Code::TooMany);
  clock_.advance(kCodeWindow);
  EXPECT_TRUE(codes.draw(id));
}

TEST_P(RequestTest, ASealedFileIsDestroyedWithItsKey) {
  SealedFiles files(files_, folder_ / "requests", *keys_, random_, kScope);
  const auto id = RequestId::draw(random_);
  EXPECT_EQ(files.read("proof", id).error().code, Code::NotFound);
  ASSERT_TRUE(files.write("proof", id, "een kaart"));
  EXPECT_EQ(files.read("proof", id).value(), "een kaart");
  EXPECT_EQ(files.read("answer", id).error().code, Code::NotFound);
  const auto path = folder_ / "requests" / ("proof-" + base::to_text(id));
  const auto copy = base::read_file(files_, path, 1000).value();
  EXPECT_EQ(base::as_text(copy).find("kaart"), std::string_view::npos);
  ASSERT_TRUE(files.destroy("proof", id));
  EXPECT_FALSE(files_.exists(path).value());
  ASSERT_TRUE(base::replace_file(files_, path, copy));
  EXPECT_EQ(files.read("proof", id).error().code, Code::Gone) << "a copy from before opens with no key";
  EXPECT_EQ(files.write("proof", id, "nog een").error().code, Code::Gone);
  EXPECT_TRUE(files.destroy("proof", id)) << "again";
}

}  // namespace
}  // namespace rights
