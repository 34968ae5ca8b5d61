// What was done: every act on personal data, in the order in which it happened. The table `act` of the
// control database is only ever added to; the database itself refuses to change or delete a row.
//
// An act within one store is recorded as `Done`. An act over several stores is recorded twice: its `Intent`
// before the first store acts, and its `Result` afterwards, which names the intent. What starts after a crash
// asks for the intents without a result and finishes them; acts are idempotent.
//
// No row says whose data it was. An act's *subject* is a token drawn for that act alone; whoever has to find
// it again (the certificate of an erasure) keeps the token.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "sql/database.h"

namespace journal {

/// 1, 2, 3 … without a gap, in the order of recording.
using ActNumber = std::int64_t;
using SubjectToken = base::Id<struct SubjectTag>;

struct Act {
  /// `module.what_was_done`, at most kKindBytesMax of `[a-z0-9_.]`.
  std::string kind = {};
  std::optional<base::PropertyNumber> property = {};
  /// Who did it; nobody for what the program does by itself and for what a person does on their own page.
  std::optional<base::MemberId> member = {};
  /// Drawn by `draw_subject`, for this act alone.
  std::optional<SubjectToken> subject = {};
  /// Without personal data, at most kDetailBytesMax: numbers, names of fields, a ground. For an intent it
  /// holds what is needed to finish it.
  std::string detail = {};
};

enum class State { Done, Intent, Result };

struct Entry {
  ActNumber number = 0;
  base::Instant at;
  State state = State::Done;
  /// The intent that a result belongs to.
  std::optional<ActNumber> intent;
  Act act;
};

struct Filter {
  std::optional<base::PropertyNumber> property = {};
  std::optional<std::string> kind = {};
  /// Only entries with greater numbers.
  ActNumber after = 0;
  int count_max = 100;  ///< 1 … kListMax
};

/// Any thread. Every function returns once its entry is on stable storage.
/// Errors: Invalid for a kind or detail outside the limits, and those of sql/database.h.
class Journal {
 public:
  /// Migrates the database.
  static base::Result<std::unique_ptr<Journal>> open(sql::Database& control, const base::Clock& clock,
                                                     base::Random& random);

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
  base::Result<std::int64_t> count();

  /// As `record`, inside a transaction of the caller's on the same control database: both happen or neither.
  base::Result<ActNumber> record(sql::Connection& connection, const Act& act);

 private:
  Journal(sql::Database& control, const base::Clock& clock, base::Random& random)
      : control_(control), clock_(clock), random_(random) {}
  base::Result<ActNumber> add(sql::Connection& connection, const Act& act, State state,
                              std::optional<ActNumber> intent);

  sql::Database& control_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace journal
