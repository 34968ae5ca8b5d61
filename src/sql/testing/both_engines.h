// A fixture whose tests run twice, on SQLite and on PostgreSQL, each time on an empty database:
//
//   class RegistryTest : public sql::testing::BothEngines {};
//   HARTSLAG_ON_BOTH_ENGINES(RegistryTest);
//   TEST_P(RegistryTest, …) { … database() … }
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/files.h"
#include "sql/database.h"
#include "sql/migrate.h"
#include "sql/prepare_check.h"
#include "sql/testing/postgres.h"

namespace sql::testing {

class BothEngines : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    auto name = (std::filesystem::temp_directory_path() / "hartslag-sql-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    if (GetParam() == Engine::Postgresql) {
      auto address = fresh_postgresql_address();
      ASSERT_TRUE(address) << address.error().message;
      address_ = *std::move(address);
    }
    reopen();
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// Another connection to the same data, as after a restart.
  void reopen() {
    database_.reset();
    auto opened = GetParam() == Engine::Sqlite ? Database::open_sqlite(folder_ / "test.db")
                                               : Database::open_postgresql(address_);
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = *std::move(opened);
  }
  Database& database() { return *database_; }
  const base::Path& folder() const { return folder_; }

  /// Prepares every statement of the module, whose migrations have run.
  void expect_prepares(const Module& module) {
    const auto prepared = prepare_all(*database_, module);
    EXPECT_TRUE(prepared) << prepared.error().message;
  }

 private:
  base::Path folder_;
  std::string address_;
  std::unique_ptr<Database> database_;
};

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): GoogleTest instantiates by a macro alone.
#define HARTSLAG_ON_BOTH_ENGINES(fixture)                                           \
  INSTANTIATE_TEST_SUITE_P(                                                         \
      On, fixture, ::testing::Values(sql::Engine::Sqlite, sql::Engine::Postgresql), \
      [](const auto& of_test) { return of_test.param == sql::Engine::Sqlite ? "Sqlite" : "Postgresql"; })

}  // namespace sql::testing
