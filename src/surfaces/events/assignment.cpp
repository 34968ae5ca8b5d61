#include "surfaces/events/assignment.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/contains.h"
#include "base/trim.h"
#include "disclosure/limits.h"
#include "http/json_body.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "mail/message.h"
#include "page/frame.h"
#include "policy/gate.h"
#include "surfaces/events/ending.h"
#include "surfaces/events/entry.h"
#include "surfaces/events/form.h"
#include "surfaces/events/permissions.h"
#include "surfaces/events/staff.h"
#include "texts/texts.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Language;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

/// What the page of an event shows at once.
constexpr int kDisclosuresShown = 100;

/// Purposes that the data of reports are for, in the policy's order.
std::vector<std::string> report_purposes(const policy::Policy& policy) {
  std::vector<std::string> purposes;
  const auto data = report_data(policy);
  for (const auto& purpose : policy.purposes()) {
    const auto serves = [&](const std::string& name) {
      return base::contains(policy.datum(name)->purposes, purpose.name);
    };
    if (std::ranges::any_of(data, serves)) purposes.push_back(purpose.name);
  }
  return purposes;
}

json assignment_json(const disclosure::Assignment& one) {
  return {{"number", one.number},
          {"organiser", one.organiser},
          {"reference", one.reference},
          {"agreed_on", one.agreed_on},
          {"reply_to", one.reply_to},
          {"purposes", one.purposes},
          {"recorded", base::to_rfc3339(one.recorded)},
          {"ended", one.ended ? json(base::to_rfc3339(*one.ended)) : json()}};
}

Result<json> disclosure_json(Parts& parts, const disclosure::Disclosure& one) {
  std::string by;
  if (one.member) {
    ASSIGN_OR_RETURN(by, parts.needs.member_name(*one.member));
  }
  return json{{"number", one.number},     {"at", base::to_rfc3339(one.at)}, {"ground", one.ground},
              {"receiver", one.receiver}, {"purposes", one.purposes},       {"data", one.data},
              {"form", one.form},         {"people", one.people},           {"by", by}};
}

Result<Response> answer(Parts& parts, const Event& event, Language language) {
  auto& book = parts.needs.disclosures;
  ASSIGN_OR_RETURN(const auto all, book.assignments(event.property));
  ASSIGN_OR_RETURN(const auto disclosures, book.list_of(event.property, 0, kDisclosuresShown));
  json out = {{"assignment", nullptr}, {"earlier", json::array()}, {"purposes", json::array()}};
  for (const auto& one : all) {
    if (!one.ended)
      out["assignment"] = assignment_json(one);
    else
      out["earlier"].push_back(assignment_json(one));
  }
  for (const auto& name : report_purposes(parts.needs.policy))
    out["purposes"].push_back(
        {{"name", name}, {"says", parts.needs.policy.purpose(name)->says.in(language)}});
  out["disclosures"] = json::array();
  for (const auto& one : disclosures) {
    ASSIGN_OR_RETURN(auto shown, disclosure_json(parts, one));
    out["disclosures"].push_back(std::move(shown));
  }
  return Response::json(out.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<Response> read(Parts& parts, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  return answer(parts, event, http::negotiate_language(request, Language::Nl));
}

/// What was filled in, and what is wrong with it.
struct Given {
  disclosure::NewAssignment assignment;
  std::vector<std::string> purposes;
  std::vector<http::FieldError> wrong;
};

Result<Given> read_given(const Parts& parts, const Event& event, const Request& request, Language language) {
  ASSIGN_OR_RETURN(const auto body, http::read_json_object(request.body));
  Given given{.assignment = {.property = event.property, .organiser = {}, .reference = {}, .agreed_on = {}},
              .purposes = report_purposes(parts.needs.policy),
              .wrong = {}};
  const auto wrong = [&](std::string_view name, texts::Key key) {
    given.wrong.push_back({http::pointer_to({name}), std::string{texts::get(language, key)}});
  };
  const auto text = [&](const char* name, std::string& out, std::size_t bytes_max) {
    const auto found = body.find(name);
    if (found != body.end() && found->is_string()) out = found->get<std::string>();
    if (out.size() <= bytes_max) return;
    given.wrong.push_back({http::pointer_to({name}), texts::format(language, texts::Key::EventFormTooLong,
                                                                   {{"max", fmt::to_string(bytes_max)}})});
  };
  text("organiser", given.assignment.organiser, disclosure::kOrganiserBytesMax);
  text("reference", given.assignment.reference, disclosure::kReferenceBytesMax);
  text("agreed_on", given.assignment.agreed_on, disclosure::kReferenceBytesMax);
  text("reply_to", given.assignment.reply_to, disclosure::kReplyToBytesMax);
  given.assignment.reply_to = base::trimmed(given.assignment.reply_to);
  if (!given.assignment.reply_to.empty() && !mail::is_address(given.assignment.reply_to))
    wrong("reply_to", texts::Key::EventErrorEmail);
  if (given.assignment.organiser.find_first_not_of(' ') == std::string::npos)
    wrong("organiser", texts::Key::EventFormMissing);
  if (!is_past_day(given.assignment.agreed_on, parts.needs.clock.now()))
    wrong("agreed_on", texts::Key::EventErrorDate);
  const auto purposes = body.find("purposes");
  if (purposes == body.end()) return given;
  const auto known = std::exchange(given.purposes, {});
  if (purposes->is_array()) {
    for (const auto& name : *purposes) {
      if (name.is_string() && base::contains(known, name.get_ref<const std::string&>()))
        given.purposes.push_back(name);
    }
  }
  if (!purposes->is_array() || given.purposes.empty() || given.purposes.size() != purposes->size())
    wrong("purposes", texts::Key::EventFormChoice);
  return given;
}

Result<Response> assign(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  const auto language = http::negotiate_language(request, Language::Nl);
  ASSIGN_OR_RETURN(auto given, read_given(parts, event, request, language));
  if (!given.wrong.empty()) return refuse(std::move(given.wrong));
  ASSIGN_OR_RETURN(const auto use, policy::Gate(parts.needs.policy).permit_use(given.purposes));
  RETURN_IF_ERROR(parts.needs.disclosures.assign(given.assignment, use, member.actor()));
  return answer(parts, event, language);
}

Result<Response> end(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  RETURN_IF_ERROR(parts.needs.disclosures.end_assignment(event.property, member.actor()));
  return answer(parts, event, http::negotiate_language(request, Language::Nl));
}

}  // namespace

std::vector<std::string> report_data(const policy::Policy& policy) {
  std::vector<std::string> data;
  const auto add = [&](const std::string& datum) {
    if (!base::contains(data, datum)) data.push_back(datum);
  };
  const auto entered = entry_kinds(policy);
  for (const auto& field : policy.fields()) {
    const bool is_named = field.type == policy::FieldType::Name || &field == policy.email_field();
    // Others are what people write to the officer's desk.
    const bool comes_in = is_asked(policy, field) || std::ranges::any_of(entered, [&](const EntryKind& kind) {
                            return kind.datum->name == field.data;
                          });
    if (is_named && comes_in) add(field.data);
  }
  for (const auto& datum : policy.data()) {
    if (datum.kind == policy::Kind::Facts) add(datum.name);
  }
  if (const auto* opened = policy.record("opened")) add(opened->name);
  return data;
}

Result<Commission> commission_of(Parts& parts, const Event& event, const std::vector<std::string>& purposes) {
  ASSIGN_OR_RETURN(auto assignment, parts.needs.disclosures.in_force(event.property));
  if (!assignment)
    return base::fail(Code::Denied, "No assignment for this event is on record: nobody gets its reports.");
  for (const auto& purpose : purposes) {
    if (parts.needs.policy.purpose(purpose) != nullptr && !base::contains(assignment->purposes, purpose))
      return base::fail(Code::Denied,
                        fmt::format("The assignment on record is not for the purpose '{}'.", purpose));
  }
  const auto& asked = purposes.empty() ? assignment->purposes : purposes;
  ASSIGN_OR_RETURN(
      auto use, policy::Gate(parts.needs.policy).permit_use(asked, ended_of(event, parts.needs.clock.now())));
  const auto is_covered = [&](const std::string& datum) { return use.covers(datum); };
  if (!std::ranges::any_of(report_data(parts.needs.policy), is_covered))
    return base::fail(Code::Denied, "Nothing of an event is kept for this purpose.");
  return Commission{*std::move(assignment), std::move(use)};
}

Result<void> assign_new(Parts& parts, const Event& event, const staff::Member& member) {
  const auto& policy = parts.needs.policy;
  const auto purposes = report_purposes(policy);
  // A policy that keeps nothing of what a report tells: there is none to assign.
  if (purposes.empty()) return {};
  const auto& controller = policy.parties().controller;
  const bool is_named = controller && !controller->name.empty();
  ASSIGN_OR_RETURN(const auto use, policy::Gate(policy).permit_use(purposes));
  ASSIGN_OR_RETURN(const auto local, base::to_local(parts.needs.clock.now(), event.time_zone));
  RETURN_IF_ERROR(parts.needs.disclosures.assign(
      {.property = event.property,
       .organiser = is_named ? controller->name : parts.needs.site.organisation,
       .reference = {},
       .agreed_on = local.substr(0, local.find('T'))},
      use, member.actor()));
  return {};
}

void add_assignment_api(http::Router& router, std::shared_ptr<Parts> parts) {
  auto door = staff_door(router, parts);
  const auto with = [&parts](StaffHandler handler) { return with_parts(parts, handler); };
  door.get("/api/v1/events/{event:slug}/assignment", kViewReport, with(read));
  door.put("/api/v1/events/{event:slug}/assignment", kManageEvent, with(assign));
  door.del("/api/v1/events/{event:slug}/assignment", kManageEvent, with(end));
}

}  // namespace surfaces::events
