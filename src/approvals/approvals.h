// Four eyes: what one member of staff asks for, a second one decides about. The request is stored as it was
// asked, both read what it will do in the same sentences, and what is carried out is the stored request.
//
//              ┌─ refuse ──▶ refused            ┌─ not possible any more ──▶ failed
//   ask ──▶ waiting ─── approve ──────────────▶ executed                     what is done at once
//              │                └──▶ approved ── fetch ──▶ executed          a file, by who asked
//              ├─ withdraw ─▶ withdrawn │
//              └─ time is over ─▶ expired ◀┘
//
// Once. What is done at the approval is done in the one transaction that takes the request out of `waiting`:
// a stop before its end leaves the request waiting and nothing done, and a stop after it leaves both done. A
// file leaves when the request has become `executed`: it is made before that, under a lock, so that a stop in
// between lets it be fetched again and nothing has left yet.
//
// A request lies sealed (crypto/seal.h) under a key of its own, approval_<id>; what somebody wrote who
// refused under another, refusal_<id>. They go when the property that they are about has ended, a year
// (kKept) after they were closed, and a request that says who somebody is as soon as nothing is left to do.
// The journal says that it was asked and what became of it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "approvals/act.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/mutex.h"
#include "base/random.h"
#include "journal/journal.h"
#include "outbox/outbox.h"
#include "policy/policy.h"

namespace sql {
class Database;
class Row;
}  // namespace sql
namespace vault {
class KeyStore;
}

namespace approvals {

using ApprovalId = base::Id<struct ApprovalTag>;

enum class State { Waiting, Approved, Executed, Refused, Withdrawn, Expired, Failed };
std::string_view to_text(State state);  ///< "waiting", …

struct Approval {
  ApprovalId id;
  /// Of who asked; nobody of another one sees it.
  base::OrganisationNumber organisation = base::kHouse;
  std::string act;
  std::string kind;
  std::optional<base::PropertyNumber> property;
  base::MemberId asked_by;
  base::Instant asked;
  base::Instant until;  ///< of waiting, or of fetching the file
  State state = State::Waiting;
  std::optional<base::MemberId> decided_by;
  std::optional<base::Instant> decided;
  std::string request;  ///< canonical JSON; empty once it is destroyed
  std::string reason;   ///< of who refused, or why it could not be done
};

/// A program stops at a point that it names, in tests (house.cpp).
using Between = std::function<base::Result<void>(std::string_view point)>;

/// All of them outlive the approvals.
struct Needs {
  sql::Database& control;
  vault::KeyStore& keys;
  const policy::Policy& policy;
  journal::Journal& journal;
  const base::Clock& clock;
  base::Random& random;
  /// Puts a mail of `mail_templates` into the queue.
  std::function<base::Result<void>(const outbox::Mail&)> mail;
  /// The vault's people behind every member of the organisation who may do this.
  std::function<base::Result<std::vector<base::PersonId>>(const staff::Permission&, base::OrganisationNumber)>
      people_who_may;
  /// Whether somebody behind a member wants to be told by mail that something waits. Empty: everybody does.
  std::function<base::Result<bool>(base::PersonId, base::OrganisationNumber)> wants_mail = {};
  /// Of a member. Errors: NotFound for who is no more.
  std::function<base::Result<base::PersonId>(base::MemberId)> person_of;
  Between between = {};
};

/// Any thread. Errors of all: what the databases answer.
class Approvals {
 public:
  /// Brings the tables up to date.
  static base::Result<std::unique_ptr<Approvals>> open(Needs needs);

  /// Before other threads begin. Requires: an act of the policy's vocabulary, a kind that is not there yet.
  void add(Act act);

  /// Whether the policy in force makes this act wait for a second person.
  bool waits(std::string_view act) const;

  /// Stores a request of that kind; the same one by the same member, while it waits, is not stored twice.
  /// Tells whoever may decide. Errors: Denied, StepUp, Invalid past kRequestBytesMax, Conflict past
  /// kWaitingMax.
  base::Result<Approval> ask(std::string_view kind, std::string_view request,
                             std::optional<base::PropertyNumber> property, const staff::Member& by);

  /// What the member asked, and what they may decide about; the latest first, kShown at most.
  base::Result<std::vector<Approval>> list(const staff::Member& by);
  /// Errors: NotFound, also for what is neither theirs nor theirs to decide.
  base::Result<Approval> find(ApprovalId id, const staff::Member& by);
  /// Of a request, in the reader's language; the name of the act alone where nothing more is known.
  base::Result<Description> describe(const Approval& approval, base::Language language);

  /// Whether the state and the member admit it.
  bool may_decide(const Approval& approval, const staff::Member& by) const;
  bool may_withdraw(const Approval& approval, const staff::Member& by) const;
  bool may_fetch(const Approval& approval, const staff::Member& by) const;
  /// How many may decide about it, beside who asked.
  base::Result<std::int64_t> count_deciders(const Approval& approval);
  /// How many wait for this member to decide.
  base::Result<std::int64_t> count_waiting(const staff::Member& by);

  /// Each answers with what became of it. Errors of all: NotFound, Conflict when it does not wait any more,
  /// Denied for one's own and without the permission, StepUp.
  base::Result<Approval> approve(ApprovalId id, const staff::Member& by);
  /// Errors: Invalid for a reason outside 1 … kReasonBytesMax.
  base::Result<Approval> refuse(ApprovalId id, std::string_view reason, const staff::Member& by);
  base::Result<Approval> withdraw(ApprovalId id, const staff::Member& by);
  /// The file, once, for who asked. Errors: Conflict before it is approved, when it was
  /// fetched and when its time is over; those of the act.
  base::Result<http::Response> fetch(ApprovalId id, const staff::Member& by);

  /// Every so often: ends what is too late, repeats what a stop left out, deletes what is old.
  base::Result<void> run();
  /// Deletes every request about it. Idempotent.
  base::Result<void> forget_property(base::PropertyNumber property);

 private:
  explicit Approvals(Needs needs) : needs_(std::move(needs)) {}
  const Act* act_of(std::string_view kind) const;
  bool is_shown(const Approval& approval, const staff::Member& by) const;
  base::Result<Approval> find_any(ApprovalId id);
  base::Result<Approval> find_to_decide(ApprovalId id, const staff::Member& by);
  base::Result<Approval> close(Approval approval, State was, const journal::Actor& by);
  /// Whether who asked is still there, and may still do it.
  base::Result<bool> asker_may(const Approval& approval, const Act& act);
  base::Result<Approval> end_for(Approval approval, const base::Error& error, const staff::Member& by);
  base::Result<Approval> after(Approval approval);
  base::Result<void> at(std::string_view point) const;

  /// Without what is sealed.
  base::Result<Approval> read_open(const sql::Row& row) const;
  base::Result<Approval> read(const sql::Row& row);
  base::Result<std::vector<Approval>> read_all(const std::vector<sql::Row>& rows);
  base::Result<void> insert(const Approval& approval, const journal::Actor& by);
  base::Result<void> move(sql::Connection& connection, const Approval& approval, State was);
  base::Result<void> record(sql::Connection& connection, std::string_view what, const Approval& approval,
                            const journal::Actor& by);
  base::Result<void> destroy_request(const Approval& approval);
  base::Result<void> remove(const Approval& approval);

  base::Result<std::vector<base::PersonId>> deciders_of(const Approval& approval);
  base::Result<void> tell_deciders(const Approval& approval);
  base::Result<void> tell_asker(const Approval& approval);

  Needs needs_;
  std::vector<Act> acts_;
  /// Of a file being made, and of a request being stored: one at a time.
  base::Mutex mutex_;
};

/// For the outbox. `origin`: what addresses begin with.
std::vector<outbox::Template> mail_templates(const std::string& origin);

}  // namespace approvals
