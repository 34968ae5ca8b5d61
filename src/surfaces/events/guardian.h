// Whoever is younger than the policy's age registers with a parent's or guardian's consent.
//
//   form of a minor ──▶ pending, sealed ──▶ mail to the guardian ──▶ agreed: registered as anybody else
//                                                                └─▶ declined, or kGuardianAnswers over: gone
//
// Until the guardian agrees there is no registration: what was filled in lies sealed under a key of its own,
// service key pending_<id> of the event, which is destroyed with it. The guardian is a person of the vault in
// a property kept for guardians, and is erased with the answer. The page that the mail leads to is opened by
// the id, 128 random bits.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/language.h"
#include "base/names.h"
#include "base/result.h"
#include "outbox/outbox.h"
#include "surfaces/events/event.h"
#include "surfaces/events/form.h"
#include "surfaces/events/needs.h"
#include "surfaces/events/store.h"

namespace sql {
class Database;
class Row;
}  // namespace sql

namespace surfaces::events {

using PendingId = base::Id<struct PendingTag>;

struct Pending {
  PendingId id;
  base::PropertyNumber property;
  base::PersonId guardian;
  base::Language language = base::Language::Nl;  ///< of the form
  std::vector<std::pair<std::string, std::string>> fields;
};

/// What is pending, in control.db. Any thread.
class PendingStore {
 public:
  /// Both outlive the store; the migrations of queries.h must have run on `control`.
  PendingStore(sql::Database& control, vault::KeyStore& keys) : control_(control), keys_(keys) {}

  base::Result<void> add(const Pending& pending, base::Instant expires, base::Random& random);
  /// Errors: NotFound for what was answered, is over, or never was.
  base::Result<Pending> find(PendingId id);
  base::Result<std::vector<Pending>> expired(base::Instant now);
  base::Result<std::vector<Pending>> of(base::PropertyNumber property);
  /// With its key.
  base::Result<void> remove(const Pending& pending);

 private:
  base::Result<Pending> read(const sql::Row& row);
  base::Result<std::vector<Pending>> read_all(const std::vector<sql::Row>& rows);

  sql::Database& control_;
  vault::KeyStore& keys_;
};

/// Any thread. Errors of all: what the stores answer.
class Guardians {
 public:
  explicit Guardians(Needs& needs);

  /// Keeps what a minor filled in, and writes to `filled.guardian`.
  base::Result<void> ask(const Event& event, const Filled& filled, base::Language language);
  /// Errors: NotFound.
  base::Result<Pending> find(const Event& event, std::string_view id);
  /// What was filled in, as far as the policy still declares it.
  Filled filled(const Pending& pending) const;
  /// Answered, either way: it goes, and the guardian with it. Who agreed is an act in the journal.
  base::Result<void> end(const Pending& pending, bool agreed);

  /// For the schedule: those that nobody answered in time; how many they were.
  base::Result<std::int64_t> remove_old(base::Instant now);
  base::Result<void> forget_property(base::PropertyNumber property);

 private:
  base::Result<void> remove(const Pending& pending);

  Needs& needs_;
  PendingStore store_;
};

/// The mail to a guardian; all that `needs` refers to outlives the template.
struct GuardianMailNeeds {
  Store& store;
  sql::Database& control;
  vault::KeyStore& keys;
  const policy::Policy& policy;
  std::string origin;
};
outbox::Template guardian_mail(const GuardianMailNeeds& needs);

/// The name that was filled in, or what a nameless form leaves: the address.
std::string child_of(const policy::Policy& policy, const Pending& pending);

}  // namespace surfaces::events
