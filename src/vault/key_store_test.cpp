#include "vault/key_store.h"

#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "sql/prepare_check.h"
#include "vault/queries.h"
#include "vault/testing/house.h"

namespace vault {
namespace {

using base::Code;
using base::Result;
using crypto::equal;

class Keys : public testing::House {};
INSTANTIATE_TEST_SUITE_P(Both, Keys, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         testing::engine_name);

TEST_P(Keys, AreMadeOnceAndFoundAgain) {
  const auto name = KeyName::service("session_token");
  EXPECT_EQ(keys_->state(name), KeyState::None);
  EXPECT_EQ(keys_->find(name).error().code, Code::NotFound);
  const auto key = keys_->find_or_create(name).value();
  EXPECT_EQ(keys_->state(name), KeyState::Active);
  EXPECT_TRUE(equal(keys_->find_or_create(name)->bytes(), key.bytes()));
  EXPECT_FALSE(equal(keys_->find_or_create(KeyName::service("other"))->bytes(), key.bytes()));
  const auto segment = keys_->find_or_create(KeyName::service(kProperty, "segment")).value();
  EXPECT_EQ(keys_->state(KeyName::property(kProperty)), KeyState::Active) << "made together";
  EXPECT_FALSE(equal(keys_->find_or_create(KeyName::service(kOther, "segment"))->bytes(), segment.bytes()));
  close();
  open();
  EXPECT_TRUE(equal(keys_->find(name)->bytes(), key.bytes()));
  EXPECT_TRUE(equal(keys_->find(KeyName::service(kProperty, "segment"))->bytes(), segment.bytes()));
}

TEST_P(Keys, ThatAreDestroyedStayDestroyed) {
  const auto name = KeyName::person(kProperty, base::PersonId::draw(random_));
  ASSERT_TRUE(keys_->find_or_create(name));
  ASSERT_TRUE(keys_->destroy(name));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(keys_->state(name), KeyState::Destroyed);
    EXPECT_EQ(keys_->find(name).error().code, Code::Gone);
    EXPECT_EQ(keys_->find_or_create(name).error().code, Code::Gone);
    EXPECT_TRUE(keys_->destroy(name)) << "twice changes nothing";
    close();
    open();
  }
  EXPECT_TRUE(keys_->find_or_create(KeyName::person(kProperty, base::PersonId::draw(random_))));
}

TEST_P(Keys, ThatWereNeverMadeCanBeDestroyedBeforehand) {
  const auto name = KeyName::service("never");
  ASSERT_TRUE(keys_->destroy(name));
  EXPECT_EQ(keys_->find_or_create(name).error().code, Code::Gone);
}

TEST_P(Keys, BelowADestroyedOneAreDestroyed) {
  const auto person = KeyName::person(kProperty, base::PersonId::draw(random_));
  const auto segment = KeyName::service(kProperty, "segment");
  const auto other = KeyName::service(kOther, "segment");
  for (const auto& name : {person, segment, other}) ASSERT_TRUE(keys_->find_or_create(name));
  ASSERT_TRUE(keys_->destroy(KeyName::property(kProperty)));
  for (const auto& name : {person, segment, KeyName::service(kProperty, "never_made")}) {
    EXPECT_EQ(keys_->find(name).error().code, Code::Gone) << name.text();
    EXPECT_EQ(keys_->find_or_create(name).error().code, Code::Gone) << name.text();
  }
  EXPECT_EQ(keys_->state(person), KeyState::Destroyed);
  EXPECT_TRUE(keys_->find(other));
}

TEST_P(Keys, AreRefusedToAnotherMasterKey) {
  ASSERT_TRUE(keys_->find_or_create(KeyName::service("session_token")));
  const auto wrong = KeyStore::open(*keys_database_, master(8), clock_, random_);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Code::Denied);
  EXPECT_EQ(wrong.error().message, "this master key is not the one that the key store was made with");
}

TEST_P(Keys, ChangeTheirMaster) {
  const auto service = keys_->find_or_create(KeyName::service("session_token")).value();
  const auto person = KeyName::person(kProperty, base::PersonId::draw(random_));
  const auto key = keys_->find_or_create(person).value();
  ASSERT_TRUE(keys_->change_master(master(8)));
  EXPECT_TRUE(equal(keys_->find(person)->bytes(), key.bytes()));
  EXPECT_EQ(KeyStore::open(*keys_database_, master(), clock_, random_).error().code, Code::Denied);
  const auto reopened = KeyStore::open(*keys_database_, master(8), clock_, random_).value();
  EXPECT_TRUE(equal(reopened->find(person)->bytes(), key.bytes()));
  EXPECT_TRUE(equal(reopened->find(KeyName::service("session_token"))->bytes(), service.bytes()));
  EXPECT_TRUE(reopened->find_or_create(KeyName::service("another")));
}

TEST_P(Keys, OpenOnlyUnderTheirOwnName) {
  ASSERT_TRUE(keys_->find_or_create(KeyName::service("one")));
  ASSERT_TRUE(keys_->find_or_create(KeyName::service("two")));
  constexpr std::string_view kSwap =
      "update kept_key set wrapped = (select wrapped from kept_key where name = 'service/one') "
      "where name = 'service/two'";
  ASSERT_EQ(keys_database_->run({"swap", kSwap, kSwap}), 1);
  EXPECT_EQ(keys_->find(KeyName::service("two")).error().code, Code::Corrupt);
}

TEST_P(Keys, OfAllPeopleOfAProperty) {
  std::map<base::PersonId, crypto::Digest> made;
  for (int i = 0; i < 20; ++i) {
    const auto person = base::PersonId::draw(random_);
    made[person] = crypto::sha256(keys_->find_or_create(KeyName::person(kProperty, person))->bytes());
  }
  ASSERT_TRUE(keys_->find_or_create(KeyName::service(kProperty, "segment")));
  ASSERT_TRUE(keys_->find_or_create(KeyName::person(kOther, base::PersonId::draw(random_))));
  const auto erased = made.begin()->first;
  ASSERT_TRUE(keys_->destroy(KeyName::person(kProperty, erased)));
  made.erase(erased);
  std::map<base::PersonId, crypto::Digest> found;
  ASSERT_TRUE(
      keys_->each_person_key(kProperty, [&](base::PersonId person, crypto::SecretKey key) -> Result<void> {
        found[person] = crypto::sha256(key.bytes());
        return {};
      }));
  EXPECT_EQ(found, made);
  ASSERT_TRUE(keys_->destroy(KeyName::property(kProperty)));
  EXPECT_EQ(keys_->each_person_key(kProperty, [](auto, auto) -> Result<void> { return {}; }).error().code,
            Code::Gone);
}

TEST_P(Keys, AreMadeOnceAmongThreads) {
  constexpr int kThreads = 6;
  std::array<crypto::Digest, kThreads> seen{};
  {
    std::latch start{kThreads};
    std::vector<std::jthread> threads;
    for (auto& digest : seen) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        if (const auto key = keys_->find_or_create(KeyName::service(kProperty, "segment"))) {
          digest = crypto::sha256(key->bytes());
        }
      });
    }
  }
  const auto key = keys_->find(KeyName::service(kProperty, "segment")).value();
  for (const auto& digest : seen) EXPECT_EQ(digest, crypto::sha256(key.bytes()));
}

TEST_P(Keys, GenerationsOnlyRise) {
  const auto first = keys_->generation().value();
  const auto name = KeyName::service(kProperty, "segment");
  ASSERT_TRUE(keys_->find_or_create(name));
  const auto made = keys_->generation().value();
  EXPECT_EQ(made.made, first.made + 2) << "the property's key, and this one";
  EXPECT_EQ(made.destroyed, first.destroyed);
  ASSERT_TRUE(keys_->find_or_create(name));
  EXPECT_FALSE(keys_->generation()->is_older_than(made));
  ASSERT_TRUE(keys_->destroy(name));
  const auto destroyed = keys_->generation().value();
  EXPECT_EQ(destroyed.made, made.made);
  EXPECT_EQ(destroyed.destroyed, made.destroyed + 1);
  EXPECT_TRUE(made.is_older_than(destroyed));
  EXPECT_TRUE(first.is_older_than(made));
  EXPECT_FALSE(destroyed.is_older_than(first));
}

TEST_P(Keys, StatementsPrepare) {
  const auto prepared = sql::prepare_all(*keys_database_, queries::kKeysModule);
  EXPECT_TRUE(prepared) << prepared.error().message;
  EXPECT_EQ(queries::kKeysModule.queries.size(), 8);
}

/// PostgreSQL recycles its log in its own time; of SQLite's files every byte is looked at.
class KeyFiles : public testing::House {};
INSTANTIATE_TEST_SUITE_P(Files, KeyFiles, ::testing::Values(sql::Engine::Sqlite), testing::engine_name);

TEST_P(KeyFiles, LeaveNoBytesBehind) {
  const auto name = KeyName::person(kProperty, base::PersonId::draw(random_));
  ASSERT_TRUE(keys_->find_or_create(name));
  const auto wrapped = keys_database_->one(queries::key_by_name, {{"name", name.text()}})->text("wrapped");
  EXPECT_TRUE(bytes_of("keys.db").contains(wrapped));
  ASSERT_TRUE(keys_->destroy(name));
  EXPECT_FALSE(bytes_of("keys.db").contains(wrapped));
  EXPECT_FALSE(bytes_of("keys.db").contains(wrapped.substr(0, 24)));
  EXPECT_TRUE(bytes_of("keys.db").contains(name.text())) << "the tombstone stays";
}

}  // namespace
}  // namespace vault
