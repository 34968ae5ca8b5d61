// Who waits to be confirmed, who gets what, and whose last subscription ended: ids and dates in control.db.
// Who they are is the vault's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "base/result.h"
#include "base/time.h"

namespace sql {
class Connection;
class Database;
class Row;
}  // namespace sql

namespace surfaces::updates {

/// Somebody who filled in the form and has not confirmed it yet.
struct Waiting {
  base::PersonId person;
  std::vector<std::string> names;  ///< of the updates
  base::SessionId session;         ///< of the answers that were given with the form
  /// The subscriber who gives another address.
  std::optional<base::PersonId> instead;
  base::Instant expires;
};

struct Subscription {
  base::PersonId person;
  std::string name;         ///< of the update
  base::SessionId session;  ///< of the consent that it rests on
  std::string policy_version;
  base::Instant since;
};

struct Ended {
  base::PersonId person;
  base::Instant at;
};

/// Any thread. Errors of all: what the database answers.
class Store {
 public:
  /// The migrations of queries.h must have run on `control`, which outlives this.
  explicit Store(sql::Database& control) : control_(control) {}

  base::Result<void> add_waiting(const Waiting& waiting);
  base::Result<std::optional<Waiting>> waiting_of(base::PersonId person);
  base::Result<std::vector<base::PersonId>> expired(base::Instant now);
  base::Result<std::vector<base::PersonId>> all_waiting();
  base::Result<void> remove_waiting(base::PersonId person);

  base::Result<std::vector<Subscription>> of(base::PersonId person);
  /// Of one update, begun by `until`; ordered by person.
  base::Result<std::vector<Subscription>> of(std::string_view update, base::Instant until);
  base::Result<std::map<std::string, std::int64_t>> counts();

  /// The subscription stands, and their marks are lifted; at once.
  base::Result<void> begin(const std::vector<Subscription>& subscriptions,
                           const std::vector<std::string>& marks);
  /// The subscriptions of these names are over and their marks stand; at once. Returns whether any is left.
  base::Result<bool> end(base::PersonId person, const std::vector<std::string>& names,
                         const std::vector<std::string>& marks, base::Instant now);

  base::Result<std::int64_t> count_marks();

  base::Result<std::vector<Ended>> ended();
  base::Result<std::optional<base::Instant>> ended_of(base::PersonId person);

  /// Nothing of this person, or of anybody, stays but marks.
  base::Result<void> forget(base::PersonId person);
  base::Result<void> forget_everybody();

 private:
  sql::Database& control_;
};

}  // namespace surfaces::updates
