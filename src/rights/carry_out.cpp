// What the program does when a request is granted.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "consent/ledger.h"
#include "mail/message.h"
#include "policy/gate.h"
#include "pulse/engine.h"
#include "rights/desk.h"
#include "rights/limits.h"
#include "vault/vault.h"

namespace rights {
namespace {

using base::Code;
using base::Result;

bool is_gone(const base::Error& error) { return error.code == Code::Gone || error.code == Code::NotFound; }

}  // namespace

Result<void> Desk::carry_out(Request& request, const Verdict& verdict) {
  const auto* right = needs_.policy.rights().find(request.right);
  if (right == nullptr) return base::fail(Code::Conflict, "The policy has no such right any more.");
  switch (right->act) {
    case policy::RightAct::Access: return make_archive(request, /*records_only=*/false);
    case policy::RightAct::Portability: return make_archive(request, /*records_only=*/true);
    case policy::RightAct::Correction: return correct(request, verdict);
    case policy::RightAct::Erasure: return erase(request);
    case policy::RightAct::Objection:
      request.details.purposes = verdict.purposes;
      return stop_processing(request);
    case policy::RightAct::Restriction: return stop_processing(request);
    case policy::RightAct::Withdrawal: return withdraw(request);
    case policy::RightAct::HandOver: return hand_over(request);
    case policy::RightAct::Answer: return {};
  }
  return {};
}

Result<void> Desk::make_archive(Request& request, bool records_only) {
  auto subjects = request.details.subjects;
  // What the request itself keeps of them is theirs to know as well.
  if (!records_only) subjects.push_back({scope_, request.person});
  ASSIGN_OR_RETURN(const auto answer, compute_answer(answer_needs(), subjects, request.language));
  std::vector<ZipMember> members;
  if (!records_only) {
    members.push_back({"answer.html", to_page(answer, needs_.policy)});
    members.push_back({"answer.json", to_json(answer, needs_.policy)});
    for (auto& member : to_tables(answer, needs_.policy)) members.push_back(std::move(member));
  }
  for (auto& member : to_records(answer)) members.push_back(std::move(member));
  ASSIGN_OR_RETURN(const auto key, signing_key());
  ASSIGN_OR_RETURN(const auto archive,
                   sign_archive(std::move(members), key, needs_.site.organisation, answer.made_at));
  RETURN_IF_ERROR(files_.write(kAnswer, request.id, archive));
  request.answer_until = needs_.clock.now() + kAnswerKept;
  return {};
}

Result<void> Desk::correct(const Request& request, const Verdict& verdict) {
  if (verdict.corrections.empty())
    return base::fail(Code::Invalid, "corrections: at least one field and its new value");
  const policy::Gate gate(needs_.policy);
  for (const auto& [name, value] : verdict.corrections) {
    const auto* declared = needs_.policy.field(name);
    if (declared == nullptr) return base::fail(Code::Invalid, "corrections: the policy has no such field");
    if (declared->type == policy::FieldType::Email && !mail::is_address(value))
      return base::fail(Code::Invalid, "corrections: no e-mail address");
    ASSIGN_OR_RETURN(const auto permit, gate.permit_field(name));
    const bool finds = declared == needs_.policy.email_field();
    for (const auto& subject : request.details.subjects) {
      RETURN_IF_ERROR(needs_.vault.update_field(
          subject.person, {.permit = permit,
                           .value = value,
                           .findable = finds ? vault::Findable::ByMail : vault::Findable::No}));
    }
  }
  return {};
}

Result<void> Desk::erase(Request& request) {
  for (const auto& subject : request.details.subjects) {
    const auto certificate = needs_.erase(subject);
    if (!certificate && !is_gone(certificate.error())) return base::fail(certificate.error());
    if (certificate && !certificate->empty()) request.details.certificates.push_back(*certificate);
  }
  if (request.details.certificates.empty()) return {};
  std::vector<ZipMember> members;
  for (std::size_t i = 0; i < request.details.certificates.size(); ++i)
    members.push_back({fmt::format("certificate-{}.json", i + 1), request.details.certificates[i]});
  ASSIGN_OR_RETURN(const auto key, signing_key());
  const auto now = needs_.clock.now();
  ASSIGN_OR_RETURN(const auto archive, sign_archive(std::move(members), key, needs_.site.organisation, now));
  RETURN_IF_ERROR(files_.write(kAnswer, request.id, archive));
  request.answer_until = now + kAnswerKept;
  return {};
}

Result<void> Desk::stop_processing(Request& request) {
  for (const auto& subject : request.details.subjects) {
    const auto viewer = needs_.vault.viewer_number(subject.person, subject.property);
    if (!viewer && is_gone(viewer.error())) continue;
    if (!viewer) return base::fail(viewer.error());
    RETURN_IF_ERROR(store_.restrict(request, subject, *viewer, needs_.clock.now()));
    const auto stopped = needs_.engine.stop_viewer(subject.property, *viewer);
    if (!stopped && !is_gone(stopped.error())) return base::fail(stopped.error());
  }
  request.restricts = !request.details.subjects.empty();
  return {};
}

Result<void> Desk::withdraw(const Request& request) {
  for (const auto& subject : request.details.subjects) {
    const auto viewer = needs_.vault.viewer_number(subject.person, subject.property);
    if (!viewer && is_gone(viewer.error())) continue;
    if (!viewer) return base::fail(viewer.error());
    const auto stopped = needs_.engine.stop_viewer(subject.property, *viewer);
    if (!stopped && !is_gone(stopped.error())) return base::fail(stopped.error());
    ASSIGN_OR_RETURN(const auto history, needs_.consents.history(subject.property, *viewer));
    for (const auto& entry : history) RETURN_IF_ERROR(needs_.consents.withdraw(entry.session));
  }
  return {};
}

Result<void> Desk::hand_over(Request& request) {
  const auto& details = request.details;
  if (!mail::is_address(details.organisation_address))
    return base::fail(Code::Conflict, "The request names no organisation that can be written to.");
  // What the person asks to be sent, they permit.
  std::vector<std::string> data;
  for (const auto& datum : needs_.policy.data()) {
    if (datum.kind == policy::Kind::Facts || datum.kind == policy::Kind::Records) data.push_back(datum.name);
  }
  ASSIGN_OR_RETURN(const auto permit, policy::Gate(needs_.policy).permit_disclosure("permission", data));
  ASSIGN_OR_RETURN(const auto answer, compute_answer(answer_needs(), details.subjects, request.language));
  ASSIGN_OR_RETURN(const auto key, signing_key());
  ASSIGN_OR_RETURN(const auto archive,
                   sign_archive(to_records(answer), key, needs_.site.organisation, answer.made_at));
  RETURN_IF_ERROR(files_.write(kHandOver, request.id, archive));
  ASSIGN_OR_RETURN(const auto receiver, role_person(details.organisation_address, request.language));
  RETURN_IF_ERROR(needs_.disclosures.record(permit, details.organisation, base::to_text(request.id), "zip",
                                            details.subjects, {}));
  RETURN_IF_ERROR(needs_.outbox.queue({.person = receiver,
                                       .property = scope_,
                                       .template_name = "request_hand_over",
                                       .parameters = {{"request", base::to_text(request.id)}},
                                       .due = std::nullopt,
                                       .once = base::to_text(request.id)}));
  request.answer_until = needs_.clock.now() + kHandOverKept;
  // What went where, and on which ground.
  return record(request, "handed_over", {}, "ground permission");
}

Result<base::PersonId> Desk::role_person(std::string_view address, base::Language language) {
  ASSIGN_OR_RETURN(const auto known, needs_.vault.find_by_mail(scope_, address));
  if (known) return *known;
  const auto* field = address_field(needs_.policy);
  if (field == nullptr)
    return base::fail(Code::Unavailable, "The policy declares no data to keep an address in.");
  const policy::Gate gate(needs_.policy);
  const auto permit = gate.permit_field(field->name);
  if (!permit) return base::fail(Code::Unavailable, "The policy lets no address be kept without consent.");
  const std::vector<vault::NewField> fields{
      {.permit = *permit, .value = address, .findable = vault::Findable::ByMail, .source = "policy"}};
  return needs_.vault.create({.property = scope_, .language = language, .fields = fields, .capacity = {}});
}

}  // namespace rights
