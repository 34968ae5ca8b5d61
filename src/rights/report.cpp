// Reports from outside: what somebody saw becomes an incident, whose clocks run from then on.
#include "base/contains.h"
#include "base/log.h"
#include "mail/message.h"
#include "policy/gate.h"
#include "rights/incident_desk.h"
#include "rights/incoming.h"
#include "rights/limits.h"
#include "vault/vault.h"

namespace rights {

using base::Code;
using base::Result;

bool keeps_reporter(const policy::Policy& policy, std::string_view source) {
  const auto fields = request_fields(policy);
  return fields.complete() && base::contains(fields.datum->from, source);
}

Result<base::PersonId> IncidentDesk::keep_reporter(const Report& report, std::string_view source) {
  const auto fields = request_fields(needs().policy);
  const policy::Gate gate(needs().policy);
  ASSIGN_OR_RETURN(const auto name, gate.permit_field(fields.name->name));
  ASSIGN_OR_RETURN(const auto address, gate.permit_field(fields.address->name));
  std::vector<vault::NewField> values;
  if (!report.name.empty()) values.push_back({.permit = name, .value = report.name, .source = source});
  if (!report.address.empty())
    values.push_back({.permit = address, .value = report.address, .source = source});
  return needs().vault.create(
      {.property = desk_.scope(), .language = report.language, .fields = values, .capacity = {}});
}

Result<Incident> IncidentDesk::take_report(const Report& report) {
  if (report.what.empty()) return base::fail(Code::Invalid, "what: say what you saw");
  if (report.what.size() > kAccountTextBytesMax) return base::fail(Code::TooLarge, "what: at most 16 KiB");
  if (report.name.size() > kNameBytesMax) return base::fail(Code::TooLarge, "name: at most 200 bytes");
  if (!report.address.empty() && !mail::is_address(report.address))
    return base::fail(Code::Invalid, "email: no e-mail address");
  auto incident = draw(report.finder, needs().policy.languages().front());
  if (report.id) {
    auto known = store_.find(*report.id);
    if (known || known.error().code != Code::NotFound) return known;
    incident.id = *report.id;
  }
  incident.aware = std::min(report.received.value_or(incident.opened), incident.opened);
  incident.account.what = report.what;
  RETURN_IF_ERROR(set_duties(incident));
  const auto source = report.finder == Finder::Mail ? kByMail : kByForm;
  const bool says_who = !report.name.empty() || !report.address.empty();
  if (says_who && keeps_reporter(needs().policy, source)) {
    ASSIGN_OR_RETURN(incident.reporter, keep_reporter(report, source));
  }
  RETURN_IF_ERROR(put_on_record(incident, {}));
  if (!incident.reporter || report.address.empty()) return incident;
  if (const auto told = acknowledge(incident); !told)
    base::log(base::Level::Error, "incident.reporter_not_told", {{"error", told.error()}});
  return incident;
}

Result<void> IncidentDesk::take_mail(const SpoolName& about, const Incoming& mail) {
  Report report{.finder = Finder::Mail,
                .what = mail.text,
                .name = mail.name,
                .address = mail.address,
                .language = mail.language,
                .id = IncidentId{},
                .received = about.received};
  // What lies in the spool has one name, whatever becomes of it.
  report.id->bytes = about.id.bytes;
  RETURN_IF_ERROR(take_report(report));
  return {};
}

}  // namespace rights
