#include "surfaces/events/guardian_pages.h"

#include <fmt/format.h>

#include "html/template.h"
#include "page/frame.h"
#include "surfaces/events/limits.h"
#include "surfaces/events/pages.h"
#include "texts/numbers.h"
#include "texts/texts.h"

namespace surfaces::events {
namespace {

using base::Language;
using base::Result;
using http::Request;
using http::Response;
using texts::Key;

html::Values values_of(const Parts& parts, const Request& request, const Event& event, Language language,
                       Key title) {
  auto values = page::frame(parts.needs.site, language, texts::get(language, title), request.path);
  values.set("title", event.title)
      .set("when", texts::period(language, event.starts, event.ends, event.time_zone));
  return values;
}

/// One of the sections of the page, with the words of its heading and text.
Response told(const Parts& parts, const Request& request, const Event& event, Key title, Key text,
              int status = 200) {
  const auto language = page::choose_language(parts.needs.site, request, event.language);
  auto values = values_of(parts, request, event, language, title);
  const auto days = std::chrono::duration_cast<std::chrono::days>(kGuardianAnswers).count();
  values.add("told")
      .set("heading", texts::get(language, title))
      .set("text", texts::format(language, text, {{"days", fmt::to_string(days)}}));
  return page::answer(pages::guardian, language, values, status);
}

Result<Response> sent(Parts& parts, const Request& request) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  return told(parts, request, event, Key::GuardianSentTitle, Key::GuardianSentText);
}

Response gone(const Parts& parts, const Request& request, const Event& event) {
  return told(parts, request, event, Key::GuardianGoneTitle, Key::GuardianGoneText, 410);
}

Result<Response> ask(Parts& parts, const Request& request) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  const auto pending = parts.guardians.find(event, request.parameter("pending"));
  if (!pending) return gone(parts, request, event);
  const auto language = page::choose_language(parts.needs.site, request, event.language);
  const auto child = child_of(parts.needs.policy, *pending);
  auto values = values_of(parts, request, event, language, Key::GuardianTitle);
  auto& asked = values.add("ask");
  const auto age = fmt::to_string(parts.needs.policy.minors().age);
  asked.set("heading", texts::format(language, Key::GuardianHeading, {{"child", child}}))
      .set("text", texts::format(language, Key::GuardianText, {{"child", child}, {"age", age}}))
      .set("action", fmt::format("{}?lang={}", request.path, base::to_text(language)));
  for (const auto& [field, value] : parts.guardians.filled(*pending).fields)
    asked.add("field").set("label", field->label.in(language)).set("value", value);
  if (event.measured)
    asked.add("measured").set("text", texts::format(language, Key::GuardianMeasured, {{"child", child}}));
  return page::answer(pages::guardian, language, values);
}

Result<Response> answer(Parts& parts, const Request& request) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  ASSIGN_OR_RETURN(const auto posted, http::parse_form(request));
  const auto pending = parts.guardians.find(event, request.parameter("pending"));
  if (!pending) return gone(parts, request, event);
  if (posted.text("answer") != "yes") {
    RETURN_IF_ERROR(parts.guardians.end(*pending, false));
    return told(parts, request, event, Key::GuardianDeclinedTitle, Key::GuardianDeclinedText);
  }
  // Registered first: after a stop between the two the guardian says yes again, and nothing is registered
  // twice.
  ASSIGN_OR_RETURN(const auto registered,
                   parts.registration.take(event, parts.guardians.filled(*pending), pending->language));
  if (registered.is_full) return told(parts, request, event, Key::EventFullTitle, Key::EventFullText);
  RETURN_IF_ERROR(parts.guardians.end(*pending, true));
  return told(parts, request, event, Key::GuardianAgreedTitle, Key::GuardianAgreedText);
}

}  // namespace

void add_guardian_pages(http::Router& router, std::shared_ptr<Parts> parts) {
  const auto with = [parts](Result<Response> (*handler)(Parts&, const Request&)) {
    return [parts, handler](Request& request) { return handler(*parts, request); };
  };
  router.get("/e/{event:slug}/guardian", with(sent));
  router.get("/e/{event:slug}/guardian/{pending}", with(ask));
  router.post("/e/{event:slug}/guardian/{pending}", with(answer));
}

}  // namespace surfaces::events
