// To whom data went, and why. A controller that each property has for itself (an organiser) gets reports, and
// gets them on an *assignment* that is on record: which organisation, since when, for which purposes of the
// policy. Somebody who is no recipient of the policy gets data on one of the grounds that it declares,
// limited to what is named. Whatever goes out is a *disclosure* here, written in the same transaction as its
// act in the journal, before anything leaves.
//
// A row says nothing of anybody: of whom a disclosure was is a table of its own, from which whoever is erased
// goes. A report of a property is of everybody who was in it then.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/names.h"
#include "base/result.h"
#include "journal/journal.h"
#include "policy/permit.h"

namespace sql {
class Connection;
class Database;
class Row;
}  // namespace sql

namespace disclosure {

/// The ground of a report for an organiser; all others are of policy::Vocabulary::grounds.
inline constexpr std::string_view kAssignmentGround = "assignment";

struct Assignment {
  std::int64_t number = 0;
  base::PropertyNumber property;
  std::string organiser;              ///< the organisation, 1 … kOrganiserBytesMax bytes
  std::string reference;              ///< of the written agreement, at most kReferenceBytesMax; may be empty
  std::string agreed_on;              ///< YYYY-MM-DD
  std::string reply_to;               ///< where the organisation is written to; may be empty
  std::vector<std::string> purposes;  ///< of the policy; at least one
  std::string policy_version;
  base::Instant recorded;
  std::optional<base::Instant> ended;
};

/// What somebody agreed to with an organiser.
struct NewAssignment {
  base::PropertyNumber property;
  std::string organiser;
  std::string reference;
  std::string agreed_on;
  std::string reply_to = {};  ///< an e-mail address, at most kReplyToBytesMax; or nothing
};

using base::Subject;

struct Disclosure {
  std::int64_t number = 0;
  base::Instant at;
  std::optional<base::PropertyNumber> property;  ///< none when of people of several
  std::string ground;
  std::string receiver;
  std::string reference;              ///< of the assignment, the order or the request
  std::vector<std::string> purposes;  ///< of an assignment's report; else empty
  std::vector<std::string> data;      ///< of the policy
  std::string form;                   ///< "csv", "xlsx", "zip"
  std::int64_t people = 0;
  std::string policy_version;
  std::optional<base::MemberId> member;  ///< none when the program did it by itself
};

struct GroundTally {
  std::string ground;
  std::int64_t count = 0;
  base::Instant last;
};

/// Any thread. Errors of all: those of the database and the journal.
class Book {
 public:
  /// Migrates the database.
  static base::Result<std::unique_ptr<Book>> open(sql::Database& control, journal::Journal& journal,
                                                  const base::Clock& clock);

  // ---- assignments --------------------------------------------------------------------------------

  /// In the place of the one in force. Errors: Invalid ("organiser: …") outside the limits.
  base::Result<std::int64_t> assign(const NewAssignment& assignment, const policy::UsePermit& use,
                                    const journal::Actor& by);
  /// Nothing changes when none is in force.
  base::Result<void> end_assignment(base::PropertyNumber property, const journal::Actor& by);
  /// Of a property, the latest first; at most the first is in force.
  base::Result<std::vector<Assignment>> assignments(base::PropertyNumber property);
  base::Result<std::optional<Assignment>> in_force(base::PropertyNumber property);
  /// Of every property.
  base::Result<std::vector<Assignment>> all_in_force();

  // ---- what went out ------------------------------------------------------------------------------

  /// A report of `people` of the assignment's property, which holds these data.
  base::Result<std::int64_t> record(const Assignment& assignment, const policy::UsePermit& use,
                                    const std::vector<std::string>& data, std::string_view form,
                                    std::int64_t people, const journal::Actor& by);
  /// Data of chosen people, to somebody who is no recipient of the policy.
  base::Result<std::int64_t> record(const policy::DisclosurePermit& permit, std::string_view receiver,
                                    std::string_view reference, std::string_view form,
                                    const std::vector<Subject>& subjects, const journal::Actor& by);

  /// The latest first, those before `before` (0: from the latest). Errors: Invalid for a count outside 1 …
  /// kListMax.
  base::Result<std::vector<Disclosure>> list(std::int64_t before, int count);
  /// Reports of the property, and what went out of chosen people of it alone.
  base::Result<std::vector<Disclosure>> list_of(base::PropertyNumber property, std::int64_t before,
                                                int count);
  /// Where this person was chosen, the earliest first.
  base::Result<std::vector<Disclosure>> list_of(const Subject& subject);
  base::Result<std::vector<GroundTally>> tally();

  /// Of whom it was goes; that it was stays. Idempotent.
  base::Result<void> forget_person(base::PersonId person);
  base::Result<void> forget_property(base::PropertyNumber property);

 private:
  Book(sql::Database& control, journal::Journal& journal, const base::Clock& clock)
      : control_(control), journal_(journal), clock_(clock) {}
  base::Result<std::int64_t> add(sql::Connection& connection, const Disclosure& disclosure,
                                 const journal::Actor& by);
  base::Result<void> act(sql::Connection& connection, std::string_view kind,
                         std::optional<base::PropertyNumber> property, const journal::Actor& by,
                         std::string detail);

  sql::Database& control_;
  journal::Journal& journal_;
  const base::Clock& clock_;
};

}  // namespace disclosure
