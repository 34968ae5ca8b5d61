// What was done: every act on personal data, in the order in which it happened. The table `act` of the
// control database is only ever added to; the database itself refuses to change or delete a row. Each row is
// a leaf of a Merkle tree (journal/leaf.h), whose root is signed again and again (journal/publisher.h), so
// that whoever has an earlier signature and the public key sees any change, any gap and any other past.
//
// An act within one store is recorded as `Done`. An act over several stores is recorded twice: its `Intent`
// before the first store acts, and its `Result` afterwards, which names the intent. What starts after a crash
// asks for the intents without a result and finishes them; acts are idempotent.
//
// No leaf says whose data it was. An act's *subject* is a token drawn for that act alone; whoever has to find
// it again (the certificate of an erasure) keeps the token. Who acted, from where, and what else there is to
// say is sealed beside the leaf, in `act_detail` (XChaCha20-Poly1305, crypto/seal.h, with the act's number as
// associated data). The details of one property in one month have a key of their own, in the key store:
//
//   journal_<property, or 0>_<yyyymm>_<generation>
//
// so a property's details, or those of a month whose term has ended, go by destroying keys. Where a few of
// them have to go, the others are sealed anew under the next generation's key and the old key is destroyed:
// what lies in an old backup then opens with no key that there is. Leaves, tree and signatures are not
// touched by any of it. An intent without a result keeps its detail, which is needed to finish it, until it
// has one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "journal/keys.h"
#include "journal/leaf.h"
#include "sql/database.h"

namespace journal {

/// Who does something, and from where.
struct Actor {
  /// Nobody for what the program does by itself and for what a person does on their own page.
  std::optional<base::MemberId> member = {};
  /// The IP address that it was done from, whole: the journal keeps what `cut_address` leaves of it. Empty
  /// for what did not come by HTTP, and for what people do on their own pages.
  std::string address = {};
};

struct Act {
  /// `module.what_was_done`, at most kKindBytesMax of `[a-z0-9_.]`. Not sealed.
  std::string kind = {};
  std::optional<base::PropertyNumber> property = {};
  Actor by = {};
  /// Drawn by `draw_subject`, for this act alone. Not sealed.
  std::optional<SubjectToken> subject = {};
  /// Without personal data, at most kDetailBytesMax: numbers, names of fields, a ground. For an intent it
  /// holds what is needed to finish it.
  std::string detail = {};
};

struct Entry {
  ActNumber number = 0;
  base::Instant at;
  State state = State::Done;
  /// The intent that a result belongs to.
  std::optional<ActNumber> intent;
  /// Kind and subject alone once the detail is destroyed.
  Act act;
  bool detail_destroyed = false;
};

struct Filter {
  /// What is destroyed is no longer found by it.
  std::optional<base::PropertyNumber> property = {};
  std::optional<std::string> kind = {};
  /// Only entries with greater numbers.
  ActNumber after = 0;
  int count_max = 100;  ///< 1 … kListMax
};

/// What is looked for backwards, from the latest act.
struct Search {
  std::optional<base::PropertyNumber> property = {};
  /// Kinds that begin with this word and a dot: "staff".
  std::optional<std::string> module = {};
  std::optional<base::Instant> since = {};
  std::optional<base::Instant> until = {};
  /// Only entries with smaller numbers; the latest when absent.
  std::optional<ActNumber> before = {};
  int count_max = 100;  ///< 1 … kListMax
};

/// Any thread. Every function that changes something returns once it is on stable storage.
/// Errors: Invalid for a kind or detail outside the limits, those of sql/database.h and of the key source.
class Journal {
 public:
  /// Migrates the database, seals what an earlier version left open, and finishes destroying what was begun.
  static base::Result<std::unique_ptr<Journal>> open(sql::Database& control, KeySource& keys,
                                                     const base::Clock& clock, base::Random& random);

  SubjectToken draw_subject() const { return SubjectToken::draw(random_); }

  base::Result<ActNumber> record(const Act& act);

  base::Result<ActNumber> begin(const Act& act);
  /// Errors: NotFound for a number that is no intent. Finishing twice leaves one result: the number of the
  /// first is returned. `detail` says how it went; everything else is taken over from the intent.
  base::Result<ActNumber> finish(ActNumber intent, const std::string& detail = {});
  /// Intents without a result, oldest first.
  base::Result<std::vector<Entry>> unfinished();

  /// Oldest first. Errors: Invalid for a count outside 1 … kListMax.
  base::Result<std::vector<Entry>> list(const Filter& filter);
  /// The latest first. Errors: Invalid for a count outside 1 … kListMax, or a module that is no word.
  base::Result<std::vector<Entry>> newest(const Search& search);
  base::Result<std::int64_t> count();

  /// As `record`, inside a transaction of the caller's on the same control database: both happen or neither.
  base::Result<ActNumber> record(sql::Connection& connection, const Act& act);

  /// The leaves after that number, at most kListMax. Errors: Corrupt when the next one is missing.
  base::Result<std::vector<Leaf>> leaves(ActNumber after);

  /// Salt and detail of an act as they were committed to (journal/leaf.h): what shows somebody that this is
  /// what was done. Errors: NotFound, Gone once it is destroyed, Corrupt when it is not what was committed
  /// to.
  base::Result<base::Bytes> opening(ActNumber number);

  /// Destroys details for good; see the top. Each may be called again after it failed. Those of unfinished
  /// intents stay.
  base::Result<void> destroy_details_of(base::PropertyNumber property);
  /// Of the months that have ended before `end` and do not hold it.
  base::Result<void> destroy_details_before(base::Instant end);
  base::Result<void> destroy_details(const std::set<ActNumber>& numbers);

 private:
  Journal(sql::Database& control, KeySource& keys, const base::Clock& clock, base::Random& random)
      : control_(control), keys_(keys), clock_(clock), random_(random) {}
  struct KeyCache;
  base::Result<ActNumber> add(sql::Connection& connection, const Act& act, State state,
                              std::optional<ActNumber> intent);
  base::Result<ActNumber> add_at(sql::Connection& connection, const Act& act, State state,
                                 std::optional<ActNumber> intent, base::Instant at);
  base::Result<Entry> read_entry(const sql::Row& row, KeyCache& cache);
  base::Result<void> seal_what_is_open();
  base::Result<std::string> key_in_force(sql::Connection& connection, std::int64_t property,
                                         const std::string& month);
  base::Result<void> destroy(
      const std::function<base::Result<std::vector<std::string>>(sql::Connection&)>& choose_keys,
      const std::function<bool(ActNumber)>& is_doomed);
  base::Result<void> reseal(sql::Connection& connection, const std::string& key_name,
                            const std::function<bool(ActNumber)>& is_doomed);
  base::Result<void> finish_destroying();

  sql::Database& control_;
  KeySource& keys_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace journal
