#include "surfaces/events/entry.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/contains.h"
#include "http/json_body.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "policy/vocabulary.h"
#include "retention/schedule.h"
#include "surfaces/events/audience.h"
#include "surfaces/events/ending.h"
#include "surfaces/events/form.h"
#include "surfaces/events/permissions.h"
#include "surfaces/events/staff.h"
#include "texts/texts.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Language;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

json kind_json(const EntryKind& kind, Language language) {
  json out = {{"datum", kind.datum->name},
              {"says", kind.datum->says.in(language)},
              {"sources", kind.sources},
              {"purposes", json::array()},
              {"fields", json::array()}};
  for (const auto* purpose : kind.purposes)
    out["purposes"].push_back(
        {{"says", purpose->says.in(language)}, {"basis", policy::to_text(purpose->basis)}});
  for (const auto* field : kind.fields) {
    auto choices = json::array();
    for (const auto& choice : field->choices)
      choices.push_back({{"name", choice.name}, {"label", choice.label.in(language)}});
    out["fields"].push_back({{"name", field->name},
                             {"type", policy::to_text(field->type)},
                             {"required", field->required},
                             {"label", field->label.in(language)},
                             {"choices", std::move(choices)}});
  }
  return out;
}

std::vector<EntryKind> kinds_of(Parts& parts, const Event& event) {
  return entry_kinds(parts.needs.policy, ended_of(event, parts.needs.clock.now()));
}

Result<Response> list_kinds(Parts& parts, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  const auto language = http::negotiate_language(request, Language::Nl);
  auto out = json::array();
  for (const auto& kind : kinds_of(parts, event)) out.push_back(kind_json(kind, language));
  return Response::json(out.dump());
}

struct Given {
  std::string datum;
  std::string source;
  std::string given_on;
  http::Form fields;
};

Result<Given> read_given(std::string_view body) {
  const auto wrong = [] {
    return base::fail(Code::Invalid, R"(The body is {"datum", "source", "given_on", "fields": {…}}.)");
  };
  ASSIGN_OR_RETURN(const auto json, http::read_json_object(body));
  Given given;
  for (const auto& [name, value] : json.items()) {
    auto* text = name == "datum"      ? &given.datum
                 : name == "source"   ? &given.source
                 : name == "given_on" ? &given.given_on
                                      : nullptr;
    if (text != nullptr && value.is_string()) {
      *text = value.get<std::string>();
    } else if (name == "fields" && value.is_object()) {
      for (const auto& [field, filled] : value.items()) {
        if (!filled.is_string()) return wrong();
        given.fields.add(field, filled.get<std::string>());
      }
    } else {
      return wrong();
    }
  }
  return given;
}

std::vector<http::FieldError> faults_of(const Given& given, const EntryKind& kind, const Filled& filled,
                                        base::Instant now, Language language) {
  using texts::Key;
  std::vector<http::FieldError> faults;
  const auto fault = [&](std::initializer_list<std::string_view> at, std::string what) {
    faults.push_back({http::pointer_to(at), std::move(what)});
  };
  if (!base::contains(kind.sources, given.source))
    fault({"source"}, std::string{texts::get(language, Key::EventErrorChoice)});
  if (!is_past_day(given.given_on, now))
    fault({"given_on"}, std::string{texts::get(language, Key::EventErrorDate)});
  for (const auto& one : filled.wrong)
    fault({"fields", one.name}, fmt::format("{}: {}", one.label, one.what));
  for (const auto& [name, value] : given.fields.fields()) {
    if (!base::contains(kind.fields, name, &policy::Field::name))
      fault({"fields", name}, std::string{texts::get(language, Key::EventErrorChoice)});
  }
  return faults;
}

/// What has gone by its term does not come back by hand: nothing would remove it again.
Result<void> check_term(Parts& parts, const Event& event, const EntryKind& kind) {
  ASSIGN_OR_RETURN(const auto all, parts.needs.schedule.of(event.property));
  for (const auto& due : all) {
    if (due.datum == kind.datum->name && due.executed)
      return base::fail(Code::Conflict, "The term of these data has ended at this event.");
  }
  return {};
}

Result<Response> enter(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  ASSIGN_OR_RETURN(const auto given, read_given(request.body));
  const auto language = http::negotiate_language(request, Language::Nl);
  const auto kinds = kinds_of(parts, event);
  const auto kind =
      std::ranges::find(kinds, given.datum, [](const EntryKind& one) { return one.datum->name; });
  if (kind == kinds.end()) {
    return refuse(
        {{http::pointer_to({"datum"}), std::string{texts::get(language, texts::Key::EventErrorChoice)}}});
  }
  std::vector<AskedField> asked;
  for (const auto* field : kind->fields) asked.push_back({field, field->required});
  const Filled filled{read_form(asked, given.fields, language), {}};
  auto faults = faults_of(given, *kind, filled, parts.needs.clock.now(), language);
  if (!faults.empty()) return refuse(std::move(faults));
  RETURN_IF_ERROR(check_term(parts, event, *kind));
  RETURN_IF_ERROR(
      record_act(parts, "events.person_entered", event, member,
                 fmt::format("{} from {}, given on {}", given.datum, given.source, given.given_on)));
  ASSIGN_OR_RETURN(const auto person,
                   parts.registration.enter(event, filled, event.language,
                                            {.source = given.source, .given_on = given.given_on}));
  ASSIGN_OR_RETURN(const auto viewer, parts.needs.vault.viewer_number(person, event.property));
  return Response::json(json{{"viewer", handle_of(viewer)}}.dump(), 201);
}

}  // namespace

std::vector<EntryKind> entry_kinds(const policy::Policy& policy, policy::Ended ended) {
  const policy::Vocabulary vocabulary;
  const policy::Gate gate(policy);
  std::vector<EntryKind> kinds;
  // Nobody here has asked how old they are, nor a parent or guardian.
  if (policy.minors().age > 0) return kinds;
  for (const auto& datum : policy.data()) {
    const bool ends_here = datum.keep.after == kEventEnd || datum.keep.counts_from_storing();
    if (datum.kind != policy::Kind::Fields || !ends_here) continue;
    // What people write to the organisation themselves is the officer's desk's.
    if (base::contains(datum.from, "contact form")) continue;
    EntryKind kind{.datum = &datum, .sources = {}, .fields = {}, .purposes = {}};
    for (const auto& source : datum.from) {
      if (base::contains(vocabulary.typed, source)) kind.sources.push_back(source);
    }
    for (const auto& name : datum.items) {
      const auto permit = gate.permit_field(name, {}, ended);
      if (!permit) continue;
      kind.fields.push_back(policy.field(name));
      if (!kind.purposes.empty()) continue;
      for (const auto& purpose : permit->purposes()) kind.purposes.push_back(policy.purpose(purpose));
    }
    if (!kind.sources.empty() && !kind.fields.empty()) kinds.push_back(std::move(kind));
  }
  return kinds;
}

void add_entry_api(http::Router& router, std::shared_ptr<Parts> parts) {
  auto door = staff_door(router, parts);
  const auto with = [&parts](StaffHandler handler) { return with_parts(parts, handler); };
  door.get("/api/v1/events/{event:slug}/entries", kRunEvent, with(list_kinds));
  door.post("/api/v1/events/{event:slug}/entries", kRunEvent, with(enter));
}

}  // namespace surfaces::events
