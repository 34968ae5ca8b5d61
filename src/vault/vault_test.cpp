#include "vault/vault.h"

#include <gtest/gtest.h>

#include <latch>
#include <set>
#include <thread>

#include "sql/prepare_check.h"
#include "vault/limits.h"
#include "vault/queries.h"
#include "vault/testing/house.h"

namespace vault {
namespace {

using base::Code;
using base::PersonId;
using base::Result;
using base::ViewerNumber;

class VaultTest : public testing::House {};
INSTANTIATE_TEST_SUITE_P(Both, VaultTest, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql),
                         testing::engine_name);

TEST_P(VaultTest, KeepsAPersonAndTheirFields) {
  const auto ada = add("Ada Lovelace", "ada@club.example").value();
  const auto read = vault_->read_fields(ada).value();
  EXPECT_EQ(read.person.id, ada);
  EXPECT_EQ(read.person.property, kProperty);
  EXPECT_EQ(read.person.language, base::Language::Fr);
  EXPECT_EQ(read.person.registered_at, clock_.now());
  EXPECT_TRUE(read.person.viewer);
  ASSERT_EQ(read.fields.size(), 2);
  EXPECT_EQ(read.fields[0].name, "called");
  EXPECT_EQ(read.fields[0].value, "Ada Lovelace");
  EXPECT_EQ(read.fields[0].data, "card");
  EXPECT_EQ(read.fields[0].purposes, (std::vector<std::string>{"entry", "billing"}));
  EXPECT_EQ(read.fields[0].policy_version, policy_.version());
  EXPECT_EQ(read.fields[0].stored_at, clock_.now());
  EXPECT_EQ(*read.find("post"), "ada@club.example");
  EXPECT_EQ(read.find("note"), nullptr);
  EXPECT_EQ(vault_->find(ada)->viewer, read.person.viewer);
  EXPECT_EQ(vault_->count(kProperty), 1);
  EXPECT_EQ(vault_->find(PersonId::draw(random_)).error().code, Code::NotFound);
  EXPECT_EQ(vault_->read_fields(PersonId::draw(random_)).error().code, Code::NotFound);
}

TEST_P(VaultTest, FindsByAnySpellingOfAnAddress) {
  EXPECT_EQ(vault_->find_by_mail(kProperty, "ada@club.example").value(), std::nullopt)
      << "nobody is there yet";
  const auto ada = add("Ada", " Ada@Club.EXAMPLE ").value();
  for (const auto* spelling : {"ada@club.example", "ADA@CLUB.EXAMPLE", "  ada@Club.example\n"}) {
    EXPECT_EQ(vault_->find_by_mail(kProperty, spelling).value(), ada) << spelling;
  }
  EXPECT_EQ(vault_->find_by_mail(kProperty, "ad@club.example").value(), std::nullopt);
  EXPECT_EQ(vault_->find_by_mail(kOther, "ada@club.example").value(), std::nullopt);
  EXPECT_EQ(vault_->find_by_mail(kProperty, "ada").error().code, Code::Invalid);
  EXPECT_EQ(*vault_->read_fields(ada)->find("post"), " Ada@Club.EXAMPLE ") << "kept as it was given";
}

TEST_P(VaultTest, TakesAnAddressOncePerProperty) {
  const auto ada = add("Ada", "ada@club.example").value();
  const auto twice = add("Ada again", "ADA@club.example");
  EXPECT_EQ(twice.error().code, Code::Conflict);
  EXPECT_EQ(twice.error().message, "this e-mail address is registered already");
  EXPECT_TRUE(add("Ada", "ada@club.example", {}, kOther));
  EXPECT_EQ(vault_->count(kProperty), 1);
  const auto bob = add("Bob", "bob@club.example").value();
  EXPECT_EQ(vault_->update_field(bob, {post_, "ada@club.example", Findable::ByMail}).error().code,
            Code::Conflict);
  EXPECT_EQ(*vault_->read_fields(bob)->find("post"), "bob@club.example") << "nothing of it was stored";
  EXPECT_EQ(vault_->find_by_mail(kProperty, "ada@club.example").value(), ada);
}

TEST_P(VaultTest, CorrectsAndRemovesFields) {
  const auto ada = add("Ada", "ada@club.example").value();
  clock_.advance(base::Millis{1000});
  ASSERT_TRUE(vault_->update_field(ada, {called_, "Augusta Ada"}));
  ASSERT_TRUE(vault_->update_field(ada, {note_, "front row"}));
  ASSERT_TRUE(vault_->update_field(ada, {post_, "augusta@club.example", Findable::ByMail}));
  auto read = vault_->read_fields(ada).value();
  ASSERT_EQ(read.fields.size(), 3);
  EXPECT_EQ(*read.find("called"), "Augusta Ada");
  EXPECT_EQ(*read.find("note"), "front row");
  EXPECT_EQ(read.fields[0].stored_at, clock_.now());
  EXPECT_EQ(vault_->find_by_mail(kProperty, "ada@club.example").value(), std::nullopt);
  EXPECT_EQ(vault_->find_by_mail(kProperty, "augusta@club.example").value(), ada);
  ASSERT_TRUE(vault_->set_language(ada, base::Language::De));
  EXPECT_EQ(vault_->find(ada)->language, base::Language::De);

  ASSERT_TRUE(vault_->remove_field(ada, "post"));
  ASSERT_TRUE(vault_->remove_field(ada, "never there"));
  read = vault_->read_fields(ada).value();
  EXPECT_EQ(read.find("post"), nullptr);
  EXPECT_EQ(vault_->find_by_mail(kProperty, "augusta@club.example").value(), std::nullopt);
  EXPECT_TRUE(add("Another", "augusta@club.example")) << "the address is free again";
}

TEST_P(VaultTest, RefusesWhatIsTooMuch) {
  const std::string longest(kFieldBytesMax, 'x');
  const NewField at_limit[]{{note_, longest}};
  const auto person = vault_->create({kProperty, base::Language::Nl, at_limit, {}});
  ASSERT_TRUE(person) << person.error().message;
  EXPECT_EQ(*vault_->read_fields(*person)->find("note"), longest);
  EXPECT_EQ(vault_->update_field(*person, {note_, longest + "x"}).error().code, Code::TooLarge);
  const NewField twice[]{{note_, "a"}, {note_, "b"}};
  EXPECT_EQ(vault_->create({kProperty, base::Language::Nl, twice, {}}).error().code, Code::Invalid);
  const NewField two_mails[]{{note_, "a@b.example", Findable::ByMail},
                             {post_, "b@b.example", Findable::ByMail}};
  EXPECT_EQ(vault_->create({kProperty, base::Language::Nl, two_mails, {}}).error().code, Code::Invalid);
  EXPECT_EQ(add("Nobody", "no address").error().code, Code::Invalid);
  EXPECT_EQ(vault_->count(kProperty), 1);
}

TEST_P(VaultTest, ASealedValueOpensNowhereElse) {
  const auto ada = add("Ada", "ada@club.example").value();
  const auto bob = add("Bob", "bob@club.example").value();
  const auto corrupt = [&](const std::string& text) {
    ASSERT_EQ(database_->run({"corrupt", text, text}), 1) << text;
  };
  const auto of = [](PersonId person) { return " where person = '" + base::to_text(person) + "'"; };
  corrupt("update person_field set sealed = (select sealed from person_field" + of(ada) +
          " and name = 'post')" + of(ada) + " and name = 'called'");
  EXPECT_EQ(vault_->read_fields(ada).error().code, Code::Corrupt) << "another field's";
  corrupt("update person_field set policy_version = 'other'" + of(bob) + " and name = 'called'");
  EXPECT_EQ(vault_->read_fields(bob).error().code, Code::Corrupt) << "another policy's";
  ASSERT_TRUE(vault_->update_field(ada, {called_, "Ada"}));
  ASSERT_TRUE(vault_->update_field(bob, {called_, "Bob"}));
  corrupt("update person_field set sealed = (select sealed from person_field" + of(ada) +
          " and name = 'called')" + of(bob) + " and name = 'called'");
  EXPECT_EQ(vault_->read_fields(bob).error().code, Code::Corrupt) << "another person's";
}

TEST_P(VaultTest, GivesTheSameLinkAgain) {
  const auto ada = add("Ada", "ada@club.example").value();
  const auto bob = add("Bob", "bob@club.example").value();
  const auto link = vault_->link(ada).value();
  EXPECT_EQ(link.size(), kLinkTokenCharacters);
  EXPECT_EQ(vault_->link(ada), link);
  EXPECT_NE(vault_->link(bob), link);
  close();
  open();
  EXPECT_EQ(vault_->link(ada), link);
  EXPECT_EQ(vault_->person_of_link(kProperty, link).value(), ada);
  EXPECT_EQ(vault_->person_of_link(kOther, link).value(), std::nullopt);
  auto wrong = link;
  wrong[5] = wrong[5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(vault_->person_of_link(kProperty, wrong).value(), std::nullopt);
  EXPECT_EQ(vault_->person_of_link(kProperty, "").value(), std::nullopt);
  EXPECT_EQ(vault_->person_of_link(kProperty, link + "A").value(), std::nullopt);
  EXPECT_EQ(vault_->link(PersonId::draw(random_)).error().code, Code::NotFound);
}

TEST_P(VaultTest, DrawsAViewerNumberPerProperty) {
  const auto ada = add("Ada", "ada@club.example").value();
  const auto here = vault_->viewer_number(ada, kProperty).value();
  const auto there = vault_->viewer_number(ada, kOther).value();
  EXPECT_TRUE(here);
  EXPECT_TRUE(there);
  EXPECT_NE(here, there);
  EXPECT_EQ(vault_->find(ada)->viewer, here);
  EXPECT_EQ(vault_->viewer_number(ada, kProperty), here);
  EXPECT_EQ(vault_->viewer_number(ada, kOther), there);
  EXPECT_EQ(vault_->person_of_viewer(kProperty, here).value(), ada);
  EXPECT_EQ(vault_->person_of_viewer(kOther, there).value(), ada);
  EXPECT_EQ(vault_->person_of_viewer(kOther, here).value(), std::nullopt);
  EXPECT_EQ(vault_->person_of_viewer(kProperty, ViewerNumber{}).value(), std::nullopt);
}

TEST_P(VaultTest, ListsThePeopleOfAProperty) {
  std::vector<PersonId> added;
  for (int i = 0; i < 30; ++i) {
    clock_.advance(base::Millis{i % 3});  // Some register in the same millisecond.
    added.push_back(add("Person " + std::to_string(i), std::to_string(i) + "@club.example").value());
  }
  const NewField none[]{{note_, ""}};
  const auto silent = vault_->create({kProperty, base::Language::Nl, std::span{none}.first(0), {}}).value();
  ASSERT_TRUE(add("Elsewhere", "e@club.example", {}, kOther));
  ASSERT_TRUE(vault_->erase(added[4]));

  const auto people = vault_->people_of(kProperty).value();
  ASSERT_EQ(people.size(), 30);
  EXPECT_TRUE(std::ranges::is_sorted(people, {}, &Person::registered_at));
  std::set<ViewerNumber> numbers;
  for (const auto& person : people) numbers.insert(person.viewer);
  EXPECT_EQ(numbers.size(), 30);

  std::size_t next = 0;
  ASSERT_TRUE(vault_->each_person(kProperty, [&](const PersonFields& read) -> Result<void> {
    EXPECT_EQ(read.person.id, people[next].id);
    EXPECT_EQ(read.person.viewer, people[next].viewer);
    if (read.person.id == silent) {
      EXPECT_TRUE(read.fields.empty());
    } else {
      EXPECT_EQ(read.fields.size(), 2);
      const auto number = std::ranges::find(added, read.person.id) - added.begin();
      EXPECT_EQ(*read.find("called"), "Person " + std::to_string(number));
    }
    ++next;
    return {};
  }));
  EXPECT_EQ(next, 30);
  EXPECT_TRUE(vault_->people_of(base::PropertyNumber{99})->empty());
}

TEST_P(VaultTest, IsFullAtItsCapacity) {
  EXPECT_TRUE(add("A", "a@club.example", 2));
  EXPECT_TRUE(add("B", "b@club.example", 2));
  const auto third = add("C", "c@club.example", 2);
  EXPECT_EQ(third.error().code, Code::Conflict);
  EXPECT_EQ(third.error().message, "there is no place left");
  EXPECT_TRUE(add("C", "c@club.example", 3));
}

TEST_P(VaultTest, CountsWhoIsThere) {
  EXPECT_EQ(vault_->count(kProperty), 0);
  const auto ada = add("Ada", "ada@club.example").value();
  const auto bob = add("Bob", "bob@club.example").value();
  ASSERT_TRUE(add("Eve", "eve@club.example", {}, kOther));
  EXPECT_FALSE(add("Ada", "ada@club.example"));
  const NewField late_conflict[]{{called_, "Ada"}, {post_, "no address", Findable::ByMail}};
  EXPECT_FALSE(vault_->create({kProperty, base::Language::Nl, late_conflict, {}}));
  EXPECT_EQ(vault_->count(kProperty), 2);
  ASSERT_TRUE(vault_->erase(ada));
  ASSERT_TRUE(vault_->erase(ada));
  EXPECT_EQ(vault_->count(kProperty), 1);
  ASSERT_TRUE(keys_->destroy(KeyName::person(kProperty, bob)));
  EXPECT_EQ(vault_->count(kProperty), 1);
  EXPECT_EQ(vault_->finish_erasures(), 1);
  EXPECT_EQ(vault_->count(kProperty), 0);
  EXPECT_TRUE(add("Cas", "cas@club.example", 1));
  EXPECT_FALSE(add("Dan", "dan@club.example", 1));
  ASSERT_TRUE(vault_->erase_property(kProperty));
  EXPECT_EQ(vault_->count(kProperty), 0);
  EXPECT_EQ(vault_->count(kOther), 1);
}

TEST_P(VaultTest, CountsWhoWasThereBeforeItCounted) {
  ASSERT_TRUE(add("Ada", "ada@club.example"));
  ASSERT_TRUE(add("Bob", "bob@club.example"));
  ASSERT_TRUE(add("Eve", "eve@club.example", {}, kOther));
  for (const auto* text :
       {"drop table people_count",
        "delete from migration where module = 'vault' and name like '%create_people_count'"})
    ASSERT_TRUE(database_->run({"older", text, text})) << text;
  close();
  open();
  EXPECT_EQ(vault_->count(kProperty), 2);
  EXPECT_EQ(vault_->count(kOther), 1);
  EXPECT_FALSE(add("Cas", "cas@club.example", 2));
}

TEST_P(VaultTest, IsNeverOverfullAmongThreads) {
  constexpr int kThreads = 8, kEach = 5, kCapacity = 13;
  std::atomic<int> created = 0, full = 0, other = 0;
  {
    std::latch start{kThreads};
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        start.arrive_and_wait();
        for (int i = 0; i < kEach; ++i) {
          const auto mail = std::to_string(thread * kEach + i) + "@club.example";
          const auto person = add("Somebody", mail, kCapacity);
          if (person) {
            ++created;
          } else if (person.error().message == "there is no place left") {
            ++full;
          } else {
            ++other;
          }
        }
      });
    }
  }
  EXPECT_EQ(created, kCapacity);
  EXPECT_EQ(full, kThreads * kEach - kCapacity);
  EXPECT_EQ(other, 0);
  EXPECT_EQ(vault_->count(kProperty), kCapacity);
}

TEST_P(VaultTest, TakesAnAddressOnceAmongThreads) {
  constexpr int kThreads = 6;
  std::atomic<int> created = 0;
  {
    std::latch start{kThreads};
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        created += add("Ada", "ada@club.example").has_value();
      });
    }
  }
  EXPECT_EQ(created, 1);
  EXPECT_EQ(vault_->count(kProperty), 1);
}

TEST_P(VaultTest, ErasedStaysErased) {
  const auto ada = add("Ada", "ada@club.example").value();
  const auto bob = add("Bob", "bob@club.example").value();
  const auto link = vault_->link(ada).value();
  const auto viewer = vault_->viewer_number(ada, kOther).value();
  ASSERT_TRUE(vault_->erase(ada));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(vault_->find(ada).error().code, Code::Gone);
    EXPECT_EQ(vault_->read_fields(ada).error().code, Code::Gone);
    EXPECT_EQ(vault_->update_field(ada, {called_, "Ada"}).error().code, Code::Gone);
    EXPECT_EQ(vault_->remove_field(ada, "called").error().code, Code::Gone);
    EXPECT_EQ(vault_->set_language(ada, base::Language::En).error().code, Code::Gone);
    EXPECT_EQ(vault_->link(ada).error().code, Code::Gone);
    EXPECT_EQ(vault_->viewer_number(ada, kProperty).error().code, Code::Gone);
    EXPECT_EQ(vault_->find_by_mail(kProperty, "ada@club.example").value(), std::nullopt);
    EXPECT_EQ(vault_->person_of_link(kProperty, link).value(), std::nullopt);
    EXPECT_EQ(vault_->person_of_viewer(kOther, viewer).value(), std::nullopt);
    EXPECT_EQ(vault_->count(kProperty), 1);
    EXPECT_TRUE(vault_->erase(ada)) << "twice finishes what was begun";
    EXPECT_EQ(*vault_->read_fields(bob)->find("called"), "Bob");
    close();
    open();
  }
  EXPECT_EQ(vault_->erase(PersonId::draw(random_)).error().code, Code::NotFound);
  const auto again = add("Ada", "ada@club.example");
  ASSERT_TRUE(again) << "who comes again is somebody new";
  EXPECT_NE(*again, ada);
  EXPECT_NE(vault_->link(*again), link);
}

TEST_P(VaultTest, TracesOfSomebodyAreInTheFilesAndGoWithThem) {
  const auto ada = add("Ada", "ada@club.example").value();
  const auto bob = add("Bob", "bob@club.example").value();
  ASSERT_TRUE(vault_->link(ada));
  const auto traces = vault_->traces(ada).value();
  EXPECT_EQ(traces.size(), 2U + 2U + 2U + 1U + 1U) << "fields, link, number, address, key";
  const auto his = vault_->traces(bob).value();
  for (const auto& trace : traces) {
    EXPECT_EQ(trace.size(), kTraceCharacters);
    EXPECT_EQ(std::ranges::count(his, trace), 0) << "nobody else has it";
  }
  if (GetParam() == sql::Engine::Sqlite) {
    const auto all = bytes_of("");
    for (const auto& trace : traces) EXPECT_TRUE(all.contains(trace));
  }
  ASSERT_TRUE(vault_->erase(ada));
  EXPECT_TRUE(vault_->traces(ada).value().empty());
  if (GetParam() == sql::Engine::Sqlite) {
    const auto all = bytes_of("");
    for (const auto& trace : traces) EXPECT_FALSE(all.contains(trace));
    for (const auto& trace : his) EXPECT_TRUE(all.contains(trace));
  }
}

TEST_P(VaultTest, IsGoneOnceTheKeyIs) {
  // An erasure that was interrupted between the two stores, or old data under today's keys.
  const auto ada = add("Ada", "ada@club.example").value();
  const auto bob = add("Bob", "bob@club.example").value();
  const auto link = vault_->link(ada).value();
  ASSERT_TRUE(keys_->destroy(KeyName::person(kProperty, ada)));
  EXPECT_EQ(vault_->find(ada).error().code, Code::Gone);
  EXPECT_EQ(vault_->read_fields(ada).error().code, Code::Gone);
  EXPECT_EQ(vault_->find_by_mail(kProperty, "ada@club.example").value(), std::nullopt);
  EXPECT_EQ(vault_->person_of_link(kProperty, link).value(), std::nullopt);
  EXPECT_EQ(vault_->people_of(kProperty)->size(), 1);
  EXPECT_EQ(vault_->finish_erasures(), 1);
  EXPECT_EQ(vault_->finish_erasures(), 0);
  EXPECT_EQ(vault_->count(kProperty), 1);
  EXPECT_TRUE(vault_->find(bob));
}

TEST_P(VaultTest, AnErasedPropertyTakesAlongItsPeople) {
  const auto ada = add("Ada", "ada@club.example").value();
  const auto link = vault_->link(ada).value();
  const auto eve = add("Eve", "eve@club.example", {}, kOther).value();
  ASSERT_TRUE(vault_->viewer_number(ada, kOther));
  const auto visit = vault_->viewer_number(eve, kProperty).value();
  ASSERT_TRUE(vault_->erase_property(kProperty));
  ASSERT_TRUE(vault_->erase_property(kProperty)) << "twice changes nothing";
  EXPECT_EQ(vault_->find(ada).error().code, Code::Gone);
  EXPECT_EQ(vault_->count(kProperty), 0);
  EXPECT_EQ(vault_->people_of(kProperty).error().code, Code::Gone);
  EXPECT_EQ(vault_->person_of_link(kProperty, link).value(), std::nullopt);
  EXPECT_EQ(vault_->person_of_viewer(kProperty, visit).value(), std::nullopt);
  EXPECT_EQ(add("New", "new@club.example").error().code, Code::Gone);
  EXPECT_EQ(*vault_->read_fields(eve)->find("called"), "Eve");
  EXPECT_EQ(vault_->people_of(kOther)->size(), 1);
}

class VaultFiles : public testing::House {};
INSTANTIATE_TEST_SUITE_P(Files, VaultFiles, ::testing::Values(sql::Engine::Sqlite), testing::engine_name);

TEST_P(VaultFiles, NoByteOfAnybodyIsReadable) {
  const auto ada = add("canary-name-51c2", "canary-mail-9d04@club.example").value();
  ASSERT_TRUE(vault_->update_field(ada, {note_, "canary-note-77aa"}));
  const auto link = vault_->link(ada).value();
  const auto viewer = vault_->viewer_number(ada, kProperty).value();
  const std::string number{reinterpret_cast<const char*>(&viewer.value), sizeof viewer.value};
  const auto expect_unreadable = [&] {
    const auto bytes = bytes_of("");
    EXPECT_GT(bytes.size(), 10'000U);
    for (const auto& canary : {std::string{"canary"}, std::string{"club.example"}, link, number,
                               std::to_string(viewer.value), base::to_hex(base::as_bytes("canary")),
                               base::to_base64(base::as_bytes("canary-name-51c2")).substr(0, 16)}) {
      EXPECT_FALSE(bytes.contains(canary)) << canary;
    }
  };
  expect_unreadable();
  const auto id = base::to_text(ada);
  EXPECT_TRUE(bytes_of("vault.db").contains(id));
  const auto sealed = database_->all(queries::fields_of_person, {{"person", id}})->front().text("sealed");
  ASSERT_TRUE(vault_->erase(ada));
  expect_unreadable();
  EXPECT_FALSE(bytes_of("vault.db").contains(id)) << "not even that there was somebody";
  EXPECT_FALSE(bytes_of("vault.db").contains(sealed)) << "no unreadable copy either";
  close();
  EXPECT_FALSE(bytes_of("vault.db").contains(id));
}

TEST_P(VaultTest, YieldsNothingWithoutItsKeys) {
  const auto ada = add("Ada", "ada@club.example").value();
  const auto link = vault_->link(ada).value();
  const auto viewer = vault_->viewer_number(ada, kProperty).value();
  close();
  // Somebody takes vault.db away and makes keys of their own for it.
  if (GetParam() == sql::Engine::Sqlite) {
    for (const auto* name : {"keys.db", "keys.db-wal", "keys.db-shm"})
      std::filesystem::remove(folder_ / name);
  } else {
    keys_address_ = sql::testing::fresh_postgresql_address().value();
  }
  open();
  EXPECT_FALSE(vault_->read_fields(ada));
  EXPECT_FALSE(vault_->link(ada));
  EXPECT_TRUE(vault_->people_of(kProperty)->empty());
  EXPECT_EQ(vault_->find_by_mail(kProperty, "ada@club.example").value(), std::nullopt);
  EXPECT_EQ(vault_->person_of_link(kProperty, link).value(), std::nullopt);
  EXPECT_EQ(vault_->person_of_viewer(kProperty, viewer).value(), std::nullopt);
  EXPECT_EQ(vault_->finish_erasures(), 0) << "the right keys may come back";
  EXPECT_EQ(vault_->count(kProperty), 1);
}

TEST_P(VaultTest, StatementsPrepare) {
  const auto prepared = sql::prepare_all(*database_, queries::kModule);
  EXPECT_TRUE(prepared) << prepared.error().message;
  EXPECT_GT(queries::kModule.queries.size(), 25);
}

TEST(Mail, IsNormalised) {
  EXPECT_EQ(normalise_mail("\t Ada.L+x@Club.Example \n"), "ada.l+x@club.example");
  EXPECT_EQ(normalise_mail("\"a@b\"@club.example"), "\"a@b\"@club.example");
  for (const auto* wrong : {"", "   ", "ada", "@club.example", "ada@", " @ "}) {
    EXPECT_EQ(normalise_mail(wrong).error().code, Code::Invalid) << wrong;
  }
  const std::string domain = "@club.example";
  const std::string longest = std::string(kMailAddressBytesMax - domain.size(), 'a') + domain;
  EXPECT_EQ(normalise_mail(longest), longest);
  EXPECT_EQ(normalise_mail("a" + longest).error().code, Code::TooLarge);
}

}  // namespace
}  // namespace vault
