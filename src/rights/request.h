// A request of somebody about their data, and the table of them.
//
// The table `request` of control.db tells what was asked, when, and how far it is; it identifies nobody.
// Name, address and words of the requester are fields of a person of its own in the vault, under the property
// kept for requests. What else belongs to a request (whose data it is about, reasons, an organisation to hand
// over to) is JSON sealed in the column `sealed` under the request's own key, request_<id> of that property.
//
//   received ──▶ identified ──▶ decided ──▶ closed
//       │  ▲          ▲
//       ▼  │          │
//      waiting ───────┘        an officer asked for a proof; the clock stands still
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/language.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"

namespace sql {
class Database;
class Row;
}  // namespace sql
namespace vault {
class KeyStore;
}

namespace rights {

using RequestId = base::Id<struct RequestTag>;

enum class State : std::uint8_t { Received, Waiting, Identified, Decided, Closed };
std::string_view to_text(State state);  ///< "received", …
std::optional<State> parse_state(std::string_view name);

/// How it came in.
enum class Channel : std::uint8_t { Page, OwnPage, Mail, Hand };
std::string_view to_text(Channel channel);  ///< "page", "own_page", "mail", "hand"
std::optional<Channel> parse_channel(std::string_view name);

using base::Subject;

/// What is sealed beside a request.
struct Details {
  std::vector<Subject> subjects;
  /// What a request by mail lacked, of "date", "signature", "identity".
  std::vector<std::string> missing;
  /// To whom it is handed over.
  std::string organisation;
  std::string organisation_address;
  std::string reasons;  ///< of the decision
  std::string extension_reasons;
  std::vector<std::string> purposes;  ///< objected to
  std::string proof_type;             ///< of the proof's file; empty: there is none
  std::vector<std::string> certificates;
  bool operator==(const Details&) const = default;
};

struct Request {
  RequestId id;
  base::PersonId person;  ///< the requester, in the property of requests
  std::string right;      ///< of the policy; empty until an officer says which
  State state = State::Received;
  Channel channel = Channel::Page;
  base::Language language = base::Language::Nl;
  std::string policy_version;
  base::Instant received;
  base::Instant due;
  std::optional<base::Instant> extended;  ///< when it was
  std::optional<base::Instant> paused;    ///< since when the clock stands still
  std::optional<base::Instant> identified;
  std::string identified_by;  ///< "code", "document", "member"; empty: not yet
  std::optional<base::Instant> decided;
  std::optional<bool> granted;
  std::optional<base::Instant> answer_until;  ///< an answer lies ready until then
  bool restricts = false;                     ///< a restriction or an objection of it is in force
  Details details;

  bool is_open() const { return state != State::Decided && state != State::Closed; }
  /// Nobody is waited for and the time is over.
  bool is_overdue(base::Instant now) const { return is_open() && !paused && now > due; }
};

/// What the clocks say at a glance.
struct Tally {
  std::int64_t open = 0;
  std::int64_t overdue = 0;
};

/// Any thread. Errors of all: what the databases answer.
class Store {
 public:
  /// All outlive the store; the migrations of queries.h must have run on `control`.
  Store(sql::Database& control, vault::KeyStore& keys, base::Random& random, base::PropertyNumber scope)
      : control_(control), keys_(keys), random_(random), scope_(scope) {}

  base::Result<void> add(const Request& request);
  base::Result<void> update(const Request& request);
  /// Errors: NotFound.
  base::Result<Request> find(RequestId id);
  base::Result<Request> of_person(base::PersonId person);
  /// They asked or reported something, and are no mailbox that the desk writes to.
  base::Result<bool> has_written(base::PersonId person);
  /// Soonest due first, at most kListMax; done ones last.
  base::Result<std::vector<Request>> list();
  base::Result<Tally> tally(base::Instant now);
  /// Its key is destroyed: its details are empty from then on.
  base::Result<void> forget_details(RequestId id);

  // Restrictions and objections: what nobody may do with somebody's data any more.
  base::Result<void> restrict(const Request& request, const Subject& subject, base::ViewerNumber viewer,
                              base::Instant now);
  base::Result<void> lift(RequestId id, base::Instant now);
  base::Result<bool> is_restricted(base::PersonId person);
  base::Result<bool> is_restricted(base::PropertyNumber property, base::ViewerNumber viewer);
  base::Result<void> forget_person(base::PersonId person);
  base::Result<void> forget_property(base::PropertyNumber property);

 private:
  base::Result<std::string> seal(const Request& request);
  base::Result<Request> read(const sql::Row& row);

  sql::Database& control_;
  vault::KeyStore& keys_;
  base::Random& random_;
  base::PropertyNumber scope_;
};

}  // namespace rights
