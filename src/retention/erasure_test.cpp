#include "retention/erasure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>

#include "retention/certificate.h"
#include "retention/limits.h"
#include "retention/testing/stores.h"

namespace retention {
namespace {

using base::Code;
using base::Result;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class EraserTest : public testing::Stores {
 protected:
  void SetUp() override {
    Stores::SetUp();
    ada_ = comes("Ada", "ada@club.example");
    bob_ = comes("Bob", "bob@club.example");
  }

  struct Somebody {
    base::PersonId person = {};
    base::ViewerNumber viewer = {};
    base::SessionId session = {};
    std::vector<std::string> traces = {};
  };
  /// Registers, agrees, watches, and waits for a mail.
  Somebody comes(std::string_view name, std::string_view mail) {
    Somebody somebody{.person = add(name, mail).value()};
    somebody.viewer = vault_->viewer_number(somebody.person, kProperty).value();
    somebody.session = base::SessionId::draw(random_);
    EXPECT_TRUE(vault_->link(somebody.person));
    EXPECT_TRUE(consents_->record(example_, {.property = kProperty,
                                             .session = somebody.session,
                                             .viewer = somebody.viewer,
                                             .purpose = "reading",
                                             .state = consent::State::Given,
                                             .notice = example_.version()}));
    std::promise<Result<pulse::OpenedSession>> opened;
    engine_->open_session(
        pulse::testing::Unpermitted::request(somebody.session, kProperty, somebody.viewer, 3, {}),
        [&](auto answer) { opened.set_value(std::move(answer)); });
    const auto session = opened.get_future().get().value();
    clock_.advance(base::Millis{60'000});
    std::promise<Result<pulse::Ack>> stored;
    const auto beats = nlohmann::json{{"t", session.token}, {"n", 1}, {"b", {{30'000, 3}, {20'000, -1}}}};
    engine_->append(beats.dump(), [&](auto answer) { stored.set_value(std::move(answer)); });
    EXPECT_TRUE(stored.get_future().get());
    EXPECT_TRUE(outbox_->queue({.person = somebody.person,
                                .property = kProperty,
                                .template_name = "reminder",
                                .parameters = {},
                                .due = clock_.now() + std::chrono::hours{5},
                                .once = {}}));
    somebody.traces = vault_->traces(somebody.person).value();
    return somebody;
  }

  std::string all_bytes() const {
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder_}) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in{entry.path(), std::ios::binary};
      all.append(std::istreambuf_iterator<char>{in}, {});
    }
    return all;
  }
  void expect_gone(const Somebody& somebody) {
    EXPECT_EQ(vault_->find(somebody.person).error().code, Code::Gone);
    EXPECT_THAT(consents_->history(kProperty, somebody.viewer).value(), IsEmpty());
    EXPECT_THAT(engine_->snapshot_of_viewer(kProperty, somebody.viewer).value().sessions(), IsEmpty());
    const auto all = all_bytes();
    for (const auto& trace : somebody.traces) EXPECT_FALSE(all.contains(trace));
    EXPECT_FALSE(all.contains(base::to_text(somebody.session)));
    EXPECT_FALSE(bytes_of("control.db").contains(base::to_text(somebody.person)));
  }
  void expect_there(const Somebody& somebody) {
    EXPECT_TRUE(vault_->read_fields(somebody.person));
    EXPECT_THAT(consents_->history(kProperty, somebody.viewer).value(), SizeIs(1));
    EXPECT_THAT(engine_->snapshot_of_viewer(kProperty, somebody.viewer).value().intervals().value(),
                SizeIs(1));
  }
  crypto::PublicKey key() { return eraser_->certificate_key().value(); }

  Somebody ada_, bob_;
};
INSTANTIATE_TEST_SUITE_P(On, EraserTest, ::testing::Values(sql::Engine::Sqlite), vault::testing::engine_name);

TEST_P(EraserTest, ErasesEverywhereAndCertifiesIt) {
  const auto erased = eraser_->erase(ada_.person);
  ASSERT_TRUE(erased) << erased.error().message;
  expect_gone(ada_);
  expect_there(bob_);
  const auto statement = nlohmann::json::parse(verify_certificate(erased->certificate, key()).value());
  EXPECT_EQ(statement["id"], base::to_text(erased->id));
  EXPECT_EQ(statement["erased"]["fields"], 2);
  EXPECT_EQ(statement["erased"]["sessions"], 1);
  EXPECT_EQ(statement["erased"]["answers"], 1);
  EXPECT_EQ(statement["search"]["found"], 0);
  EXPECT_GT(statement["search"]["looked_for"], 8);
  EXPECT_THAT(journal_->unfinished().value(), IsEmpty());

  const auto again = eraser_->erase(ada_.person);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->certificate, erased->certificate);
  EXPECT_EQ(eraser_->find(erased->id).value().certificate, erased->certificate);
  EXPECT_EQ(eraser_->erase(base::PersonId::draw(random_)).error().code, Code::NotFound);
  EXPECT_EQ(eraser_->replay().value(), 0) << "nothing is left to erase again";
}

TEST_P(EraserTest, WhereverItStopsTheNextStartFinishesIt) {
  int stops = 0;
  for (;; ++stops) {
    const auto eve = comes("Eve", "eve@club.example");
    steps_left_ = stops;
    const auto erased = eraser_->erase(eve.person);
    const bool all_done = erased.has_value();
    steps_left_ = -1;
    restart();
    ASSERT_TRUE(vault_->finish_erasures());
    const auto replayed = eraser_->replay();
    ASSERT_TRUE(replayed) << replayed.error().message;
    expect_gone(eve);
    expect_there(bob_);
    EXPECT_THAT(journal_->unfinished().value(), IsEmpty()) << points_.back();
    const auto found = eraser_->erase(eve.person);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_TRUE(verify_certificate(found->certificate, key()));
    if (all_done) break;
  }
  EXPECT_GE(stops, 12);
}

TEST_P(EraserTest, CertifiesNothingWhileSomethingIsFound) {
  std::ofstream{folder_ / "left-behind"} << "x" << ada_.traces.front() << "x";
  EXPECT_EQ(eraser_->erase(ada_.person).error().code, Code::Unavailable);
  EXPECT_EQ(vault_->find(ada_.person).error().code, Code::Gone) << "unreadable all the same";
  EXPECT_EQ(eraser_->resume().error().code, Code::Unavailable);
  restart();
  EXPECT_EQ(eraser_->replay().error().code, Code::Unavailable) << "and nobody is served";
  std::filesystem::remove(folder_ / "left-behind");
  ASSERT_TRUE(eraser_->resume());
  expect_gone(ada_);
  EXPECT_TRUE(verify_certificate(eraser_->erase(ada_.person).value().certificate, key()));
}

TEST_P(EraserTest, GoesAfterWhatAPageBroughtInJustThen) {
  ASSERT_TRUE(eraser_->erase(ada_.person));
  ASSERT_TRUE(consents_->record(example_, {.property = kProperty,
                                           .session = base::SessionId::draw(random_),
                                           .viewer = ada_.viewer,
                                           .purpose = "reading",
                                           .state = consent::State::Refused,
                                           .notice = example_.version()}));
  ASSERT_TRUE(eraser_->resume());
  EXPECT_THAT(consents_->history(kProperty, ada_.viewer).value(), SizeIs(1)) << "the page may still be at it";
  clock_.advance(kSweepAfter);
  ASSERT_TRUE(eraser_->resume());
  EXPECT_THAT(consents_->history(kProperty, ada_.viewer).value(), IsEmpty());
  clock_.advance(kSweepAfter);
  ASSERT_TRUE(eraser_->resume());
  EXPECT_THAT(journal_->unfinished().value(), IsEmpty());
}

TEST_P(EraserTest, KeysFromBeforeAnErasureAreRefused) {
  close_stores();
  close();
  const auto old = folder_.string() + "-old-keys.db";
  std::filesystem::rename(folder_ / "keys.db", old);
  std::filesystem::copy(old, folder_ / "keys.db");
  open();
  open_stores();
  ASSERT_TRUE(eraser_->erase(ada_.person));
  close_stores();
  close();
  std::filesystem::rename(old, folder_ / "keys.db");
  open();
  open_stores();
  EXPECT_EQ(eraser_->replay().error().code, Code::Denied);
}

}  // namespace
}  // namespace retention
