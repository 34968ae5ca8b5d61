#include "surfaces/events/viewer_pages.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "consent/signal.h"
#include "disclosure/book.h"
#include "fields/limits.h"
#include "html/template.h"
#include "http/negotiate.h"
#include "http/security.h"
#include "page/frame.h"
#include "surfaces/events/calendar.h"
#include "surfaces/events/ending.h"
#include "surfaces/events/guardian_pages.h"
#include "surfaces/events/limits.h"
#include "surfaces/events/own_page.h"
#include "surfaces/events/pages.h"
#include "surfaces/events/video_source.h"
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
using nlohmann::json;

/// The browser says for its user that nothing optional may be recorded (Sec-GPC or DNT).
bool refused_by_signal(const http::Request& request) {
  return consent::signal_refuses(request.header("Sec-GPC") == "1", request.header("DNT") == "1").has_value();
}

std::string when_of(const Event& event, Language language) {
  if (event.kind == Kind::Live) return texts::period(language, event.starts, event.ends, event.time_zone);
  return texts::format(language, texts::Key::EventAvailable,
                       {{"from", texts::date_time(language, event.starts, event.time_zone)},
                        {"until", texts::date_time(language, event.ends, event.time_zone)}});
}

/// An event that a viewer may know of: a draft is nobody's business.
Result<Event> public_event(Parts& parts, const Request& request) {
  ASSIGN_OR_RETURN(auto event, parts.store.by_slug(request.parameter("event")));
  if (!event.opened) return base::fail(Code::NotFound, "There is nothing at this address.");
  return event;
}

void show_description(html::Values& values, const Event& event) {
  if (!event.description.empty()) values.add("description").set("text", event.description);
}

/// Who decides what the data are used for, where each property has its own controller.
Result<void> show_organiser(html::Values& values, Parts& parts, const Event& event) {
  const auto& controller = parts.needs.policy.parties().controller;
  if (controller && !controller->name.empty()) return {};
  ASSIGN_OR_RETURN(const auto assignment, parts.needs.disclosures.in_force(event.property));
  if (assignment) values.add("organised").set("organiser", assignment->organiser);
  return {};
}

void show_age(html::Values& form, const policy::Minors& minors, Language language, const http::Form& posted,
              const std::vector<WrongField>& wrong) {
  using texts::Key;
  if (minors.age == 0) return;
  const auto days = std::chrono::duration_cast<std::chrono::days>(kGuardianAnswers).count();
  const auto text = [&](Key key) {
    return texts::format(language, key,
                         {{"age", fmt::to_string(minors.age)}, {"days", fmt::to_string(days)}});
  };
  const auto show_wrong = [&](html::Values& shown, std::string_view name) {
    const auto found = std::ranges::find(wrong, name, &WrongField::name);
    if (found != wrong.end()) shown.add("wrong").set("name", found->name).set("what", found->what);
  };
  auto& age = form.add("age");
  const auto answer = posted.text(kOldEnough);
  age.set("question", text(Key::EventAgeQuestion))
      .set("yes", text(Key::EventAgeYes))
      .set("no", text(Key::EventAgeNo))
      .show("is_old_enough", answer == "yes")
      .show("is_younger", answer == "no");
  show_wrong(age, kOldEnough);
  if (!minors.guardian_confirms) return;
  auto& guardian = age.add("guardian");
  guardian.set("label", text(Key::EventAgeGuardian))
      .set("hint", text(Key::EventAgeHint))
      .set("value", posted.text(kGuardian))
      .set("max", static_cast<std::int64_t>(fields::kFieldLengthMax));
  show_wrong(guardian, kGuardian);
}

void show_form(html::Values& values, Parts& parts, const Event& event, Language language,
               const http::Form& posted, const std::vector<WrongField>& wrong) {
  auto& form = values.add("form");
  form.set("action", fmt::format("/e/{}/register?lang={}", event.slug, base::to_text(language)));
  fields::show_form(form, asked_fields(parts.needs.policy, event), posted, wrong, language);
  show_age(form, parts.needs.policy.minors(), language, posted, wrong);
  form.show(event.measured ? "measured" : "unmeasured");
  form.show(event.opens_by == OpensBy::Link ? "mails" : "opens");
}

Result<Response> event_page(Parts& parts, const Request& request, const Event& event,
                            const http::Form& posted = {}, const std::vector<WrongField>& wrong = {}) {
  const auto language = page::choose_language(parts.needs.site, request, event.language);
  auto values = page::frame(parts.needs.site, language, event.title, fmt::format("/e/{}", event.slug));
  values.set("title", event.title).set("when", when_of(event, language));
  RETURN_IF_ERROR(show_organiser(values, parts, event));
  show_description(values, event);
  bool full = false;
  if (event.capacity) {
    ASSIGN_OR_RETURN(const auto registered, registered_of(parts, event));
    full = registered >= *event.capacity;
  }
  if (state_at(event, parts.needs.clock.now()) == State::Ended) {
    values.show("ended");
  } else if (full) {
    values.show("full");
  } else {
    show_form(values, parts, event, language, posted, wrong);
  }
  return page::answer(pages::event, language, values, wrong.empty() ? 200 : 422);
}

Result<Response> take_registration(Parts& parts, const Request& request) {
  ASSIGN_OR_RETURN(const auto event, public_event(parts, request));
  const auto language = page::choose_language(parts.needs.site, request, event.language);
  ASSIGN_OR_RETURN(const auto posted, http::parse_form(request));
  const auto filled = parts.registration.read(event, posted, language);
  // Over: the page says so.
  if (!filled && filled.error().code == Code::Conflict) return event_page(parts, request, event);
  if (!filled) return base::fail(filled.error());
  if (!filled->wrong.empty()) return event_page(parts, request, event, posted, filled->wrong);
  const auto suffix = fmt::format("?lang={}", base::to_text(language));
  if (!filled->guardian.empty()) {
    RETURN_IF_ERROR(parts.guardians.ask(event, *filled, language));
    return Response::redirect(303, fmt::format("/e/{}/guardian{}", event.slug, suffix));
  }
  ASSIGN_OR_RETURN(const auto registered, parts.registration.take(event, *filled, language));
  if (registered.is_full) return event_page(parts, request, event);
  if (registered.door.empty())
    return Response::redirect(303, fmt::format("/e/{}/registered{}", event.slug, suffix));
  return Response::redirect(303, fmt::format("/e/{}/watch/{}{}", event.slug, registered.door, suffix));
}

Result<Response> registered_page(Parts& parts, const Request& request) {
  ASSIGN_OR_RETURN(const auto event, public_event(parts, request));
  const auto language = page::choose_language(parts.needs.site, request, event.language);
  auto values = page::frame(parts.needs.site, language, texts::get(language, texts::Key::RegisteredTitle),
                            request.path);
  values.set("title", event.title).set("when", when_of(event, language));
  values.set("calendar", fmt::format("/e/{}/calendar.ics", event.slug));
  values.show(event.opens_by == OpensBy::Form ? "own" : "opens");
  return page::answer(pages::registered, language, values);
}

Result<Response> calendar(Parts& parts, const Request& request) {
  ASSIGN_OR_RETURN(const auto event, public_event(parts, request));
  const auto address = fmt::format("{}/e/{}", parts.needs.settings.origin, event.slug);
  return Response::bytes("text/calendar; charset=utf-8", calendar_file(event, address))
      .as_download(event.slug + ".ics");
}

// ---- watching ---------------------------------------------------------------------------------------

/// What the player has to know, and what the page's policy has to allow for it.
Result<json> video_of(Parts& parts, const Event& event) {
  const auto pass = parts.links.pass(event.property);
  const auto own = [&](std::string_view file) {
    return fmt::format("/e/{}/media/{}/{}", event.slug, pass, file);
  };
  json video;
  switch (event.video.kind) {
    case VideoKind::None: return json();
    case VideoKind::Address:
      video = {{"kind", is_playlist(event.video.address) ? "hls" : "mp4"}, {"src", event.video.address}};
      break;
    case VideoKind::Upload: {
      ASSIGN_OR_RETURN(const auto packing, parts.store.packing(event.property));
      if (packing.state != PackingState::Ready) return json();
      video = {{"kind", "hls"}, {"src", own("packed/index.m3u8")}};
      break;
    }
    case VideoKind::Folder: video = {{"kind", "hls"}, {"src", own("live/index.m3u8")}}; break;
  }
  video["live"] = event.kind == Kind::Live && event.video.kind != VideoKind::Upload;
  video["captions"] = event.video.captions ? json(own("captions.vtt")) : json();
  video["poster"] = nullptr;
  return video;
}

/// The texts that the scripts of a page show by themselves.
json script_texts(Language language) {
  using texts::Key;
  json out = json::object();
  for (const auto key : {Key::WatchMeasuringUndecided, Key::WatchMeasuringWaiting, Key::WatchMeasuringEnded,
                         Key::WatchStart, Key::WatchStop, Key::WatchNoVideo, Key::WatchVideo})
    out[std::string{texts::name_of(key)}] = texts::get(language, key);
  return out;
}

json purposes_of(const policy::Policy& policy, Language language) {
  auto purposes = json::array();
  for (const auto& name : policy.measurement().purposes) {
    const auto* rule = policy.consent(name);
    purposes.push_back({{"name", name},
                        {"ask", rule->asks.in(language)},
                        {"refusal", rule->costs ? json(rule->costs->in(language)) : json()},
                        {"given", rule->given.in(language)},
                        {"declined", rule->declined.in(language)}});
  }
  return purposes;
}

json page_data(Parts& parts, const Event& event, std::string_view link, Language language) {
  return {{"property", event.slug},
          {"link", link},
          {"notice", parts.needs.policy.version()},
          {"language", base::to_text(language)},
          {"time_zone", event.time_zone},
          {"measured", event.measured},
          {"purposes", event.measured ? purposes_of(parts.needs.policy, language) : json::array()},
          {"starts", base::to_rfc3339(event.starts)},
          {"ends", base::to_rfc3339(end_of(event))},
          {"now", base::to_rfc3339(parts.needs.clock.now())},
          {"texts", script_texts(language)}};
}

Result<Response> waiting_page(Parts& parts, const Request& request, const Event& event, Language language) {
  const auto link = request.parameter("link");
  auto values = page::frame(parts.needs.site, language, event.title, request.path);
  values.set("title", event.title)
      .set("time", texts::date_time(language, event.starts, event.time_zone))
      .set("starts", base::to_rfc3339(event.starts))
      .set("now", base::to_rfc3339(parts.needs.clock.now()))
      .set("calendar", fmt::format("/e/{}/calendar.ics", event.slug))
      .set("mine", fmt::format("/e/{}/me/{}", event.slug, link))
      .set("page_json", html::json_for_script(page_data(parts, event, link, language).dump()));
  show_description(values, event);
  return page::answer(pages::waiting, language, values);
}

Result<Response> ended_page(Parts& parts, const Request& request, const Event& event, Language language) {
  auto values = page::frame(parts.needs.site, language, event.title, request.path);
  values.set("title", event.title)
      .set("when", when_of(event, language))
      .set("mine", fmt::format("/e/{}/me/{}", event.slug, request.parameter("link")));
  return page::answer(pages::ended, language, values);
}

/// Every purpose has its own question: a yes to one is no yes to another.
void show_consent(html::Values& values, Parts& parts, const Event& event, Language language) {
  if (!event.measured) {
    values.show("unmeasured");
    return;
  }
  const auto& purposes = parts.needs.policy.measurement().purposes;
  auto& measured = values.add("measured");
  if (purposes.empty()) return;
  auto& asked = measured.add("asked");
  bool first = true;
  for (const auto& purpose : purposes) {
    const auto* rule = parts.needs.policy.consent(purpose);
    auto& question = asked.add("question");
    question.set("purpose", purpose)
        .set("asks", rule->asks.in(language))
        .set("accept", rule->accept.in(language))
        .set("decline", rule->decline.in(language))
        .set("explains", rule->explains.in(language))
        .show(first ? "first" : "later");
    if (rule->costs) question.add("cost").set("text", rule->costs->in(language));
    first = false;
  }
}

Result<Response> watch_page(Parts& parts, const Request& request, const Event& event, Language language) {
  const auto link = request.parameter("link");
  ASSIGN_OR_RETURN(const auto video, video_of(parts, event));
  auto data = page_data(parts, event, link, language);
  data["video"] = video;
  data["refused_by_signal"] = refused_by_signal(request);
  auto values = page::frame(parts.needs.site, language, event.title, request.path);
  values.set("title", event.title)
      .set("when", when_of(event, language))
      .set("mine", fmt::format("/e/{}/me/{}", event.slug, link))
      .set("page_json", html::json_for_script(data.dump()));
  if (video.is_null()) values.show("no_video");
  RETURN_IF_ERROR(show_organiser(values, parts, event));
  show_consent(values, parts, event, language);
  show_description(values, event);
  auto response = page::answer(pages::watch, language, values);
  if (event.video.kind == VideoKind::Address) {
    const auto origin = origin_of(event.video.address);
    http::set_page_policy(
        response, request,
        {{"media-src", "blob:"}, {"media-src", origin}, {"connect-src", origin}, {"worker-src", "blob:"}});
  } else {
    http::set_page_policy(response, request, {{"media-src", "blob:"}, {"worker-src", "blob:"}});
  }
  return response;
}

Result<Response> watch(Parts& parts, const Request& request) {
  ASSIGN_OR_RETURN(const auto event, public_event(parts, request));
  ASSIGN_OR_RETURN(const auto holder, parts.links.holder(event.property, request.parameter("link")));
  if (!holder) return gone_page(parts, request, event);
  const auto language = page::choose_language(parts.needs.site, request, event.language);
  // Who holds the other kind of link is shown where the event is entered.
  if (!opens_broadcast(event, *holder))
    return Response::redirect(303, fmt::format("/e/{}?lang={}", event.slug, base::to_text(language)));
  switch (state_at(event, parts.needs.clock.now())) {
    case State::Draft:
    case State::Open: return waiting_page(parts, request, event, language);
    case State::Live: return watch_page(parts, request, event, language);
    case State::Ended: return ended_page(parts, request, event, language);
  }
  return base::fail(Code::Internal, "an event is in no state");
}

Result<Response> media(Parts& parts, const Request& request) {
  ASSIGN_OR_RETURN(const auto event, public_event(parts, request));
  RETURN_IF_ERROR(parts.links.check_pass(event.property, request.parameter("pass")));
  return parts.media.serve(event.property, request.parameter("path"));
}

}  // namespace

Parts::Parts(Needs given)
    : needs(std::move(given)),
      store(needs.control, needs.clock),
      links(needs.vault, needs.keys, needs.session_keys, needs.clock, needs.random),
      media(store, needs.files, needs.settings.blobs),
      registration(needs, links),
      guardians(needs),
      origins(needs.settings.origin),
      seal_watch(needs.clock) {}

void add_pages(http::Router& router, std::shared_ptr<Parts> parts) {
  const auto with = [parts](Result<Response> (*handler)(Parts&, const Request&)) {
    return [parts, handler](Request& request) { return handler(*parts, request); };
  };
  router.get("/e/{event:slug}", [parts](Request& request) -> Result<Response> {
    ASSIGN_OR_RETURN(const auto event, public_event(*parts, request));
    return event_page(*parts, request, event);
  });
  router.post("/e/{event:slug}/register", with(take_registration));
  router.get("/e/{event:slug}/registered", with(registered_page));
  router.get("/e/{event:slug}/calendar.ics", with(calendar));
  router.get("/e/{event:slug}/watch/{link}", with(watch));
  router.get("/e/{event:slug}/media/{pass}/{path...}", with(media)).continuous = true;
  add_own_pages(router, parts);
  add_guardian_pages(router, parts);
}

}  // namespace surfaces::events
