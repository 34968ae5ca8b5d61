#include "surfaces/events/erase_page.h"

#include <fmt/format.h>

#include "html/template.h"
#include "page/frame.h"
#include "retention/erasure.h"
#include "surfaces/events/ending.h"
#include "surfaces/events/pages.h"
#include "texts/numbers.h"
#include "texts/texts.h"

namespace surfaces::events {
namespace {

using base::Code;
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

Result<Response> ask(Parts& parts, const Request& request) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  ASSIGN_OR_RETURN(const auto holder, parts.links.holder(event.property, request.parameter("link")));
  if (!holder) return gone_page(parts, request, event);
  if (!holder->personal) return base::fail(Code::Denied, "Open your personal link for this.");
  const auto language = page::choose_language(parts.needs.site, request, event.language);
  auto values = values_of(parts, request, event, language, Key::EraseTitle);
  const auto own = fmt::format("/e/{}/me/{}", event.slug, request.parameter("link"));
  values.set("action", fmt::format("{}/erase?lang={}", own, base::to_text(language))).set("back", own);
  if (event.measured) values.show("measured");
  return page::answer(pages::erase, language, values);
}

Result<Response> erase(Parts& parts, const Request& request) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  ASSIGN_OR_RETURN(const auto holder, parts.links.holder(event.property, request.parameter("link")));
  if (!holder) return gone_page(parts, request, event);
  if (!holder->personal) return base::fail(Code::Denied, "Open your personal link for this.");
  const auto language = page::choose_language(parts.needs.site, request, event.language);
  auto erased = parts.needs.eraser.erase(holder->person);
  const bool pending = !erased && erased.error().code == Code::Unavailable;
  // It is in the ledger and goes on by itself; the person is unreadable from here on.
  if (pending) erased = parts.needs.eraser.find_of(holder->person);
  if (!erased) return base::fail(erased.error());
  auto values =
      values_of(parts, request, event, language, pending ? Key::ErasedPendingTitle : Key::ErasedTitle);
  values.set("certificate", fmt::format("/certificates/{}", base::to_text(erased->id)));
  if (pending) {
    values.show("pending");
    return page::answer(pages::erased, language, values, 202);
  }
  values.add("done").set("at", texts::date_time(language, *erased->completed_at, event.time_zone));
  return page::answer(pages::erased, language, values);
}

}  // namespace

void add_erase_pages(http::Router& router, std::shared_ptr<Parts> parts) {
  const auto with = [parts](Result<Response> (*handler)(Parts&, const Request&)) {
    return [parts, handler](Request& request) { return handler(*parts, request); };
  };
  router.get("/e/{event:slug}/me/{link}/erase", with(ask));
  router.post("/e/{event:slug}/me/{link}/erase", with(erase));
}

}  // namespace surfaces::events
