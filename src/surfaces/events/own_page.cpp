#include "surfaces/events/own_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "consent/ledger.h"
#include "consent/notices.h"
#include "consent/receipt.h"
#include "fields/form.h"
#include "html/template.h"
#include "journal/journal.h"
#include "page/frame.h"
#include "pulse/engine.h"
#include "pulse/portability.h"
#include "pulse/union.h"
#include "surfaces/events/accreditation_page.h"
#include "surfaces/events/ending.h"
#include "surfaces/events/erase_page.h"
#include "surfaces/events/letter_page.h"
#include "surfaces/events/pages.h"
#include "surfaces/events/timeline_drawing.h"
#include "surfaces/events/viewer_pages.h"
#include "surfaces/events/viewings.h"
#include "texts/numbers.h"
#include "texts/texts.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Language;
using base::Result;
using http::Request;
using http::Response;

struct Own {
  Event event;
  Holder holder;
  Language language = Language::Nl;
};

Result<Own> own_of(Parts& parts, const Request& request, const Event& event) {
  ASSIGN_OR_RETURN(const auto holder, parts.links.holder(event.property, request.parameter("link")));
  if (!holder) return base::fail(Code::Gone, "This link opens nothing here.");
  const auto language = page::choose_language(parts.needs.site, request, event.language);
  return Own{event, *holder, language};
}

/// What somebody may see of themself is theirs to see; that it was seen is recorded all the same.
Result<void> record(Parts& parts, const Event& event, const char* kind) {
  RETURN_IF_ERROR(parts.needs.journal.record({.kind = kind,
                                              .property = event.property,
                                              .by = {},
                                              .subject = parts.needs.journal.draw_subject(),
                                              .detail = {}}));
  return {};
}

struct OwnTime {
  std::vector<pulse::SessionRow> sessions;
  std::vector<pulse::IntervalRow> intervals;
  std::vector<pulse::Presence> presences;
};

Result<OwnTime> time_of(Parts& parts, const Own& own) {
  ASSIGN_OR_RETURN(const auto viewer, parts.needs.vault.viewer_number(own.holder.person, own.event.property));
  auto snapshot = parts.needs.engine.snapshot_of_viewer(own.event.property, viewer);
  if (!snapshot && (snapshot.error().code == Code::NotFound || snapshot.error().code == Code::Gone))
    return OwnTime{};
  if (!snapshot) return base::fail(snapshot.error());
  OwnTime time;
  time.sessions.assign(snapshot->sessions().begin(), snapshot->sessions().end());
  ASSIGN_OR_RETURN(time.intervals, snapshot->intervals());
  std::vector<pulse::Interval> all;
  for (const auto& row : time.intervals) all.push_back(row.interval);
  pulse::unite(all, time.presences);
  return time;
}

std::string clock_time(const Event& event, std::int64_t at_ms) {
  const auto local = base::local_time(base::instant_from_ms(at_ms), event.time_zone);
  if (!local) return base::to_rfc3339(base::instant_from_ms(at_ms));
  return fmt::format("{:02}:{:02}:{:02}", local->hour, local->minute, static_cast<int>(local->second));
}

void show_fields(html::Values& values, const policy::Policy& policy, const vault::PersonFields& person,
                 Language language) {
  for (const auto& declared : policy.fields()) {
    const auto* value = person.find(declared.name);
    if (value == nullptr) continue;
    values.add("given")
        .set("label", declared.label.in(language))
        .set("value", fields::shown_value(declared, *value, language));
  }
}

void show_time(html::Values& values, const Own& own, const OwnTime& time) {
  if (time.presences.empty()) {
    values.show("unwatched");
    return;
  }
  std::int64_t active_ms = 0;
  std::int64_t open_ms = 0;
  for (const auto& presence : time.presences)
    (presence.active ? active_ms : open_ms) += presence.end_ms - presence.start_ms;
  auto& watched = values.add("watched");
  const auto from_ms = std::min(base::to_ms(own.event.starts), time.presences.front().start_ms);
  const auto until_ms = std::max(base::to_ms(own.event.ends), time.presences.back().end_ms);
  watched.set("active", texts::duration(own.language, base::Millis{active_ms}))
      .set("inactive", texts::duration(own.language, base::Millis{open_ms}))
      .set("drawing", draw_timeline(time.presences, from_ms, until_ms))
      .set("from", clock_time(own.event, from_ms))
      .set("until", clock_time(own.event, until_ms))
      .set("zone", own.event.time_zone);
  for (const auto& presence : time.presences) {
    watched.add("interval")
        .set("start", clock_time(own.event, presence.start_ms))
        .set("end", clock_time(own.event, presence.end_ms))
        .set("duration", texts::duration(own.language, base::Millis{presence.end_ms - presence.start_ms}))
        .show(presence.active ? "active" : "inactive");
  }
}

void show_openings(html::Values& values, const Own& own, const OwnTime& time) {
  values.show("unopened", time.sessions.empty());
  for (const auto& session : viewings_of(time.sessions).all) {
    values.add("opened")
        .set("at",
             texts::date_time(own.language, base::instant_from_ms(session.opened_ms), own.event.time_zone))
        .show(session.consented ? "measured" : "unmeasured");
  }
}

texts::Key consent_key(consent::State state) {
  switch (state) {
    case consent::State::Asked: return texts::Key::MeConsentAsked;
    case consent::State::Refused: return texts::Key::MeConsentRefused;
    case consent::State::Given: return texts::Key::MeConsentGiven;
    case consent::State::Withdrawn: return texts::Key::MeConsentWithdrawn;
    case consent::State::Lapsed: return texts::Key::MeConsentLapsed;
  }
  return texts::Key::MeConsentAsked;
}

Result<void> show_choices(html::Values& values, Parts& parts, const Own& own, std::string_view address) {
  ASSIGN_OR_RETURN(const auto viewer, parts.needs.vault.viewer_number(own.holder.person, own.event.property));
  ASSIGN_OR_RETURN(const auto history, parts.needs.consents.history(own.event.property, viewer));
  values.show("unchosen", history.empty());
  for (const auto& entry : history) {
    auto& choice = values.add("choice");
    choice.set("at", texts::date_time(own.language, entry.at, own.event.time_zone))
        .set("what", texts::get(own.language, consent_key(entry.state)))
        .set("receipt", fmt::format("{}/receipts/{}", address, entry.id));
    for (std::string_view rest = entry.text; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      choice.add("line").set("text", rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return {};
}

/// Whoever came by the form may not be the owner of the address that they typed.
Result<Response> door_page(Parts& parts, const Own& own, const Request& request) {
  auto values = page::frame(parts.needs.site, own.language, texts::get(own.language, texts::Key::MeDoorTitle),
                            request.path);
  values.set("action", fmt::format("/e/{}/me/{}/mail?lang={}", own.event.slug, request.parameter("link"),
                                   base::to_text(own.language)));
  return page::answer(pages::door, own.language, values);
}

Result<Response> own_page(Parts& parts, const Own& own, const Request& request) {
  if (!own.holder.personal) return door_page(parts, own, request);
  ASSIGN_OR_RETURN(const auto person, parts.needs.vault.read_fields(own.holder.person));
  ASSIGN_OR_RETURN(const auto time, time_of(parts, own));
  RETURN_IF_ERROR(record(parts, own.event, "events.own_record_read"));
  const auto link = request.parameter("link");
  auto values = page::frame(parts.needs.site, own.language, texts::get(own.language, texts::Key::MeTitle),
                            request.path);
  values.set("title", own.event.title)
      .set("when", texts::period(own.language, own.event.starts, own.event.ends, own.event.time_zone))
      .set("requests",
           fmt::format("/requests/of/{}/{}?lang={}", own.event.slug, link, base::to_text(own.language)))
      .set("records", fmt::format("/e/{}/me/{}/records.csv", own.event.slug, link))
      .set("erase",
           fmt::format("/e/{}/me/{}/erase?lang={}", own.event.slug, link, base::to_text(own.language)))
      .set("back", opens_broadcast(own.event, own.holder)
                       ? fmt::format("/e/{}/watch/{}", own.event.slug, link)
                       : fmt::format("/e/{}", own.event.slug));
  show_fields(values, parts.needs.policy, person, own.language);
  show_time(values, own, time);
  show_openings(values, own, time);
  const bool agreed = std::ranges::any_of(time.sessions, &pulse::SessionRow::consented);
  RETURN_IF_ERROR(show_accreditation(
      values, parts,
      {.event = own.event,
       .person = own.holder.person,
       .language = own.language,
       .agreed = agreed,
       .presences = time.presences,
       .objects_at =
           fmt::format("/e/{}/me/{}/objection?lang={}", own.event.slug, link, base::to_text(own.language))}));
  RETURN_IF_ERROR(show_letters(values, parts, own.event, own.holder.person, own.language,
                               fmt::format("/e/{}/me/{}", own.event.slug, link)));
  RETURN_IF_ERROR(show_choices(values, parts, own, fmt::format("/e/{}/me/{}", own.event.slug, link)));
  return page::answer(pages::me, own.language, values);
}

Result<Response> records(Parts& parts, const Own& own, const Request&) {
  if (!own.holder.personal) return base::fail(Code::Denied, "Open your personal link for this.");
  ASSIGN_OR_RETURN(const auto time, time_of(parts, own));
  RETURN_IF_ERROR(record(parts, own.event, "events.own_record_exported"));
  std::vector<std::vector<pulse::Interval>> intervals(time.sessions.size());
  for (const auto& row : time.intervals) intervals[row.session].push_back(row.interval);
  std::vector<pulse::SessionIntervals> sessions;
  for (std::size_t i = 0; i < time.sessions.size(); ++i)
    sessions.push_back({time.sessions[i].id, intervals[i]});
  return Response::bytes("text/csv; charset=utf-8", pulse::portability_csv(sessions))
      .as_download(own.event.slug + "-records.csv");
}

Result<Response> receipt(Parts& parts, const Own& own, const Request& request) {
  if (!own.holder.personal) return base::fail(Code::Denied, "Open your personal link for this.");
  ASSIGN_OR_RETURN(const auto viewer, parts.needs.vault.viewer_number(own.holder.person, own.event.property));
  ASSIGN_OR_RETURN(const auto history, parts.needs.consents.history(own.event.property, viewer));
  const auto& settings = parts.needs.settings;
  ASSIGN_OR_RETURN(
      auto text,
      consent::receipt_of(history, request.parameter("receipt"), parts.needs.policy, parts.needs.notices,
                          {.controller = parts.needs.site.organisation,
                           .notice = settings.origin + "/privacy",
                           .withdrawal = fmt::format("{}/e/{}/watch/{}", settings.origin, own.event.slug,
                                                     request.parameter("link"))}));
  RETURN_IF_ERROR(record(parts, own.event, "events.own_receipt_read"));
  return Response::bytes("application/json", std::move(text)).as_download(own.event.slug + "-receipt.json");
}

Result<Response> take_objection(Parts& parts, const Own& own, const Request& request) {
  if (!own.holder.personal) return base::fail(Code::Denied, "Open your personal link for this.");
  RETURN_IF_ERROR(object(parts, own.event, own.holder.person, request));
  return Response::redirect(303, fmt::format("/e/{}/me/{}?lang={}#accreditation", own.event.slug,
                                             request.parameter("link"), base::to_text(own.language)));
}

/// What List-Unsubscribe names, opened by a person: the page that has the button.
Result<Response> letters(Parts&, const Own& own, const Request& request) {
  return Response::redirect(303, fmt::format("/e/{}/me/{}?lang={}#letters", own.event.slug,
                                             request.parameter("link"), base::to_text(own.language)));
}

Result<Response> answer_letters(Parts& parts, const Own& own, const Request& request) {
  if (!own.holder.personal) return base::fail(Code::Denied, "Open your personal link for this.");
  ASSIGN_OR_RETURN(const bool by_page, take_letters_answer(parts, own.event, own.holder.person, request));
  // A program is told in one answer: it follows no redirect (RFC 8058 §3.1).
  return by_page ? letters(parts, own, request) : Response::no_content();
}

Result<Response> mail_link(Parts& parts, const Own& own, const Request&) {
  RETURN_IF_ERROR(parts.registration.mail_link(own.event, own.holder.person));
  return Response::redirect(
      303, fmt::format("/e/{}/registered?lang={}", own.event.slug, base::to_text(own.language)));
}

}  // namespace

void add_own_pages(http::Router& router, std::shared_ptr<Parts> parts) {
  const auto with = [parts](Result<Response> (*handler)(Parts&, const Own&, const Request&)) {
    return [parts, handler](Request& request) -> Result<Response> {
      ASSIGN_OR_RETURN(const auto event, parts->store.by_slug(request.parameter("event")));
      const auto own = own_of(*parts, request, event);
      if (!own && own.error().code == Code::Gone) return gone_page(*parts, request, event);
      if (!own) return base::fail(own.error());
      return handler(*parts, *own, request);
    };
  };
  router.get("/e/{event:slug}/me/{link}", with(own_page));
  router.get("/e/{event:slug}/me/{link}/records.csv", with(records));
  router.get("/e/{event:slug}/me/{link}/receipts/{receipt}", with(receipt));
  router.post("/e/{event:slug}/me/{link}/mail", with(mail_link));
  router.post("/e/{event:slug}/me/{link}/objection", with(take_objection));
  router.get("/e/{event:slug}/me/{link}/letters", with(letters));
  router.post("/e/{event:slug}/me/{link}/letters", with(answer_letters));
  add_erase_pages(router, parts);
}

}  // namespace surfaces::events
