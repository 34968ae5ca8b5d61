#include "rights/desk_api.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "access/door.h"
#include "approvals/api.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "rights/body.h"
#include "rights/clock.h"
#include "rights/desk.h"
#include "rights/limits.h"
#include "rights/permissions.h"
#include "rights/second_person.h"
#include "rights/words.h"
#include "texts/texts.h"
#include "vault/vault.h"

namespace rights {
namespace {

using base::Code;
using base::Language;
using base::Result;
using nlohmann::json;
using texts::Key;

/// A row of the list: when, what, how far; nobody's name.
json row_json(const Desk& desk, const Request& request, Language language) {
  const auto& policy = desk.needs().policy;
  const auto now = desk.needs().clock.now();
  const auto* right = policy.rights().find(request.right);
  return {
      {"request", base::to_text(request.id)},
      {"right", request.right},
      {"says", right == nullptr ? std::string{texts::get(language, Key::RightsNameUnknown)}
                                : right_name(*right, language)},
      {"does", right == nullptr ? std::string_view{} : policy::to_text(right->act)},
      {"by", right == nullptr ? std::string{} : right->by},
      {"state", to_text(request.state)},
      {"channel", to_text(request.channel)},
      {"language", base::to_text(request.language)},
      {"received", base::to_rfc3339(request.received)},
      {"due", base::to_rfc3339(request.due)},
      {"stage", request.is_open() && !request.paused ? to_text(stage_at(request.received, request.due, now))
                                                     : to_text(Stage::Calm)},
      {"extended", time_json(request.extended)},
      {"paused", time_json(request.paused)},
      {"identified", time_json(request.identified)},
      {"identified_by", request.identified_by},
      {"decided", time_json(request.decided)},
      {"granted", request.granted ? json(*request.granted) : json()},
      {"restricts", request.restricts},
      {"proof", request.details.proof_type}};
}

json fields_json(const Desk& desk, const vault::PersonFields& person, Language language) {
  auto out = json::array();
  for (const auto& field : person.fields) {
    const auto* declared = desk.needs().policy.field(field.name);
    out.push_back({{"name", field.name},
                   {"label", declared == nullptr ? field.name : std::string{declared->label.in(language)}},
                   {"value", field.value}});
  }
  return out;
}

Result<json> subjects_json(const Desk& desk, const Request& request, Language language) {
  auto out = json::array();
  const auto needs = desk.answer_needs();
  for (const auto& subject : request.details.subjects) {
    const auto person = desk.needs().vault.read_fields(subject.person);
    if (!person && (person.error().code == Code::Gone || person.error().code == Code::NotFound)) continue;
    if (!person) return base::fail(person.error());
    ASSIGN_OR_RETURN(const auto names, needs.names(subject.property));
    out.push_back({{"property", names.first},
                   {"title", names.second},
                   {"fields", fields_json(desk, *person, language)}});
  }
  return out;
}

/// Words to begin an answer with, in the requester's language.
json templates_json(Language language) {
  const auto one = [&](const char* name, Key key) {
    return json{{"name", name}, {"text", texts::get(language, key)}};
  };
  return json::array({one("granted", Key::RightsTemplateGranted), one("unknown", Key::RightsTemplateUnknown),
                      one("identity", Key::RightsTemplateIdentity), one("law", Key::RightsTemplateLaw),
                      one("extend", Key::RightsTemplateExtend)});
}

class Api {
 public:
  explicit Api(Desk& desk) : desk_(desk) {}

  Result<http::Response> list(const http::Request& request, const staff::Member& by);
  Result<http::Response> read(const http::Request& request, const staff::Member& by);
  Result<http::Response> name_right(const http::Request& request, const staff::Member& by);
  Result<http::Response> ask_identity(const http::Request& request, const staff::Member& by);
  Result<http::Response> judge_identity(const http::Request& request, const staff::Member& by);
  Result<http::Response> proof(const http::Request& request, const staff::Member& by);
  Result<http::Response> extend(const http::Request& request, const staff::Member& by);
  Result<http::Response> decide(const http::Request& request, const staff::Member& by);
  Result<http::Response> lift(const http::Request& request, const staff::Member& by);

 private:
  Result<Request> find(const http::Request& request) const {
    ASSIGN_OR_RETURN(const auto id, request.id<RequestId>("request"));
    return desk_.store().find(id);
  }
  Result<http::Response> show(const http::Request& request, RequestId id) const;
  static Language language_of(const http::Request& request) {
    return http::negotiate_language(request, Language::Nl);
  }

  Desk& desk_;
};

Result<http::Response> Api::list(const http::Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto all, desk_.store().list());
  auto out = json::array();
  for (const auto& one : all) out.push_back(row_json(desk_, one, language_of(request)));
  return http::Response::json(out.dump());
}

Result<http::Response> Api::show(const http::Request& request, RequestId id) const {
  ASSIGN_OR_RETURN(const auto found, desk_.store().find(id));
  const auto language = language_of(request);
  auto out = row_json(desk_, found, language);
  const auto fields = request_fields(desk_.needs().policy);
  const auto person = desk_.needs().vault.read_fields(found.person);
  if (!person && person.error().code != Code::Gone) return base::fail(person.error());
  const auto value = [&](const policy::Field* field) -> std::string {
    const auto* text = person && field != nullptr ? person->find(field->name) : nullptr;
    return text == nullptr ? std::string{} : *text;
  };
  out["name"] = value(fields.name);
  out["email"] = value(fields.address);
  out["message"] = value(fields.message);
  out["missing"] = found.details.missing;
  out["organisation"] = found.details.organisation;
  out["organisation_email"] = found.details.organisation_address;
  out["reasons"] = found.details.reasons;
  out["extension_reasons"] = found.details.extension_reasons;
  out["answer_until"] = time_json(found.answer_until);
  ASSIGN_OR_RETURN(out["subjects"], subjects_json(desk_, found, language));
  out["templates"] = templates_json(found.language);
  out["rights"] = json::array();
  for (const auto& right : desk_.needs().policy.rights().list)
    out["rights"].push_back({{"right", right.name}, {"says", right_name(right, language)}});
  ASSIGN_OR_RETURN(const auto told_by, extension_told_by(desk_.needs().policy, found.received));
  const auto now = desk_.needs().clock.now();
  out["can_extend"] = found.is_open() && !found.extended && now <= told_by && !found.is_overdue(now);
  return http::Response::json(out.dump());
}

Result<http::Response> Api::read(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto found, find(request));
  RETURN_IF_ERROR(desk_.record_read(found, by.actor()));
  return show(request, found.id);
}

Result<http::Response> Api::name_right(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto found, find(request));
  ASSIGN_OR_RETURN(const auto given, read_body(request));
  ASSIGN_OR_RETURN(const auto right, text_of(given, "right"));
  RETURN_IF_ERROR(desk_.name_right(found, right, by.actor()));
  return show(request, found.id);
}

Result<http::Response> Api::ask_identity(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto found, find(request));
  RETURN_IF_ERROR(desk_.ask_identity(found, by.actor()));
  return show(request, found.id);
}

Result<http::Response> Api::judge_identity(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto found, find(request));
  ASSIGN_OR_RETURN(const auto given, read_body(request));
  ASSIGN_OR_RETURN(const auto established, truth_of(given, "established"));
  RETURN_IF_ERROR(desk_.judge_identity(found, established, by.actor()));
  return show(request, found.id);
}

Result<http::Response> Api::proof(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto found, find(request));
  if (!desk_.needs().approvals.waits(approvals::kUnmask)) return proof_file(desk_, found, by.actor());
  ASSIGN_OR_RETURN(const auto asked, ask_proof(desk_, found, by));
  return approvals::waiting(asked);
}

Result<http::Response> Api::extend(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto found, find(request));
  ASSIGN_OR_RETURN(const auto given, read_body(request));
  ASSIGN_OR_RETURN(const auto reasons, text_of(given, "reasons"));
  RETURN_IF_ERROR(desk_.extend(found, reasons, by.actor()));
  return show(request, found.id);
}

Result<http::Response> Api::decide(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto found, find(request));
  ASSIGN_OR_RETURN(const auto given, read_body(request));
  Verdict verdict;
  ASSIGN_OR_RETURN(verdict.grant, truth_of(given, "grant"));
  ASSIGN_OR_RETURN(verdict.reasons, text_of(given, "reasons"));
  if (const auto corrections = given.find("corrections"); corrections != given.end()) {
    if (!corrections->is_object()) return base::fail(Code::Invalid, "corrections: an object of texts");
    for (const auto& [name, value] : corrections->items()) {
      if (!value.is_string()) return base::fail(Code::Invalid, "corrections: an object of texts");
      verdict.corrections.emplace_back(name, value.get<std::string>());
    }
  }
  if (const auto purposes = given.find("purposes"); purposes != given.end()) {
    if (!purposes->is_array()) return base::fail(Code::Invalid, "purposes: a list of texts");
    for (const auto& one : *purposes) {
      if (!one.is_string() || desk_.needs().policy.purpose(one.get<std::string>()) == nullptr)
        return base::fail(Code::Invalid, "purposes: the policy has no such purpose");
      verdict.purposes.push_back(one.get<std::string>());
    }
  }
  RETURN_IF_ERROR(desk_.decide(found, verdict, by.actor()));
  return show(request, found.id);
}

Result<http::Response> Api::lift(const http::Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto found, find(request));
  RETURN_IF_ERROR(desk_.lift(found, by.actor()));
  return show(request, found.id);
}

}  // namespace

Result<http::Response> proof_file(Desk& desk, const Request& request, const journal::Actor& by) {
  ASSIGN_OR_RETURN(auto content, desk.show_proof(request, by));
  auto response = http::Response::bytes(request.details.proof_type, std::move(content));
  response.headers.set("Content-Disposition", "inline");
  return response;
}

void add_desk_api(http::Router& router, Desk& desk) {
  const auto api = std::make_shared<Api>(desk);
  staff::Door door(router, desk.needs().access);
  using Handler = Result<http::Response> (Api::*)(const http::Request&, const staff::Member&);
  const auto with = [api](Handler handler) {
    return [api, handler](http::Request& request, const staff::Member& by) {
      return (*api.*handler)(request, by);
    };
  };
  door.get("/api/v1/requests", kAnswerRequests, with(&Api::list));
  door.get("/api/v1/requests/{request:id}", kAnswerRequests, with(&Api::read));
  door.post("/api/v1/requests/{request:id}/right", kAnswerRequests, with(&Api::name_right));
  door.post("/api/v1/requests/{request:id}/ask-identity", kAnswerRequests, with(&Api::ask_identity));
  door.post("/api/v1/requests/{request:id}/identity", kSeeIdentity, with(&Api::judge_identity));
  door.get("/api/v1/requests/{request:id}/proof", kSeeIdentity, with(&Api::proof));
  door.post("/api/v1/requests/{request:id}/extend", kAnswerRequests, with(&Api::extend));
  door.post("/api/v1/requests/{request:id}/decide", kAnswerRequests, with(&Api::decide));
  door.post("/api/v1/requests/{request:id}/lift", kAnswerRequests, with(&Api::lift));
}

}  // namespace rights
