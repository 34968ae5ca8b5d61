// A vault with its key store and a small policy, on either engine, for tests of the vault alone.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "crypto/hash.h"
#include "policy/gate.h"
#include "policy/policy.h"
#include "sql/testing/postgres.h"
#include "vault/key_store.h"
#include "vault/vault.h"

namespace vault::testing {

inline constexpr std::string_view kPolicy = R"(policy: reading-room
languages: [en]
in-force: 2026-11-01
parties:
  controller: { name: Leeszaal vzw, contact: hallo@leeszaal.example, country: BE }
purposes:
  entry:
    basis: contract
    says: { en: To let you in. }
  billing:
    basis: contract
    says: { en: To send a bill. }
data:
  card:
    from: registration form
    fields:
      called: { type: name, label: { en: Name } }
      post: { type: email, label: { en: E-mail } }
      note: { type: "text?", label: { en: Note } }
    says: { en: What you fill in. }
    for: [entry, billing]
    class: self-managed
    keep: 2 months after event end
    then: erase
)";

/// Every test of a suite that derives from this runs on both engines.
class House : public ::testing::TestWithParam<sql::Engine> {
 protected:
  static crypto::SecretKey master(std::uint8_t fill = 7) {
    return crypto::SecretKey::from_bytes(base::Bytes(crypto::kKeySize, fill)).value();
  }

  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("hartslag-vault-" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    if (GetParam() == sql::Engine::Postgresql) {
      for (auto* address : {&vault_address_, &keys_address_}) {
        auto fresh = sql::testing::fresh_postgresql_address();
        ASSERT_TRUE(fresh) << fresh.error().message;
        *address = *fresh;
      }
    }
    open();
  }
  void TearDown() override {
    close();
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<sql::Database> open_database(const std::string& name, const std::string& address) {
    auto database = GetParam() == sql::Engine::Sqlite ? sql::Database::open_sqlite(folder_ / name)
                                                      : sql::Database::open_postgresql(address);
    EXPECT_TRUE(database) << database.error().message;
    return *std::move(database);
  }
  void open() {
    database_ = open_database("vault.db", vault_address_);
    keys_database_ = open_database("keys.db", keys_address_);
    auto keys = KeyStore::open(*keys_database_, master(), clock_, random_);
    ASSERT_TRUE(keys) << keys.error().message;
    keys_ = *std::move(keys);
    auto vault = Vault::open({*database_, *keys_, clock_, random_});
    ASSERT_TRUE(vault) << vault.error().message;
    vault_ = *std::move(vault);
  }
  void close() {
    vault_.reset();
    keys_.reset();
    keys_database_.reset();
    database_.reset();
  }

  /// A person with name and address.
  base::Result<base::PersonId> add(std::string_view name, std::string_view mail,
                                   std::optional<std::int64_t> capacity = {},
                                   base::PropertyNumber property = kProperty) {
    const NewField fields[]{{called_, name}, {post_, mail, Findable::ByMail}};
    return vault_->create({property, base::Language::Fr, fields, capacity});
  }
  std::string bytes_of(std::string_view start) const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator{folder_}) {
      if (!entry.path().filename().string().starts_with(start)) continue;
      std::ifstream in{entry.path(), std::ios::binary};
      all.append(std::istreambuf_iterator<char>{in}, {});
    }
    return all;
  }

  static constexpr base::PropertyNumber kProperty{12};
  static constexpr base::PropertyNumber kOther{13};
  std::filesystem::path folder_;
  std::string vault_address_, keys_address_;
  base::ManualClock clock_{base::instant_from_ms(1'795'356'000'000)};
  base::SeededRandom random_{11};
  policy::Policy policy_ = policy::Policy::parse(kPolicy, {}, policy::Extent::Part).value();
  policy::FieldPermit called_ = policy::Gate{policy_}.permit_field("called").value();
  policy::FieldPermit post_ = policy::Gate{policy_}.permit_field("post").value();
  policy::FieldPermit note_ = policy::Gate{policy_}.permit_field("note").value();
  std::unique_ptr<sql::Database> database_, keys_database_;
  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<Vault> vault_;
};

inline std::string engine_name(const ::testing::TestParamInfo<sql::Engine>& info) {
  return info.param == sql::Engine::Sqlite ? "Sqlite" : "Postgresql";
}

}  // namespace vault::testing
