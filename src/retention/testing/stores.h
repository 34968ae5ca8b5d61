// Every store in one folder, as the program has them, with an eraser over them: for tests of what acts over
// all.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "consent/ledger.h"
#include "consent/queries.h"
#include "journal/journal.h"
#include "journal/testing/memory_keys.h"
#include "mail/maildir.h"
#include "outbox/outbox.h"
#include "policy/testing/example.h"
#include "pulse/testing/engine_world.h"
#include "retention/accounts.h"
#include "retention/erasure.h"
#include "sql/migrate.h"
#include "vault/testing/house.h"

namespace retention::testing {

class Stores : public vault::testing::House {
 protected:
  void SetUp() override {
    House::SetUp();
    open_stores();
  }
  void TearDown() override {
    close_stores();
    House::TearDown();
  }

  void open_stores() {
    control_ = open_database("control.db", {});
    ASSERT_TRUE(sql::migrate(*control_, consent::queries::kModule, clock_));
    journal_ = journal::Journal::open(*control_, journal_keys_, clock_, random_).value();
    consents_ = std::make_unique<consent::Ledger>(*control_, clock_, random_);
    engine_ = pulse::Engine::open({.folder = folder_ / "pulse", .checkpoints_itself = false}, files_, clock_,
                                  random_, pulse_keys_)
                  .value();
    ASSERT_TRUE(engine_->declare_property(kProperty, pulse::testing::event_rules()));
    maildir_ = mail::Maildir::open(files_, folder_ / "mail", clock_, random_).value();
    const auto fields = [](base::PropertyNumber) -> base::Result<outbox::FieldNames> {
      return outbox::FieldNames{"post", {"called"}};
    };
    outbox_ = outbox::Outbox::open({*control_, *vault_, fields, *maildir_, clock_, random_},
                                   {.from = {.name = "Leeszaal", .address = "post@leeszaal.example"},
                                    .domain = "leeszaal.example",
                                    .organisation = "Leeszaal"},
                                   {{"reminder", {}}, account_template("https://leeszaal.example")})
                  .value();
    eraser_ = Eraser::open({.control = *control_,
                            .vault_database = *database_,
                            .key_database = *keys_database_,
                            .keys = *keys_,
                            .vault = *vault_,
                            .engine = *engine_,
                            .consents = *consents_,
                            .outbox = *outbox_,
                            .journal = *journal_,
                            .surfaces = surfaces_,
                            .files = files_,
                            .clock = clock_,
                            .random = random_,
                            .data = folder_,
                            .installation = "https://leeszaal.example",
                            .between = [this](std::string_view point) -> base::Result<void> {
                              points_.emplace_back(point);
                              if (steps_left_-- != 0) return {};
                              return base::fail(base::Code::Internal, "a stop");
                            }})
                  .value();
  }
  void close_stores() {
    eraser_.reset();
    outbox_.reset();
    engine_.reset();
    consents_.reset();
    journal_.reset();
    control_.reset();
  }
  void restart() {
    close_stores();
    close();
    open();
    open_stores();
  }

  base::OsFiles files_;
  journal::testing::MemoryKeys journal_keys_;
  pulse::testing::TestKeys pulse_keys_;
  policy::Policy example_ = policy::Policy::parse(policy::testing::kExample).value();
  std::vector<Surface> surfaces_;
  std::unique_ptr<sql::Database> control_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<consent::Ledger> consents_;
  std::unique_ptr<pulse::Engine> engine_;
  std::unique_ptr<mail::Maildir> maildir_;
  std::unique_ptr<outbox::Outbox> outbox_;
  std::unique_ptr<Eraser> eraser_;
  /// After so many more steps the act stops; never by itself when negative.
  int steps_left_ = -1;
  std::vector<std::string> points_;
};

}  // namespace retention::testing
