// Access over databases of its own, for tests of both engines.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "access/duties.h"
#include "access/members.h"
#include "journal/journal.h"
#include "journal/testing/memory_keys.h"
#include "vault/testing/house.h"

namespace staff::testing {

/// What modules of other floors declare.
inline constexpr Permission kViewReport{"view_report",
                                        {Role::Owner, Role::Organiser, Role::Analyst, Role::Officer}};
inline constexpr Permission kSeeNames{"see_names", {Role::Owner, Role::Organiser}};
inline constexpr Permission kAnswerRequests{"answer_requests", {Role::Owner, Role::Officer}, Reach::House};

inline PermissionList all_permissions() {
  PermissionList all{kViewReport, kSeeNames, kAnswerRequests};
  all.insert(all.end(), kStaffPermissions.begin(), kStaffPermissions.end());
  return all;
}

inline constexpr auto kPassword = "een paard in de gang";
inline constexpr auto kClient = "192.0.2.7";
inline constexpr auto kOrigin = "https://events.lichtbeeld.example";

class AccessHouse : public vault::testing::House {
 protected:
  void SetUp() override {
    House::SetUp();
    if (GetParam() == sql::Engine::Postgresql)
      control_address_ = sql::testing::fresh_postgresql_address().value();
    control_ = open_database("control.db", control_address_);
    journal_ = journal::Journal::open(*control_, journal_keys_, clock_, random_).value();
  }
  void TearDown() override {
    members_.reset();
    access_.reset();
    duties_.reset();
    journal_.reset();
    control_.reset();
    House::TearDown();
  }

  /// Under a policy that wants so many factors.
  void open_access(int factors, bool known_devices = false) {
    duties_ = Duties::open({.control = *control_,
                            .keys = *keys_,
                            .journal = *journal_,
                            .clock = clock_,
                            .random = random_,
                            .rules = rules_,
                            .policy_version = "2026-11-01-0123456789ab"})
                  .value();
    access_ = Access::open({.control = *control_,
                            .vault = *vault_,
                            .keys = *keys_,
                            .journal = *journal_,
                            .clock = clock_,
                            .random = random_,
                            .permissions = all_permissions(),
                            .factors = factors,
                            .known_devices = known_devices,
                            .origin = kOrigin,
                            .duties = duties_.get(),
                            .tell = [this](base::PersonId, FactorNews news,
                                           const std::string& about) -> base::Result<void> {
                              told_.push_back(news);
                              about_ = about;
                              return {};
                            }})
                  .value();
    members_ = Members::open({.control = *control_,
                              .vault = *vault_,
                              .journal = *journal_,
                              .clock = clock_,
                              .random = random_,
                              .permissions = all_permissions(),
                              .mail = [this](base::PersonId person) -> base::Result<void> {
                                invited_.push_back(person);
                                return {};
                              }})
                   .value();
  }

  static NewAccount ans() {
    return {.name = "Ans", .address = "ans@lichtbeeld.example", .password = kPassword};
  }
  SignedIn set_up() { return access_->set_up(access_->make_setup_token().value(), ans(), kClient).value(); }
  base::Code refusal(std::string_view address, std::string_view password, std::string_view client = kClient) {
    auto result = access_->sign_in(address, password, client);
    return result ? base::Code::Internal : result.error().code;
  }
  std::vector<std::string> acts() {
    std::vector<std::string> kinds;
    for (const auto& entry : journal_->list({}).value()) kinds.push_back(entry.act.kind);
    return kinds;
  }

  std::string control_address_;
  std::unique_ptr<sql::Database> control_;
  journal::testing::MemoryKeys journal_keys_;
  std::unique_ptr<journal::Journal> journal_;
  /// What members do before anything else: nothing, unless a test says so before `open_access`.
  policy::StaffRules rules_;
  std::unique_ptr<Duties> duties_;
  std::unique_ptr<Access> access_;
  std::unique_ptr<Members> members_;
  std::vector<base::PersonId> invited_;
  std::vector<FactorNews> told_;
  /// What the last of it was about.
  std::string about_;
};

}  // namespace staff::testing
