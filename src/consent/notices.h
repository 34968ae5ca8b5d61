// Every version of the policy that was ever in force here, as it was written, and from when: what a record of
// consent points at by its version, and what a notice shows as changed. A version is never altered. One that
// comes back after another begins anew under the same text.
//
// Table `notice` of control.db holds each text once, `notice_period` a row for each time that one began.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"
#include "policy/policy.h"

namespace sql {
class Database;
}

namespace consent {

/// One time that a version was in force; the next one's `begun` is its end.
struct NoticePeriod {
  std::int64_t number = 0;  ///< from 1, in the order of time
  std::string version;      ///< policy::Policy::version
  base::Instant begun;
  std::string text;  ///< the policy as it was written
};

/// Any thread. Errors of all: what the database answers.
class Notices {
 public:
  /// Both must outlive this; the migrations of queries.h must have run on `control`.
  Notices(sql::Database& control, const base::Clock& clock) : control_(control), clock_(clock) {}

  /// The policy is in force from now on. True when another was before, or none. Durable when it returns.
  base::Result<bool> begin(const policy::Policy& policy, std::string_view yaml);

  /// Oldest first.
  base::Result<std::vector<NoticePeriod>> periods();

  /// What was written, to the letter; none for a version that never was in force here.
  base::Result<std::optional<std::string>> text(std::string_view version);

 private:
  sql::Database& control_;
  const base::Clock& clock_;
};

}  // namespace consent
