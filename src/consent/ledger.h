// The consent ledger: what each viewer was asked, in which exact words, and what they answered. Rows are
// only ever added; the last row of a session and purpose that is an answer is what holds. Who a viewer number
// is, only the vault knows.
//
// Table `consent` of control.db holds one row per answer; `consent_text` holds each shown text once, under
// its SHA-256. Both survive the policy that they come from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/language.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "consent/signal.h"
#include "policy/permit.h"
#include "policy/policy.h"

namespace sql {
class Connection;
class Database;
class Row;
}  // namespace sql

namespace consent {

/// Asked: the question was shown and not answered. Lapsed: given, and then the purpose changed.
enum class State : std::uint8_t { Asked, Refused, Given, Withdrawn, Lapsed };
std::string_view to_text(State state);  ///< "asked", "refused", …

/// What somebody did about one purpose in one session.
struct Answer {
  base::PropertyNumber property;
  base::SessionId session;
  base::ViewerNumber viewer;  ///< 0 when nobody's
  std::string purpose;
  State state = State::Asked;  ///< Asked, Refused or Given
  Method method = Method::Button;
  base::Language language = base::Language::Nl;
  std::string notice;  ///< Policy::version that the page showed
};

/// A row as it was written.
struct Entry {
  std::string id;
  base::PropertyNumber property;
  base::SessionId session;
  base::ViewerNumber viewer;
  std::string purpose;
  State state = State::Asked;
  Method method = Method::Button;
  base::Language language = base::Language::Nl;
  std::string policy_version;
  std::string fingerprint;  ///< of the purpose as it was shown
  std::string text;         ///< exactly what was shown
  base::Instant at;
};

/// How many questions stand answered so, under one version of the policy.
struct Count {
  std::string policy_version;
  State state = State::Asked;
  std::int64_t sessions = 0;
};

/// Any thread.
class Ledger {
 public:
  /// All three must outlive the ledger. The migrations of queries.h must have run on `control`.
  Ledger(sql::Database& control, const base::Clock& clock, base::Random& random)
      : control_(control), clock_(clock), random_(random) {}

  /// Durable before it returns. Gives a proof when, and only when, the answer is Given. Refused where it was
  /// given before is written as Withdrawn, so stop the session's measuring as for `withdraw`.
  /// Errors: NotFound for a purpose that does not rest on consent in `policy`; Conflict when the page showed
  /// another version than `policy` (ask again), or when the session is another property's or viewer's; Gone
  /// when the session has withdrawn this purpose and answers Given, since a withdrawn session stays so and a
  /// page that measures again opens a new one; TooMany past kRowsPerSessionMax; Invalid for a state that no
  /// answer has, or a Given or Asked by a browser's signal.
  base::Result<std::optional<policy::ConsentProof>> record(const policy::Policy& policy,
                                                           const Answer& answer);

  /// Takes back what the session has given, every purpose of it. Durable before it returns; withdrawing
  /// what was not given is no error. Returns how many purposes were withdrawn.
  base::Result<int> withdraw(base::SessionId session, Method method = Method::Switch);

  /// A proof for what the session gave and still holds: not withdrawn, not lapsed, and the purpose reads
  /// now as it read then. None otherwise.
  base::Result<std::optional<policy::ConsentProof>> proof(const policy::Policy& policy,
                                                          base::SessionId session, std::string_view purpose);

  /// Whether `lapse_changed` would let anything lapse.
  base::Result<bool> any_changed(const policy::Policy& policy, base::PropertyNumber property);

  /// A new policy is in force for the property: whatever was given for a purpose that has changed or gone
  /// gets a row Lapsed. Idempotent. Returns how many lapsed.
  base::Result<int> lapse_changed(const policy::Policy& policy, base::PropertyNumber property);

  /// Oldest first. Viewer 0 has no history of their own: none is returned.
  base::Result<std::vector<Entry>> history(base::PropertyNumber property, base::ViewerNumber viewer);
  base::Result<std::vector<Entry>> of_session(base::SessionId session);

  /// How everything that is kept stands now, by version in their order. Tells of nobody.
  base::Result<std::vector<Count>> counts();

  /// Erasure: nothing of this viewer, or of anybody in this property, stays. Shown texts stay, since they are
  /// the policy's. Their bytes go with `sql::Database::scrub`. Returns how many rows went. Viewer 0 is
  /// nobody.
  base::Result<std::int64_t> forget(base::PropertyNumber property, base::ViewerNumber viewer);
  base::Result<std::int64_t> forget(base::PropertyNumber property);

 private:
  struct Row;
  /// Adds the row under a new id, and keeps its text.
  base::Result<void> add(sql::Connection& connection, const Row& row);
  /// Adds to each of the given rows one with `state`.
  base::Result<int> end(sql::Connection& connection, std::vector<Row> given, State state,
                        std::optional<Method> method);
  static base::Result<Row> read(const sql::Row& row);
  /// What the property's sessions hold of consents for purposes that have changed or gone.
  static base::Result<std::vector<Row>> changed(sql::Connection& connection, const policy::Policy& policy,
                                                base::PropertyNumber property);
  static base::Result<std::vector<Row>> read_all(const base::Result<std::vector<sql::Row>>& rows);
  static base::Result<std::vector<Entry>> entries(const base::Result<std::vector<sql::Row>>& rows);
  /// Numbers the row and says whether it may be added; a refusal of what was given becomes a withdrawal.
  base::Result<void> admit(sql::Connection& connection, Row& row);

  sql::Database& control_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace consent
