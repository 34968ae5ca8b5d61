#include "surfaces/events/event_api.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "approvals/api.h"
#include "base/log.h"
#include "http/negotiate.h"
#include "http/problem.h"
#include "property/registry.h"
#include "surfaces/events/assignment.h"
#include "surfaces/events/ending.h"
#include "surfaces/events/event_json.h"
#include "surfaces/events/limits.h"
#include "surfaces/events/measurement.h"
#include "surfaces/events/permissions.h"
#include "surfaces/events/second_person.h"
#include "surfaces/events/staff.h"
#include "surfaces/events/video_source.h"
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

constexpr std::string_view kSurface = "events";

Result<Event> asked_event(Parts& parts, const Request& request) {
  return parts.store.by_slug(request.parameter("event"));
}

Result<Response> answer(Parts& parts, const Event& event, int status = 200) {
  ASSIGN_OR_RETURN(const auto registered, registered_of(parts, event));
  ASSIGN_OR_RETURN(const auto fate, parts.needs.schedule.fate(event.property));
  return Response::json(
      event_json(event, registered, parts.needs.clock.now(), parts.needs.settings.origin, fate), status);
}

std::optional<texts::Key> source_text(SourceProblem problem) {
  switch (problem) {
    case SourceProblem::None: return std::nullopt;
    case SourceProblem::NoAnswer: return texts::Key::EventFormVideoNoAnswer;
    case SourceProblem::NotMedia: return texts::Key::EventFormVideoNotMedia;
    case SourceProblem::SetsCookie: return texts::Key::EventFormVideoCookie;
    case SourceProblem::PrivateNetwork: return texts::Key::EventFormVideoPrivate;
    case SourceProblem::NotShared: return texts::Key::EventFormVideoNotShared;
  }
  return std::nullopt;
}

/// Reads the body into the event, and asks a new video source what it delivers.
Result<EventChange> read_change(Parts& parts, const Request& request, Event event, bool is_new) {
  const auto language = http::negotiate_language(request, Language::Nl);
  const auto& settings = parts.needs.settings;
  ASSIGN_OR_RETURN(auto change, change_event(std::move(event), request.body,
                                             {.policy = parts.needs.policy,
                                              .now = parts.needs.clock.now(),
                                              .language = language,
                                              .is_new = is_new,
                                              .local_only = settings.local_only}));
  if (!change.video_address_is_new || !change.wrong.empty()) return change;
  const auto text =
      source_text(examine_source(change.event.video.address, settings.origin, settings.local_only));
  if (text)
    change.wrong.push_back({http::pointer_to({"video", "address"}),
                            texts::format(language, *text, {{"origin", settings.origin}})});
  return change;
}

Result<Response> list_events(Parts& parts, const Request&, const staff::Member& member) {
  ASSIGN_OR_RETURN(auto events, parts.store.all());
  std::erase_if(events, [&](const Event& event) { return event.organisation != member.organisation; });
  std::vector<std::pair<Event, std::int64_t>> counted;
  for (auto& event : events) {
    ASSIGN_OR_RETURN(const auto registered, registered_of(parts, event));
    counted.emplace_back(std::move(event), registered);
  }
  return Response::json(events_json(counted, parts.needs.clock.now()));
}

Result<Response> create_event(Parts& parts, const Request& request, const staff::Member& member) {
  const auto now = parts.needs.clock.now();
  ASSIGN_OR_RETURN(auto change, read_change(parts, request, new_event(parts.needs.policy, now), true));
  if (!change.wrong.empty()) return refuse(std::move(change.wrong));
  auto& event = change.event;
  if (event.slug.empty()) {
    ASSIGN_OR_RETURN(event.slug, parts.needs.properties.free_slug(property::slug_of(event.title)));
  }
  const auto number = parts.needs.properties.create(event.slug, kSurface, member.organisation);
  if (!number && number.error().code == Code::Conflict) {
    const auto language = http::negotiate_language(request, Language::Nl);
    return refuse(
        {{http::pointer_to({"event"}), std::string{texts::get(language, texts::Key::EventFormSlugTaken)}}});
  }
  if (!number) return base::fail(number.error());
  event.property = *number;
  event.organisation = member.organisation;
  RETURN_IF_ERROR(parts.store.insert(event));
  RETURN_IF_ERROR(record_act(parts, "events.created", event, member));
  RETURN_IF_ERROR(assign_new(parts, event, member));
  return answer(parts, event, 201);
}

Result<Response> read_event(Parts& parts, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto event, asked_event(parts, request));
  return answer(parts, event);
}

Result<Response> update(Parts& parts, const Event& before, const Event& after, const staff::Member& member,
                        std::string_view kind) {
  RETURN_IF_ERROR(parts.store.replace(before, after));
  RETURN_IF_ERROR(declare(parts, after));
  RETURN_IF_ERROR(record_act(parts, kind, after, member));
  return answer(parts, after);
}

/// Of an event that has begun. Where that waits for a second person, what else was changed does not.
Result<Response> move_end(Parts& parts, const Event& before, Event after, const staff::Member& member) {
  auto rest = after;
  rest.ends = before.ends;
  rest.runs_on = before.runs_on;
  if (rest != before) RETURN_IF_ERROR(update(parts, before, rest, member, "events.changed"));
  if (parts.needs.approvals.waits(approvals::kMoveEnd)) {
    ASSIGN_OR_RETURN(const auto asked, ask_move_end(parts, before, after, member));
    return approvals::waiting(asked);
  }
  RETURN_IF_ERROR(parts.store.replace(rest, after));
  RETURN_IF_ERROR(declare(parts, after));
  RETURN_IF_ERROR(record_act(parts, kEndMoved, after, member, end_detail(before, after)));
  return answer(parts, after);
}

Result<Response> patch_event(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto before, asked_event(parts, request));
  ASSIGN_OR_RETURN(auto change, read_change(parts, request, before, false));
  if (!change.wrong.empty()) return refuse(std::move(change.wrong));
  if (change.moves_end) return move_end(parts, before, std::move(change.event), member);
  return update(parts, before, change.event, member, "events.changed");
}

Result<Response> open_event(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(auto event, asked_event(parts, request));
  const auto before = event;
  if (event.opened) return answer(parts, event);
  if (parts.needs.clock.now() >= event.ends)
    return base::fail(Code::Conflict, "This event would be over already: move its end first.");
  event.opened = true;
  return update(parts, before, event, member, "events.opened");
}

/// Ends an event that runs on. One that does not ends by itself, and never earlier than planned.
Result<Response> close_event(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(auto event, asked_event(parts, request));
  const auto before = event;
  const auto now = parts.needs.clock.now();
  if (!event.runs_on || now < event.ends || state_at(event, now) != State::Live)
    return base::fail(Code::Conflict, "Only an event that runs on past its planned end can be closed.");
  event.closed = now;
  return update(parts, before, event, member, "events.closed");
}

// ---- video ------------------------------------------------------------------------------------------

Result<http::Upload> upload_video(const std::shared_ptr<Parts>& parts, Request& request) {
  ASSIGN_OR_RETURN(const auto event, asked_event(*parts, request));
  ASSIGN_OR_RETURN(const auto packing, parts->store.packing(event.property));
  if (packing.state == PackingState::Receiving || packing.state == PackingState::Packing)
    return base::fail(Code::Conflict, "A video is on its way already.");
  RETURN_IF_ERROR(parts->needs.files.make_directories(parts->media.folder(event.property)));
  const auto path = parts->media.upload_path(event.property);
  RETURN_IF_ERROR(parts->needs.files.remove(path));
  RETURN_IF_ERROR(parts->store.set_packing(event.property, {PackingState::Receiving, 0, ""}));
  const auto property = event.property;
  // The event may have been changed while the video came in: nothing else of it is written.
  const auto finished = [parts, property](std::uint64_t) -> Result<Response> {
    RETURN_IF_ERROR(parts->store.set_uploaded(property));
    RETURN_IF_ERROR(parts->store.set_packing(property, {PackingState::Packing, 0, ""}));
    return Response::json(R"({"state":"packing","progress":0.0})", 202);
  };
  auto shown = std::make_shared<double>(0);
  const auto progress = [parts, property, shown](std::uint64_t received, std::optional<std::uint64_t> total) {
    if (!total || *total == 0) return;
    const double done = static_cast<double>(received) / static_cast<double>(*total);
    if (done < *shown + 0.01) return;
    *shown = done;
    const auto written = parts->store.set_packing(property, {PackingState::Receiving, done, ""});
    if (!written) base::log(base::Level::Warning, "events.upload_progress", {{"error", written.error()}});
  };
  ASSIGN_OR_RETURN(auto sink, http::make_file_sink(parts->needs.files, path, finished,
                                                   http::content_length(request), progress));
  return http::Upload{.sink = std::move(sink), .size_max = static_cast<std::uint64_t>(kUploadBytesMax)};
}

std::string reason_text(std::string_view reason, Language language) {
  if (reason == "not_video") return std::string{texts::get(language, texts::Key::VideoFailedNotVideo)};
  if (reason == "interrupted") return std::string{texts::get(language, texts::Key::VideoFailedInterrupted)};
  return std::string{texts::get(language, texts::Key::VideoFailedPacking)};
}

Result<Response> upload_state(Parts& parts, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto event, asked_event(parts, request));
  ASSIGN_OR_RETURN(const auto packing, parts.store.packing(event.property));
  json out = {{"state", to_text(packing.state)}, {"progress", packing.progress}};
  if (packing.state == PackingState::Failed)
    out["reason"] = reason_text(packing.reason, http::negotiate_language(request, Language::Nl));
  return Response::json(out.dump());
}

Result<Response> live_folder(Parts& parts, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto event, asked_event(parts, request));
  ASSIGN_OR_RETURN(const auto folder, parts.media.live_folder(event.property));
  return Response::json(json{{"folder", folder.string()}, {"playlist", "index.m3u8"}}.dump());
}

Result<Response> set_captions(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(auto event, asked_event(parts, request));
  const auto before = event;
  const bool removes = request.method == http::Method::Delete;
  const auto path = parts.media.captions_path(event.property);
  if (removes) {
    RETURN_IF_ERROR(parts.needs.files.remove(path));
  } else {
    if (!request.body.starts_with("WEBVTT"))
      return base::fail(Code::Invalid, "Captions are a WebVTT file, which begins with WEBVTT.");
    RETURN_IF_ERROR(parts.needs.files.make_directories(parts.media.folder(event.property)));
    RETURN_IF_ERROR(base::replace_file(parts.needs.files, path, base::as_bytes(request.body)));
  }
  event.video.captions = !removes;
  RETURN_IF_ERROR(update(parts, before, event, member, "events.captions_changed"));
  return Response::no_content();
}

}  // namespace

void add_event_api(http::Router& router, std::shared_ptr<Parts> parts) {
  auto door = staff_door(router, parts);
  const auto with = [&parts](StaffHandler handler) { return with_parts(parts, handler); };
  door.get("/api/v1/events", kViewReport, with(list_events));
  door.post("/api/v1/events", kManageEvent, with(create_event));
  door.get("/api/v1/events/{event:slug}", kViewReport, with(read_event));
  door.patch("/api/v1/events/{event:slug}", kManageEvent, with(patch_event));
  door.post("/api/v1/events/{event:slug}/open", kRunEvent, with(open_event));
  door.post("/api/v1/events/{event:slug}/close", kRunEvent, with(close_event));
  door.upload(http::Method::Put, "/api/v1/events/{event:slug}/upload", kManageEvent,
              [parts](Request& request, const staff::Member&) { return upload_video(parts, request); });
  door.get("/api/v1/events/{event:slug}/upload", kViewReport, with(upload_state));
  door.get("/api/v1/events/{event:slug}/live-folder", kManageEvent, with(live_folder));
  door.plain(http::Method::Put, "/api/v1/events/{event:slug}/captions", kManageEvent, with(set_captions),
             kCaptionBytesMax);
  door.del("/api/v1/events/{event:slug}/captions", kManageEvent, with(set_captions));
}

}  // namespace surfaces::events
