// Something that went wrong with data, or may have, and the table of it (GDPR 33(5): every breach is on
// record).
//
// The tables `incident` and `incident_duty` of control.db tell what the clocks need. What happened, reasons,
// letters and whom else they go to is JSON sealed in the column `sealed`, under the incident's own key
// incident_<id> of the property of requests. `incident_letter` says whom a letter goes to and how far it is:
// the vault's random ids, no names. `incident_notice` keeps each notification to the authority as it was.
//
//   suspected ──▶ detected ──▶ ongoing ──▶ halted ──▶ concluded         (states as in W3C's DPV)
//
// Once it has been closed for as long as the policy keeps what people write, what may name somebody goes
// (`end_texts`); what stays is sealed under the key register_<id>.
//
// An incident is open until it is closed, which takes an assessment, a decision on each duty to tell
// somebody, those duties done, and whatever the policy wants on record (`breach: closed-with`).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/language.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "journal/leaf.h"
#include "policy/rights.h"

namespace sql {
class Connection;
class Database;
class Row;
}  // namespace sql
namespace vault {
class KeyName;
class KeyStore;
}  // namespace vault

namespace rights {

using IncidentId = base::Id<struct IncidentTag>;

enum class IncidentState : std::uint8_t { Suspected, Detected, Ongoing, Halted, Concluded };
std::string_view to_text(IncidentState state);  ///< "suspected", …
std::optional<IncidentState> parse_incident_state(std::string_view name);

/// What it may do to people. `None`: no personal data were concerned.
enum class Risk : std::uint8_t { Unassessed, None, Unlikely, Some, High };
std::string_view to_text(Risk risk);  ///< "unassessed", "none", "unlikely", "some", "high"
std::optional<Risk> parse_risk(std::string_view name);

/// Who found it.
enum class Finder : std::uint8_t { Staff, Page, Mail };
std::string_view to_text(Finder finder);  ///< "staff", "page", "mail"

/// What was lost, of the three things that security keeps (EDPB 9/2022, §17).
inline constexpr std::array<std::string_view, 3> kLosses{"confidentiality", "integrity", "availability"};
/// Why people are not told although the risk is high: GDPR 34(3)(a) to (c).
inline constexpr std::array<std::string_view, 3> kExceptions{"unintelligible", "measures",
                                                             "disproportionate"};

/// A duty of the policy to tell somebody, and what became of it.
struct Duty {
  policy::Told whom = policy::Told::Authority;
  base::Instant due;
  std::optional<bool> tell;  ///< none: not decided
  std::optional<base::Instant> decided;
  std::optional<base::Instant> done;
  std::string reasons;
  std::string exception;  ///< of kExceptions, or empty
  /// How it was done where no letter of ours did it: the authority's reference, a notice in the paper.
  std::string how;
  std::string late_reasons;

  bool is_open() const { return !done && tell != std::optional{false}; }
  bool is_overdue(base::Instant now) const { return is_open() && now > due; }
  bool operator==(const Duty&) const = default;
};

/// What is told to the people concerned, in one language (GDPR 34(2)).
struct Letter {
  std::string happened;
  std::string consequences;
  std::string measures;
  bool is_whole() const { return !happened.empty() && !consequences.empty() && !measures.empty(); }
  bool operator==(const Letter&) const = default;
};

/// A controller whose data it were: a client.
struct Client {
  std::string name;
  std::string address;
  base::Language language = base::Language::Nl;
  bool operator==(const Client&) const = default;
};

/// Which data it reached. Empty lists stand for all there is.
struct Reach {
  std::vector<std::string> properties;  ///< slugs
  std::vector<std::string> data;        ///< of the policy
  /// Acts of the journal that it happened by: an export, a look. Empty: the store itself was reached.
  std::vector<journal::ActNumber> acts;
  bool operator==(const Reach&) const = default;
};

/// A closed incident was opened again.
struct Reopening {
  base::Instant at;
  std::string reasons;
  bool operator==(const Reopening&) const = default;
};

/// What is sealed beside an incident.
struct Account {
  std::string what;
  std::string found_by;
  std::vector<std::string> losses;  ///< of kLosses
  Reach reach;
  std::string consequences;
  std::string measures_before;
  std::string measures;
  std::string risk_reasons;
  std::string remedy;
  std::string policy_decision;
  std::vector<Client> clients;
  std::map<base::Language, Letter> letters;
  std::vector<Reopening> reopened;
  /// How many people were to be told, and of how many that could no longer be found out.
  std::int64_t people = 0;
  std::int64_t people_gone = 0;
  bool operator==(const Account&) const = default;
};

struct Incident {
  IncidentId id;
  IncidentState state = IncidentState::Detected;
  Finder finder = Finder::Staff;
  /// Who reported it, in the property of requests; none where they did not say, or the policy has no place
  /// for it.
  std::optional<base::PersonId> reporter;
  Risk risk = Risk::Unassessed;
  base::Language language = base::Language::Nl;  ///< that it is told in
  std::string policy_version;
  base::Instant opened;
  base::Instant aware;  ///< from when the clocks run
  std::optional<base::Instant> from;
  std::optional<base::Instant> until;
  std::optional<base::Instant> closed;
  std::optional<base::Instant> texts_ended;  ///< what people wrote is gone since then
  std::vector<Duty> duties;                  ///< in the order of policy::Told
  Account account;

  bool is_open() const { return !closed; }
  const Duty* duty(policy::Told whom) const;
  Duty* duty(policy::Told whom);
};

/// A letter to one person, and how far it is: "due", then as outbox::Sent::state.
struct LetterRow {
  base::PropertyNumber property;
  base::PersonId person;
  std::string state;
  base::Instant at;
};

/// A notification to the authority, as it was made.
struct Notice {
  std::string phase;  ///< of kNoticePhases
  base::Instant at;
  std::string reference;
  std::string document;     ///< JSON, as notification.h writes it; empty once the incident's texts have ended
  std::int64_t number = 0;  ///< given by the store, in their order
};
/// GDPR 33(4): in phases where not everything is known yet.
inline constexpr std::array<std::string_view, 3> kNoticePhases{"preliminary", "supplement", "complete"};

struct IncidentTally {
  std::int64_t open = 0;
  std::int64_t overdue = 0;  ///< duties whose time is over
};

/// The facts, effects and remedy of a breach, which stay on record (GDPR 33(5)): without what happened in
/// somebody's words, who found it, clients, letters, reasons and references.
Incident left_of(const Incident& incident);

/// Any thread. Errors of all: what the databases answer.
class IncidentStore {
 public:
  /// What has to happen together with a change: its act in the journal, the letters it decides on.
  using Together = std::function<base::Result<void>(sql::Connection&)>;

  /// All outlive the store; the migrations of queries.h must have run on `control`.
  IncidentStore(sql::Database& control, vault::KeyStore& keys, base::Random& random,
                base::PropertyNumber scope)
      : control_(control), keys_(keys), random_(random), scope_(scope) {}

  base::Result<void> add(const Incident& incident, const Together& together);
  /// Errors: NotFound.
  base::Result<void> update(const Incident& incident, const Together& together);
  /// Errors: NotFound.
  base::Result<Incident> find(IncidentId id);
  /// Open ones first, the soonest due at their head; at most kListMax.
  base::Result<std::vector<Incident>> list();
  base::Result<std::vector<Incident>> open_ones();
  base::Result<std::vector<Incident>> closed_before(base::Instant at);
  /// What may name people goes, with whom letters went to and what the notifications said: only what
  /// `left_of` leaves stays, under another key. The old key is destroyed, so that no old copy opens either.
  /// May be done again after a crash.
  base::Result<void> end_texts(const Incident& incident, base::Instant now, const Together& together);
  base::Result<IncidentTally> tally(base::Instant now);

  /// A letter that is there already stays as it is.
  base::Result<void> add_letter(sql::Connection& connection, IncidentId id, const LetterRow& letter);
  base::Result<void> set_letter(IncidentId id, const LetterRow& letter);
  base::Result<std::vector<LetterRow>> letters(IncidentId id);
  /// How many letters are in each state.
  base::Result<std::map<std::string, std::int64_t>> letter_counts(IncidentId id);
  /// Their letters go, and that they reported something.
  base::Result<void> forget_person(base::PersonId person);
  base::Result<void> forget_property(base::PropertyNumber property);

  base::Result<void> add_notice(sql::Connection& connection, IncidentId id, const Notice& notice);
  base::Result<std::vector<Notice>> notices(const Incident& incident);

 private:
  base::Result<std::string> seal(const vault::KeyName& name, IncidentId id, std::string_view plain);
  base::Result<std::string> open_sealed(const vault::KeyName& name, IncidentId id, std::string_view sealed);
  vault::KeyName key_of(IncidentId id, bool texts_ended) const;
  base::Result<void> write_duties(sql::Connection& connection, const Incident& incident);
  base::Result<Incident> read(const sql::Row& row);
  base::Result<std::vector<Incident>> read_all(const base::Result<std::vector<sql::Row>>& rows);

  sql::Database& control_;
  vault::KeyStore& keys_;
  base::Random& random_;
  base::PropertyNumber scope_;
};

}  // namespace rights
