// What an officer does with a request, and the program by itself when time has passed.
#include <fmt/format.h>

#include "rights/clock.h"
#include "rights/desk.h"
#include "rights/limits.h"
#include "rights/permissions.h"
#include "vault/vault.h"

namespace rights {
namespace {

using base::Code;
using base::Result;

Result<void> check_reasons(std::string_view reasons) {
  if (reasons.empty()) return base::fail(Code::Invalid, "reasons: the requester is told why");
  if (reasons.size() > kReasonsBytesMax) return base::fail(Code::TooLarge, "reasons: at most 8 KiB");
  return {};
}

Result<void> must_be_open(const Request& request) {
  if (!request.is_open()) return base::fail(Code::Conflict, "This request was decided.");
  return {};
}

}  // namespace

Result<void> Desk::record_read(const Request& request, const journal::Actor& by) {
  return record(request, "request_read", by);
}

Result<void> Desk::name_right(Request request, std::string_view right, const journal::Actor& by) {
  RETURN_IF_ERROR(must_be_open(request));
  if (needs_.policy.rights().find(right) == nullptr)
    return base::fail(Code::Invalid, "right: the policy has no such right");
  request.right = right;
  if (!request.extended) {
    ASSIGN_OR_RETURN(request.due, due_of(needs_.policy, right, request.received));
  }
  RETURN_IF_ERROR(store_.update(request));
  return record(request, "right_named", by, request.right);
}

Result<void> Desk::ask_identity(Request request, const journal::Actor& by) {
  if (request.state != State::Received)
    return base::fail(Code::Conflict, "A proof is asked for while a request is new.");
  request.state = State::Waiting;
  request.paused = needs_.clock.now();
  RETURN_IF_ERROR(store_.update(request));
  RETURN_IF_ERROR(record(request, "identity_asked", by));
  return mail(request, "request_identity", "identity");
}

Result<void> Desk::judge_identity(Request request, bool established, const journal::Actor& by) {
  RETURN_IF_ERROR(must_be_open(request));
  if (request.state == State::Identified)
    return base::fail(Code::Conflict, "Who this is was established already.");
  if (!established) {
    RETURN_IF_ERROR(files_.destroy(kProof, request.id));
    request.details.proof_type.clear();
    RETURN_IF_ERROR(store_.update(request));
    return record(request, "identity_refused", by);
  }
  const auto* field = request_fields(needs_.policy).address;
  ASSIGN_OR_RETURN(const auto person, needs_.vault.read_fields(request.person));
  const auto* address = field == nullptr ? nullptr : person.find(field->name);
  if (request.details.subjects.empty() && address != nullptr) {
    ASSIGN_OR_RETURN(request.details.subjects, find_subjects(*address));
  }
  return judge(std::move(request), "document", by);
}

Result<std::string> Desk::show_proof(const Request& request, const journal::Actor& by) {
  if (request.details.proof_type.empty()) return base::fail(Code::NotFound, "There is no proof here.");
  ASSIGN_OR_RETURN(auto content, files_.read(kProof, request.id));
  RETURN_IF_ERROR(record(request, "proof_seen", by));
  return content;
}

Result<void> Desk::extend(Request request, std::string_view reasons, const journal::Actor& by) {
  RETURN_IF_ERROR(must_be_open(request));
  RETURN_IF_ERROR(check_reasons(reasons));
  const auto now = needs_.clock.now();
  ASSIGN_OR_RETURN(const auto told_by, extension_told_by(needs_.policy, request.received));
  if (request.extended || now > told_by || request.is_overdue(now))
    return base::fail(Code::Conflict,
                      "A request is extended once, within the first month, and before it is late.");
  ASSIGN_OR_RETURN(request.due, extended_due(needs_.policy, request.received));
  request.extended = now;
  request.details.extension_reasons = reasons;
  RETURN_IF_ERROR(store_.update(request));
  RETURN_IF_ERROR(record(request, "extended", by, base::to_rfc3339(request.due)));
  return mail(request, "request_extended", "extended");
}

Result<void> Desk::decide(Request request, const Verdict& verdict, const journal::Actor& by) {
  RETURN_IF_ERROR(must_be_open(request));
  if (request.right.empty()) return base::fail(Code::Conflict, "Say first which right this is about.");
  if (!verdict.grant) RETURN_IF_ERROR(check_reasons(verdict.reasons));
  if (verdict.reasons.size() > kReasonsBytesMax) return base::fail(Code::TooLarge, "reasons: at most 8 KiB");
  if (verdict.grant && request.state != State::Identified)
    return base::fail(Code::Conflict, "Establish first who this is.");
  const auto now = needs_.clock.now();
  if (verdict.grant) RETURN_IF_ERROR(carry_out(request, verdict));
  RETURN_IF_ERROR(files_.destroy(kProof, request.id));
  request.details.proof_type.clear();
  request.details.reasons = verdict.reasons;
  request.paused.reset();
  request.state = State::Decided;
  request.decided = now;
  request.granted = verdict.grant;
  RETURN_IF_ERROR(store_.update(request));
  RETURN_IF_ERROR(record(request, verdict.grant ? "granted" : "refused", by, request.right));
  return mail(request, verdict.grant ? "request_granted" : "request_refused", "decided");
}

Result<void> Desk::lift(Request request, const journal::Actor& by) {
  if (!request.restricts) return base::fail(Code::Conflict, "Nothing of this request is in force.");
  RETURN_IF_ERROR(store_.lift(request.id, needs_.clock.now()));
  request.restricts = false;
  RETURN_IF_ERROR(store_.update(request));
  RETURN_IF_ERROR(record(request, "restriction_lifted", by));
  // GDPR 18(3): told before it is lifted; the mail is queued in the same breath.
  return mail(request, "request_lifted", "lifted");
}

// ---- by itself ------------------------------------------------------------------------------------------

Result<void> Desk::look_at_clocks() {
  ASSIGN_OR_RETURN(const auto requests, store_.list());
  const auto now = needs_.clock.now();
  for (const auto& request : requests) {
    if (request.is_open() && !request.paused) RETURN_IF_ERROR(remind(request));
    if (request.state == State::Decided && request.answer_until && now > *request.answer_until)
      RETURN_IF_ERROR(end_answer(request));
  }
  return {};
}

Result<void> Desk::remind(const Request& request) {
  const auto stage = stage_at(request.received, request.due, needs_.clock.now());
  if (stage == Stage::Calm) return {};
  const auto* right = right_of(needs_.policy, request.right);
  return mail_role(
      right == nullptr ? "officer" : right->by, kAnswerRequests,
      stage == Stage::Overdue ? "request_overdue" : "request_reminder",
      {{"request", base::to_text(request.id)}},
      fmt::format("{}-{}-{}", base::to_text(request.id), to_text(stage), base::to_ms(request.due)));
}

Result<void> Desk::mail_role(std::string_view role, const staff::Permission& permission,
                             std::string_view template_name, const outbox::Values& parameters,
                             std::string once) {
  const auto& parties = needs_.policy.parties();
  const auto& party = role == "controller"  ? parties.controller
                      : role == "processor" ? parties.processor
                                            : parties.officer;
  const auto queue = [&](base::PersonId person, base::PropertyNumber property) -> Result<void> {
    RETURN_IF_ERROR(needs_.outbox.queue({.person = person,
                                         .property = property,
                                         .template_name = std::string{template_name},
                                         .parameters = parameters,
                                         .due = std::nullopt,
                                         .once = once}));
    return {};
  };
  const auto address = party && !party->contact.empty() ? party->contact : parties.privacy_contact;
  if (!address.empty()) {
    const auto person = role_person(address, needs_.policy.languages().front());
    if (person) return queue(*person, scope_);
    if (person.error().code != Code::Unavailable) return base::fail(person.error());
  }
  ASSIGN_OR_RETURN(const auto officers, needs_.access.people_who_may(permission));
  for (const auto person : officers) RETURN_IF_ERROR(queue(person, staff::kStaffScope));
  return {};
}

Result<void> Desk::end_answer(Request request) {
  RETURN_IF_ERROR(files_.destroy(kAnswer, request.id));
  RETURN_IF_ERROR(files_.destroy(kHandOver, request.id));
  request.answer_until.reset();
  request.state = State::Closed;
  RETURN_IF_ERROR(store_.update(request));
  return record(request, "answer_destroyed");
}

Result<std::int64_t> Desk::forget_old(base::Instant now) {
  const auto* datum = request_fields(needs_.policy).datum;
  if (datum == nullptr || !datum->keep.counts_from_storing()) return 0;
  ASSIGN_OR_RETURN(const auto people, needs_.vault.people_of(scope_));
  std::int64_t forgotten = 0;
  for (const auto& person : people) {
    if (policy::after(person.registered_at, datum->keep.span) > now) continue;
    // None: whom the desk wrote to, not who asked.
    const auto request = store_.of_person(person.id);
    if (!request && request.error().code != base::Code::NotFound) return base::fail(request.error());
    if (request && request->is_open()) continue;
    if (request) {
      for (const auto use : {kProof, kAnswer, kHandOver}) RETURN_IF_ERROR(files_.destroy(use, request->id));
      RETURN_IF_ERROR(store_.forget_details(request->id));
    }
    // The last, since who is erased is not looked at again.
    RETURN_IF_ERROR(needs_.vault.erase(person.id));
    ++forgotten;
  }
  return forgotten;
}

}  // namespace rights
