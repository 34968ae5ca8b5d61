#include "surfaces/updates/staff_api.h"

#include <nlohmann/json.hpp>

#include "access/door.h"
#include "base/contains.h"
#include "http/json_body.h"
#include "http/negotiate.h"
#include "outbox/layout.h"
#include "page/frame.h"
#include "policy/notice_words.h"
#include "surfaces/updates/mails.h"
#include "surfaces/updates/permissions.h"
#include "surfaces/updates/updates.h"

namespace surfaces::updates {
namespace {

using base::Code;
using base::Language;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

/// Past what texts in four languages take.
constexpr std::uint64_t kIssueBytesMax = 512 * 1024;

json time_json(const std::optional<base::Instant>& at) { return at ? json(base::to_rfc3339(*at)) : json(); }

/// Errors: Invalid for what is no text.
Result<std::string> text_of(const json& given, const char* name) {
  const auto found = given.find(name);
  if (found == given.end() || !found->is_string())
    return base::fail(Code::Invalid, std::string{name} + ": a text");
  return found->get<std::string>();
}

Language language_of(const Updates& updates, const Request& request) {
  return http::negotiate_language(request, updates.needs.policy.languages().front());
}

Result<json> issue_json(Updates& updates, const Issue& issue) {
  ASSIGN_OR_RETURN(const auto author, updates.needs.member_name(issue.author));
  json sender;
  if (issue.sender) {
    ASSIGN_OR_RETURN(sender, updates.needs.member_name(*issue.sender));
  }
  ASSIGN_OR_RETURN(const auto progress, updates.issues.progress(issue));
  return json{{"issue", base::to_text(issue.id)},
              {"update", issue.update},
              {"state", to_text(issue.state)},
              {"texts", json::parse(outbox::to_json(issue.texts))},
              {"changed", base::to_rfc3339(issue.changed)},
              {"author", author},
              {"sent", time_json(issue.sent)},
              {"sender", sender},
              {"progress",
               {{"waiting", progress.queued + progress.sending},
                {"sent", progress.sent},
                {"failed", progress.failed},
                {"dropped", progress.dropped}}}};
}

Result<Response> answer(Updates& updates, const Result<Issue>& issue, int status = 200) {
  if (!issue) return base::fail(issue.error());
  ASSIGN_OR_RETURN(const auto out, issue_json(updates, *issue));
  return Response::json(out.dump(), status);
}

Result<Response> list(Updates& updates, const Request& request, const staff::Member&) {
  const auto& policy = updates.needs.policy;
  const auto language = language_of(updates, request);
  const policy::NoticeWords words(policy, language);
  ASSIGN_OR_RETURN(const auto counts, updates.subscribers.store().counts());
  json out{{"updates", json::array()}, {"languages", json::array()}, {"issues", json::array()}};
  for (const auto& update : policy.updates()) {
    ASSIGN_OR_RETURN(const auto next, updates.issues.next(update));
    const auto count = counts.find(update.name);
    out["updates"].push_back({{"update", update.name},
                              {"title", update.title.in(language)},
                              {"says", update.says.in(language)},
                              {"every", words.span(update.every)},
                              {"subscribers", count == counts.end() ? 0 : count->second},
                              {"next", time_json(next)}});
  }
  for (const auto one : policy.languages()) out["languages"].push_back(base::to_text(one));
  ASSIGN_OR_RETURN(const auto issues, updates.issues.list());
  for (const auto& issue : issues) {
    ASSIGN_OR_RETURN(auto shown, issue_json(updates, issue));
    out["issues"].push_back(std::move(shown));
  }
  return Response::json(out.dump());
}

Result<Issue> issue_of(Updates& updates, const Request& request) {
  ASSIGN_OR_RETURN(const auto id, request.id<IssueId>("issue"));
  return updates.issues.find(id);
}

Result<Texts> texts_of(const Updates& updates, const json& given) {
  const auto texts = given.find("texts");
  if (texts == given.end()) return base::fail(Code::Invalid, "texts: a mail in one language at least");
  return outbox::parse_texts(texts->dump(-1, ' ', false, json::error_handler_t::replace),
                             updates.needs.policy.languages());
}

Result<Response> write(Updates& updates, const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  ASSIGN_OR_RETURN(const auto update, text_of(given, "update"));
  ASSIGN_OR_RETURN(const auto texts, texts_of(updates, given));
  return answer(updates, updates.issues.write(update, texts, by), 201);
}

Result<Response> read(Updates& updates, const Request& request, const staff::Member&) {
  return answer(updates, issue_of(updates, request));
}

Result<Response> rewrite(Updates& updates, const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<IssueId>("issue"));
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  ASSIGN_OR_RETURN(const auto texts, texts_of(updates, given));
  return answer(updates, updates.issues.rewrite(id, texts, by));
}

Result<Response> remove(Updates& updates, const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<IssueId>("issue"));
  RETURN_IF_ERROR(updates.issues.remove(id, by));
  return Response::no_content();
}

Result<Language> wanted_language(const Updates& updates, std::string_view word) {
  const auto language = base::parse_language(word);
  if (language && base::contains(updates.needs.policy.languages(), *language)) return *language;
  return base::fail(Code::Invalid, "language: one of the policy");
}

Result<Response> show_preview(Updates& updates, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto issue, issue_of(updates, request));
  ASSIGN_OR_RETURN(const auto language, wanted_language(updates, request.query.text("language")));
  ASSIGN_OR_RETURN(const auto mail, preview(updates, issue, language));
  return Response::json(json{{"subject", mail.subject}, {"text", mail.text}, {"html", mail.html}}.dump());
}

Result<Response> mail_trial(Updates& updates, const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto issue, issue_of(updates, request));
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(request.body));
  ASSIGN_OR_RETURN(const auto word, text_of(given, "language"));
  ASSIGN_OR_RETURN(const auto language, wanted_language(updates, word));
  RETURN_IF_ERROR(updates.issues.mail_trial(issue, language, by));
  return Response::no_content();
}

Result<Response> send(Updates& updates, const Request& request, const staff::Member& by) {
  ASSIGN_OR_RETURN(const auto id, request.id<IssueId>("issue"));
  return answer(updates, updates.issues.send(id, by));
}

}  // namespace

void add_staff_api(http::Router& router, std::shared_ptr<Updates> updates) {
  staff::Door door(router, updates->needs.access);
  using Handler = Result<Response> (*)(Updates&, const Request&, const staff::Member&);
  const auto with = [updates](Handler handler) {
    return [updates, handler](Request& request, const staff::Member& member) {
      return handler(*updates, request, member);
    };
  };
  door.get("/api/v1/updates", kSendUpdates, with(list));
  door.plain(http::Method::Post, "/api/v1/updates/issues", kSendUpdates, with(write), kIssueBytesMax);
  door.get("/api/v1/updates/issues/{issue:id}", kSendUpdates, with(read));
  door.plain(http::Method::Put, "/api/v1/updates/issues/{issue:id}", kSendUpdates, with(rewrite),
             kIssueBytesMax);
  door.del("/api/v1/updates/issues/{issue:id}", kSendUpdates, with(remove));
  door.get("/api/v1/updates/issues/{issue:id}/preview", kSendUpdates, with(show_preview));
  door.post("/api/v1/updates/issues/{issue:id}/trial", kSendUpdates, with(mail_trial));
  door.post("/api/v1/updates/issues/{issue:id}/send", kSendUpdates, with(send));
}

}  // namespace surfaces::updates
