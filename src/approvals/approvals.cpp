#include "approvals/approvals.h"

#include <fmt/format.h>

#include <algorithm>

#include "approvals/inside.h"
#include "approvals/limits.h"
#include "approvals/queries.h"
#include "base/check.h"
#include "base/contains.h"
#include "base/log.h"
#include "sql/database.h"
#include "texts/texts.h"

namespace approvals {

using base::Code;
using base::Result;

namespace {

bool has_both(const staff::Member& member, const staff::Permission& permission) {
  return member.permissions.has(permission) && member.permissions.has(staff::kApprove);
}

/// What it was asked for cannot be done any more, now or later.
bool is_final(Code code) {
  return code == Code::NotFound || code == Code::Gone || code == Code::Conflict || code == Code::Denied ||
         code == Code::Invalid;
}

}  // namespace

void Approvals::add(Act act) {
  CHECK(base::contains(policy::Vocabulary{}.four_eyes, act.name));
  CHECK(act_of(act.kind) == nullptr);
  CHECK(static_cast<bool>(act.execute) != static_cast<bool>(act.make));
  acts_.push_back(std::move(act));
}

const Act* Approvals::act_of(std::string_view kind) const {
  const auto found = std::ranges::find(acts_, kind, &Act::kind);
  return found == acts_.end() ? nullptr : &*found;
}

bool Approvals::waits(std::string_view act) const {
  return base::contains(needs_.policy.staff().four_eyes, act);
}

Result<void> Approvals::at(std::string_view point) const {
  return needs_.between ? needs_.between(point) : Result<void>{};
}

Result<Approval> Approvals::ask(std::string_view kind, std::string_view request,
                                std::optional<base::PropertyNumber> property, const staff::Member& by) {
  const auto* act = act_of(kind);
  if (act == nullptr) return base::fail(Code::Internal, "nobody carries out such a request");
  RETURN_IF_ERROR(staff::require(by, act->permission));
  RETURN_IF_ERROR(staff::require_fresh(by));
  if (request.size() > kRequestBytesMax)
    return base::fail(Code::Invalid, fmt::format("A request is at most {} bytes.", kRequestBytesMax));
  Approval approval{.id = ApprovalId::draw(needs_.random),
                    .organisation = by.organisation,
                    .act = act->name,
                    .kind = act->kind,
                    .property = property,
                    .asked_by = by.id,
                    .asked = needs_.clock.now(),
                    .until = needs_.clock.now() + kWaits,
                    .state = State::Waiting,
                    .decided_by = {},
                    .decided = {},
                    .request = std::string{request},
                    .reason = {}};
  {
    const base::Lock lock(mutex_);
    ASSIGN_OR_RETURN(const auto rows,
                     needs_.control.all(queries::waiting_of_member, {{"asked_by", base::to_text(by.id)}}));
    ASSIGN_OR_RETURN(const auto waiting, read_all(rows));
    for (const auto& one : waiting) {
      if (one.state == State::Waiting && one.kind == kind && one.request == request) return one;
    }
    if (std::ssize(waiting) >= kWaitingMax)
      return base::fail(Code::Conflict, fmt::format("{} requests of yours wait already.", kWaitingMax));
    RETURN_IF_ERROR(insert(approval, by.actor()));
  }
  RETURN_IF_ERROR(at("approval.asked"));
  RETURN_IF_ERROR(tell_deciders(approval));
  return approval;
}

// ---- who may what ---------------------------------------------------------------------------------------

bool Approvals::may_decide(const Approval& approval, const staff::Member& by) const {
  const auto* act = act_of(approval.kind);
  return act != nullptr && approval.state == State::Waiting && approval.asked_by != by.id &&
         approval.organisation == by.organisation && has_both(by, act->permission);
}

bool Approvals::may_withdraw(const Approval& approval, const staff::Member& by) const {
  return !is_closed(approval.state) && approval.asked_by == by.id;
}

bool Approvals::may_fetch(const Approval& approval, const staff::Member& by) const {
  const auto* act = act_of(approval.kind);
  return act != nullptr && act->make && approval.state == State::Approved && approval.asked_by == by.id &&
         by.permissions.has(act->permission);
}

Result<std::vector<Approval>> Approvals::list(const staff::Member& by) {
  ASSIGN_OR_RETURN(
      const auto rows,
      needs_.control.all(queries::approvals, {{"organisation", by.organisation.value}, {"count", kShown}}));
  std::vector<Approval> shown;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(auto one, read(row));
    if (is_shown(one, by)) shown.push_back(std::move(one));
  }
  return shown;
}

bool Approvals::is_shown(const Approval& approval, const staff::Member& by) const {
  const auto* act = act_of(approval.kind);
  if (approval.organisation != by.organisation) return false;
  return approval.asked_by == by.id || (act != nullptr && has_both(by, act->permission));
}

Result<Approval> Approvals::find(ApprovalId id, const staff::Member& by) {
  ASSIGN_OR_RETURN(auto approval, find_any(id));
  if (!is_shown(approval, by)) return base::fail(Code::NotFound, "There is no such request.");
  return approval;
}

Result<Description> Approvals::describe(const Approval& approval, base::Language language) {
  const auto* act = act_of(approval.kind);
  Description bare{.title = texts::word(language, "approval.act.", approval.act), .lines = {}};
  if (act == nullptr || approval.request.empty()) return bare;
  auto described = act->describe(approval.request, language);
  if (!described && is_final(described.error().code)) return bare;
  return described;
}

Result<std::vector<base::PersonId>> Approvals::deciders_of(const Approval& approval) {
  const auto* act = act_of(approval.kind);
  if (act == nullptr) return std::vector<base::PersonId>{};
  ASSIGN_OR_RETURN(auto people, needs_.people_who_may(staff::kApprove, approval.organisation));
  ASSIGN_OR_RETURN(const auto able, needs_.people_who_may(act->permission, approval.organisation));
  std::erase_if(people, [&](base::PersonId person) { return !base::contains(able, person); });
  const auto asker = needs_.person_of(approval.asked_by);
  if (!asker && asker.error().code != Code::NotFound) return base::fail(asker.error());
  if (asker) std::erase(people, *asker);
  return people;
}

Result<std::int64_t> Approvals::count_deciders(const Approval& approval) {
  ASSIGN_OR_RETURN(const auto people, deciders_of(approval));
  return std::ssize(people);
}

Result<std::int64_t> Approvals::count_waiting(const staff::Member& by) {
  if (!by.permissions.has(staff::kApprove)) return 0;
  ASSIGN_OR_RETURN(const auto rows, needs_.control.all(queries::open_approvals));
  std::int64_t waiting = 0;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(const auto one, read_open(row));
    if (may_decide(one, by)) ++waiting;
  }
  return waiting;
}

// ---- decisions ------------------------------------------------------------------------------------------

Result<Approval> Approvals::find_to_decide(ApprovalId id, const staff::Member& by) {
  ASSIGN_OR_RETURN(auto approval, find(id, by));
  if (approval.asked_by == by.id)
    return base::fail(Code::Denied, "A second person decides about what you asked yourself.");
  RETURN_IF_ERROR(staff::require(by, staff::kApprove));
  RETURN_IF_ERROR(staff::require_fresh(by));
  if (approval.state != State::Waiting)
    return base::fail(Code::Conflict, "This request does not wait any more.");
  return approval;
}

/// Takes it to its new state, which `approval` has already, and puts it on record.
Result<Approval> Approvals::close(Approval approval, State was, const journal::Actor& by) {
  RETURN_IF_ERROR(needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(move(connection, approval, was));
    return record(connection, to_text(approval.state), approval, by);
  }));
  return after(std::move(approval));
}

/// What a stop may leave out, and `run` does again.
Result<Approval> Approvals::after(Approval approval) {
  const auto* act = act_of(approval.kind);
  if (is_closed(approval.state) && act != nullptr && act->names_people) {
    RETURN_IF_ERROR(destroy_request(approval));
    approval.request.clear();
  }
  RETURN_IF_ERROR(tell_asker(approval));
  return approval;
}

Result<bool> Approvals::asker_may(const Approval& approval, const Act& act) {
  const auto asker = needs_.person_of(approval.asked_by);
  if (!asker && asker.error().code == Code::NotFound) return false;
  if (!asker) return base::fail(asker.error());
  ASSIGN_OR_RETURN(const auto able, needs_.people_who_may(act.permission, approval.organisation));
  return base::contains(able, *asker);
}

Result<Approval> Approvals::approve(ApprovalId id, const staff::Member& by) {
  ASSIGN_OR_RETURN(auto approval, find_to_decide(id, by));
  const auto* act = act_of(approval.kind);
  const auto waiting = approval;
  ASSIGN_OR_RETURN(const bool still_may, asker_may(approval, *act));
  if (!still_may) return end_for(waiting, {Code::Denied, "Who asked for it may not do this any more."}, by);
  const auto now = needs_.clock.now();
  approval.decided_by = by.id;
  approval.decided = now;
  approval.state = act->make ? State::Approved : State::Executed;
  if (act->make) approval.until = now + kFileWaits;
  std::optional<base::Error> impossible;
  const auto done = needs_.control.transact([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(move(connection, approval, State::Waiting));
    RETURN_IF_ERROR(record(connection, "approved", approval, by.actor()));
    if (act->make) return {};
    const auto executed = act->execute(connection, {approval.request, approval.asked_by, by});
    impossible = executed ? std::nullopt : std::optional{executed.error()};
    RETURN_IF_ERROR(executed);
    RETURN_IF_ERROR(at("approval.executing"));
    return record(connection, "executed", approval, by.actor());
  });
  if (!done && impossible && is_final(impossible->code)) return end_for(waiting, *impossible, by);
  if (!done) return base::fail(done.error());
  RETURN_IF_ERROR(at("approval.decided"));
  if (act->settle) RETURN_IF_ERROR(act->settle(approval.request));
  return after(std::move(approval));
}

Result<Approval> Approvals::end_for(Approval approval, const base::Error& error, const staff::Member& by) {
  const auto was = approval.state;
  approval.state = State::Failed;
  approval.reason = error.message;
  approval.decided_by = approval.decided_by.value_or(by.id);
  approval.decided = approval.decided.value_or(needs_.clock.now());
  return close(std::move(approval), was, by.actor());
}

Result<Approval> Approvals::refuse(ApprovalId id, std::string_view reason, const staff::Member& by) {
  if (reason.empty() || reason.size() > kReasonBytesMax)
    return base::fail(Code::Invalid, fmt::format("reason: 1 to {} bytes", kReasonBytesMax));
  ASSIGN_OR_RETURN(auto approval, find_to_decide(id, by));
  approval.state = State::Refused;
  approval.reason = reason;
  approval.decided_by = by.id;
  approval.decided = needs_.clock.now();
  return close(std::move(approval), State::Waiting, by.actor());
}

Result<Approval> Approvals::withdraw(ApprovalId id, const staff::Member& by) {
  ASSIGN_OR_RETURN(auto approval, find(id, by));
  if (approval.asked_by != by.id) return base::fail(Code::Denied, "Only who asked for it withdraws it.");
  if (is_closed(approval.state)) return base::fail(Code::Conflict, "This request does not wait any more.");
  const auto was = approval.state;
  approval.state = State::Withdrawn;
  return close(std::move(approval), was, by.actor());
}

Result<http::Response> Approvals::fetch(ApprovalId id, const staff::Member& by) {
  // One file at a time: a second fetch waits, and then finds it executed.
  const base::Lock lock(mutex_);
  ASSIGN_OR_RETURN(auto approval, find(id, by));
  const auto* act = act_of(approval.kind);
  if (approval.asked_by != by.id || act == nullptr || !act->make)
    return base::fail(Code::Denied, "Only who asked for a file fetches it.");
  RETURN_IF_ERROR(staff::require(by, act->permission));
  RETURN_IF_ERROR(staff::require_fresh(by));
  if (approval.state == State::Waiting) return base::fail(Code::Conflict, "Nobody has approved it yet.");
  if (approval.state != State::Approved)
    return base::fail(Code::Conflict, "This file was fetched already, or its time is over.");
  auto made = act->make({approval.request, approval.asked_by, by});
  if (!made && is_final(made.error().code)) {
    RETURN_IF_ERROR(end_for(approval, made.error(), by));
  }
  if (!made) return made;
  RETURN_IF_ERROR(at("approval.made"));
  approval.state = State::Executed;
  RETURN_IF_ERROR(close(std::move(approval), State::Approved, by.actor()));
  return made;
}

}  // namespace approvals
