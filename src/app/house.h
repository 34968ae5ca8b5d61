// The composition root: which modules there are, what each of them is given, in which order they begin.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "access/access.h"
#include "access/duties.h"
#include "access/members.h"
#include "app/folder_lock.h"
#include "app/options.h"
#include "approvals/approvals.h"
#include "backup/evidence.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "base/result.h"
#include "consent/ledger.h"
#include "consent/notices.h"
#include "credentials/keeper.h"
#include "credentials/session_keys.h"
#include "disclosure/book.h"
#include "journal/journal.h"
#include "journal/keys.h"
#include "journal/publisher.h"
#include "journal/witness.h"
#include "mail/maildir.h"
#include "mail/transport.h"
#include "outbox/outbox.h"
#include "page/frame.h"
#include "policy/policy.h"
#include "property/registry.h"
#include "pulse/engine.h"
#include "request_log/request_log.h"
#include "retention/accounts.h"
#include "retention/erasure.h"
#include "retention/executor.h"
#include "retention/schedule.h"
#include "retention/surface.h"
#include "rights/desk.h"
#include "rights/incident_desk.h"
#include "services/services.h"
#include "sql/database.h"
#include "surfaces/events/store.h"
#include "surfaces/updates/updates.h"
#include "vault/key_store.h"
#include "vault/vault.h"

namespace app {

/// Members begin from top to bottom and end from bottom to top. Nothing here moves: modules hold references.
struct House {
  /// Errors: what the first module that cannot begin says.
  static base::Result<std::unique_ptr<House>> build(const Options& options);

  Options options;
  base::OsFiles files;
  base::OsRandom random;
  /// Peers wait in real seconds, whatever a test says of the time.
  base::OsClock network_clock;
  /// One process at a time works in the data folder.
  std::unique_ptr<FolderLock> folder_lock;
  std::unique_ptr<base::Clock> clock;
  std::unique_ptr<policy::Policy> policy;
  page::Site site;
  std::unique_ptr<sql::Database> control;
  std::unique_ptr<sql::Database> vault_database;
  std::unique_ptr<sql::Database> key_database;
  std::unique_ptr<vault::KeyStore> keys;
  std::unique_ptr<vault::Vault> vault;
  std::unique_ptr<journal::KeySource> journal_keys;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<credentials::Keeper> credentials;
  std::unique_ptr<credentials::SessionKeys> session_keys;
  std::unique_ptr<journal::Publisher> publisher;
  std::unique_ptr<disclosure::Book> disclosures;
  std::unique_ptr<journal::Witness> witness;  ///< only where one is named
  std::unique_ptr<backup::EvidenceBook> backup_evidence;
  std::unique_ptr<property::Registry> properties;
  std::unique_ptr<consent::Ledger> consents;
  std::unique_ptr<consent::Notices> notices;
  std::unique_ptr<pulse::KeySource> pulse_keys;
  std::unique_ptr<pulse::Engine> engine;
  std::unique_ptr<surfaces::events::Store> events;
  std::unique_ptr<mail::Maildir> maildir;  ///< only without an SMTP server
  std::string mail_carrier;                ///< carrier_at() the mail server
  std::unique_ptr<mail::Transport> smtp;
  std::unique_ptr<outbox::Outbox> outbox;
  std::unique_ptr<staff::Duties> duties;
  std::unique_ptr<staff::Access> access;
  std::unique_ptr<staff::Members> members;
  std::unique_ptr<approvals::Approvals> approvals;
  std::unique_ptr<services::Services> services;
  std::unique_ptr<retention::Schedule> schedule;
  std::unique_ptr<retention::Eraser> eraser;
  std::unique_ptr<rights::Desk> desk;
  std::unique_ptr<rights::IncidentDesk> incidents;
  std::shared_ptr<surfaces::updates::Updates> updates;  ///< only where the policy declares some
  std::vector<retention::Surface> surfaces;
  std::unique_ptr<request_log::RequestLog> request_log;
  std::unique_ptr<retention::Executor> executor;
  std::unique_ptr<retention::Accounts> accounts;
  /// Until then by the monotonic clock nothing is executed by its term: at the start the wall clock said that
  /// longer had gone by since the last act than a program is ever down, so it may be wrong.
  std::optional<std::chrono::nanoseconds> doubts_clock_until;

  const retention::Surface* surface(std::string_view name) const;
  /// Whether terms may be executed by what the wall clock says.
  bool trusts_clock() const { return !doubts_clock_until || clock->monotonic() >= *doubts_clock_until; }
};

}  // namespace app
