// When each stored thing ends. For every datum of the policy in force and every property it says the moment
// that the term counts from, the moment it ends, what happens then, and whether that has been done.
//
// What was done is in the table `retention_run` of the control database: a row per property and datum,
// written when the act is finished. Due dates are never stored ahead: they follow the policy and the
// property's end, and an end that moves moves them.
//
// A term that counts from "stored" ends for each value by itself: such a datum has no date of its own here
// (`due` is none and `each_by_itself` is true). A datum whose term counts from something that no surface
// ends, or that nothing here can remove piece by piece, is told apart (`kept` is false): nothing of it is
// stored, or the policy promises what the program cannot do, and `policy check` says so too.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/names.h"
#include "base/result.h"
#include "policy/policy.h"
#include "retention/surface.h"

namespace sql {
class Database;
}

namespace retention {

struct Due {
  End end;  ///< property, what ends, when, title
  std::string datum;
  policy::Kind kind = policy::Kind::Fields;
  policy::Term term;
  policy::Afterwards then = policy::Afterwards::Erase;
  bool kept = true;
  bool each_by_itself = false;
  std::optional<base::Instant> due = {};
  std::optional<base::Instant> executed = {};
};

/// What became of a property, or will.
struct Fate {
  /// The next moment at which something of it goes: erased or made anonymous. None when nothing is left, or
  /// when its end is not known yet.
  std::optional<base::Instant> next;
  /// Behaviour is anonymous, or gone, since then.
  std::optional<base::Instant> anonymous_since;
  /// Nobody's data is left, and no key, since then.
  std::optional<base::Instant> ended;
};

struct ScheduleNeeds {
  sql::Database& control;
  const policy::Policy& policy;
  /// May be filled after construction, before anything is called.
  const std::vector<Surface>& surfaces;
};

/// Any thread. Errors of all: what the databases and surfaces answer.
class Schedule {
 public:
  /// The migrations of queries.h must have run on `control`.
  explicit Schedule(ScheduleNeeds needs) : needs_(needs) {}

  /// Everything, by due date; what has none comes last.
  base::Result<std::vector<Due>> all();
  base::Result<std::vector<Due>> of(base::PropertyNumber property);
  /// What is due by `now` and not executed.
  base::Result<std::vector<Due>> due(base::Instant now);
  base::Result<Fate> fate(base::PropertyNumber property);

 private:
  base::Result<std::vector<Due>> collect(std::optional<base::PropertyNumber> property);
  ScheduleNeeds needs_;
};

}  // namespace retention
