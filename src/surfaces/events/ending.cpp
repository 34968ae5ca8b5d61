#include "surfaces/events/ending.h"

#include <fmt/format.h>

#include "html/template.h"
#include "page/frame.h"
#include "pulse/engine.h"
#include "surfaces/events/pages.h"
#include "surfaces/events/permissions.h"
#include "texts/numbers.h"
#include "texts/texts.h"
#include "vault/vault.h"

namespace surfaces::events {

using base::Code;
using base::Result;

std::vector<std::string> ended_of(const Event& event, base::Instant now) {
  if (!event.opened || now < end_of(event)) return {};
  return {std::string{kEventEnd}};
}

Result<std::int64_t> registered_of(Parts& parts, const Event& event) {
  const auto record = parts.needs.engine.anonymous_record(event.property);
  if (record) return record->counts.registered;
  auto count = parts.needs.vault.count(event.property);
  if (!count && count.error().code == Code::Gone) return 0;
  return count;
}

Result<std::vector<retention::End>> ends_of_events(Parts& parts) {
  ASSIGN_OR_RETURN(const auto events, parts.store.all());
  std::vector<retention::End> ends;
  for (const auto& event : events) {
    retention::End end{.property = event.property,
                       .of = std::string{kEventEnd},
                       .at = std::nullopt,
                       .title = event.title,
                       .time_zone = event.time_zone,
                       .page = fmt::format("/staff/e/{}/report", event.slug),
                       .organisation = event.organisation,
                       .told = kManageEvent};
    if (event.opened) end.at = end_of(event);
    ends.push_back(std::move(end));
  }
  return ends;
}

Result<http::Response> gone_page(Parts& parts, const http::Request& request, const Event& event) {
  ASSIGN_OR_RETURN(const auto fate, parts.needs.schedule.fate(event.property));
  if (!fate.ended) return base::fail(Code::Gone, "This link opens nothing here.");
  const auto language = page::choose_language(parts.needs.site, request, event.language);
  auto values =
      page::frame(parts.needs.site, language, texts::get(language, texts::Key::GoneTitle), request.path);
  values.set("title", event.title)
      .set("when", texts::period(language, event.starts, event.ends, event.time_zone))
      .set("at", texts::date_time(language, *fate.ended, event.time_zone));
  if (parts.needs.engine.anonymous_record(event.property)) values.show("kept");
  return page::answer(pages::gone, language, values, 410);
}

}  // namespace surfaces::events
