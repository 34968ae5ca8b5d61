// Letters: what a member of staff writes to viewers of an event, for one purpose of the policy that their
// addresses are for. The writer sees nobody's address. Each viewer gets a mail of their own, with the
// organiser's address to answer to; reads on their own page that, when and why they were written to; and says
// there, or with one press in the mail, that they want no more.
//
//   asked ── in one transaction: letter, to whom, act ──▶ stored ── a job, one by one ──▶ all in the outbox
//
// The job queues a mail under the letter's id before it notes so, with an act for that viewer: after a stop
// it goes on where it was, the outbox knows who has one, and nobody gets it twice.
//
// The words lie in control.db, sealed under a key of the event's, and end with the event's data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "outbox/written.h"
#include "surfaces/events/needs.h"

namespace sql {
class Connection;
class Database;
class Row;
}  // namespace sql

namespace surfaces::events {

using LetterId = base::Id<struct LetterTag>;

struct Letter {
  LetterId id;
  base::PropertyNumber property;
  std::string purpose;
  std::string policy_version;
  base::Instant sent;
  base::MemberId by;
  std::int64_t people = 0;  ///< it was written to
  bool queued = false;      ///< the outbox has it for everybody
  outbox::Texts texts;      ///< at least one
  std::string organiser;    ///< who signs it
  std::string reply_to;     ///< the organiser's own address
};

inline constexpr std::string_view kLetterMail = "letter";

/// As they are kept. Any thread. Errors of all: what the stores answer.
class LetterStore {
 public:
  LetterStore(sql::Database& control, vault::KeyStore& keys) : control_(control), keys_(keys) {}

  /// Errors: Gone once the event's data have ended.
  base::Result<std::string> seal(const Letter& letter, base::Random& random);
  /// Inside a transaction of the caller's, with what `seal` gave. Errors: Conflict for an id that is there.
  static base::Result<void> add(sql::Connection& connection, const Letter& letter,
                                const std::vector<base::PersonId>& to, const std::string& sealed);
  /// Nothing for none, and for one whose words are gone.
  base::Result<std::optional<Letter>> find(LetterId id);
  /// The latest first, kLettersListed at most.
  base::Result<std::vector<Letter>> of_property(base::PropertyNumber property);
  base::Result<std::vector<Letter>> of_person(base::PersonId person);
  /// How many were sent after `since`, in all and to each.
  base::Result<std::int64_t> count_since(base::PropertyNumber property, base::Instant since);
  base::Result<std::map<base::PersonId, std::int64_t>> to_each_since(base::PropertyNumber property,
                                                                     base::Instant since);

  base::Result<std::vector<Letter>> to_queue();
  base::Result<std::vector<base::PersonId>> waits_for(LetterId id);
  /// To how many it was written who are still there.
  base::Result<std::int64_t> count_readers(LetterId id);
  static base::Result<void> note(sql::Connection& connection, LetterId id, base::PersonId person,
                                 const std::string& subject);
  base::Result<void> finish(LetterId id);

  base::Result<void> object(base::PropertyNumber property, base::PersonId person, base::Instant now);
  base::Result<void> lift_objection(base::PropertyNumber property, base::PersonId person);
  base::Result<std::set<base::PersonId>> objections(base::PropertyNumber property);
  base::Result<std::optional<base::Instant>> objected(base::PersonId person);

  base::Result<void> forget(base::PersonId person);
  base::Result<void> forget(base::PropertyNumber property);

 private:
  base::Result<std::optional<Letter>> read(const sql::Row& row);
  base::Result<std::vector<Letter>> read_all(const base::Result<std::vector<sql::Row>>& rows);

  sql::Database& control_;
  vault::KeyStore& keys_;
};

/// Puts what was stored into the outbox: a job.
base::Result<void> queue_letters(Needs& needs);

}  // namespace surfaces::events
