// Does what the schedule says is due: at start-up, before anything is served, however long the program was
// down, and every minute from then on.
//
// What is due of a property at one moment is one act. Its intent names the property and the data; then
//
//   fields                   removed from everybody in the vault
//   facts, records,          the store of attention keeps them together, so they go together when the first
//   attributes, marks        of them is due: into the anonymous record if one of the data says `anonymise`,
//                            else for good
//   everything else          when the last of a property's data has ended: consent rows, mails that wait,
//   what
//                            surfaces hold, people, and at last the property's key and all below it
//
// and the result. A crash in between leaves an intent without a result and data without a row in
// `retention_run`: the next run does all of it again, which changes nothing that was done, and finishes the
// intent. Fields whose term counts from "stored" are looked through once an hour.
//
// Warnings go to the members who manage the property, seven days and one day before something of it goes,
// once each; one that was missed is sent late, as long as it still comes before.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "access/access.h"
#include "base/mutex.h"
#include "retention/erasure.h"
#include "retention/schedule.h"

namespace retention {

struct ExecutorNeeds {
  Schedule& schedule;
  const policy::Policy& policy;
  sql::Database& control;
  sql::Database& vault_database;
  sql::Database& key_database;
  vault::KeyStore& keys;
  vault::Vault& vault;
  pulse::Engine& engine;
  consent::Ledger& consents;
  outbox::Outbox& outbox;
  journal::Journal& journal;
  staff::Access& access;
  const std::vector<Surface>& surfaces;
  const base::Clock& clock;
  Between between;
};

/// Any thread; runs do not overlap.
class Executor {
 public:
  explicit Executor(ExecutorNeeds needs) : needs_(std::move(needs)) {}

  /// Does all that is due, property by property; one that fails does not keep the others waiting. Errors: the
  /// first one's, once all were tried.
  base::Result<void> run_due();

  /// Queues the warnings that are due and were not queued before.
  base::Result<void> warn();

  /// Ends again, in every store, the properties whose key is destroyed: what an old backup brought back.
  /// Before anything is served.
  base::Result<void> replay();

 private:
  struct Work;
  base::Result<std::vector<base::PropertyNumber>> unended_properties() REQUIRES(mutex_);
  base::Result<void> remove_old_values() REQUIRES(mutex_);
  base::Result<void> finish_intents(const std::map<base::PropertyNumber, std::vector<Due>>& tried)
      REQUIRES(mutex_);

  ExecutorNeeds needs_;
  base::Mutex mutex_;
  /// When values were looked through last.
  std::optional<base::Instant> looked_at_ GUARDED_BY(mutex_);
};

}  // namespace retention
