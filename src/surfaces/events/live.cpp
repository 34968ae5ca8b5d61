#include "surfaces/events/live.h"
#include "surfaces/events/assignment.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/log.h"
#include "http/problem.h"
#include "http/security.h"
#include "journal/journal.h"
#include "policy/policy.h"
#include "surfaces/events/limits.h"
#include "surfaces/events/permissions.h"
#include "surfaces/events/staff.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Result;
using nlohmann::json;

constexpr std::int64_t kPointMs = 5000;

std::string_view to_text(pulse::ViewerState state) {
  switch (state) {
    case pulse::ViewerState::Absent: return "absent";
    case pulse::ViewerState::Inactive: return "open";
    case pulse::ViewerState::Active: return "active";
  }
  return "absent";
}

std::string time_of(std::int64_t at_ms) { return base::to_rfc3339(base::instant_from_ms(at_ms)); }

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

json present_json(const pulse::Present& present) {
  return {{"active", present.active}, {"inactive", present.inactive}};
}

json person_json(base::ViewerNumber viewer, const Called& called, base::Instant registered,
                 const pulse::LiveViewer* live) {
  json out = {{"viewer", handle_of(viewer)},
              {"name", called.name},
              {"email", called.email},
              {"registered", base::to_rfc3339(registered)},
              {"state", "never"},
              {"first_seen", nullptr},
              {"last_seen", nullptr},
              {"active_s", 0.0},
              {"open_s", 0.0},
              {"consent", "none"}};
  if (live == nullptr) return out;
  out["consent"] = live->consented ? "given" : "refused";
  out["state"] = to_text(live->state);
  out["active_s"] = static_cast<double>(live->active_ms) / 1000.0;
  out["open_s"] = static_cast<double>(live->open_ms) / 1000.0;
  if (live->first_seen_ms != 0) {
    out["first_seen"] = time_of(live->first_seen_ms);
    out["last_seen"] = time_of(live->last_seen_ms);
  }
  return out;
}

/// The curve so far, a point per five seconds: the average number present in each.
Result<json> curve_so_far(pulse::Engine& engine, const Event& event, std::int64_t now_ms) {
  const auto from_ms = base::to_ms(event.starts);
  const auto until_ms = std::min(now_ms, base::to_ms(event.ends));
  auto curve = json::array();
  if (until_ms <= from_ms) return curve;
  ASSIGN_OR_RETURN(
      const auto seconds,
      engine.live_curve(event.property, from_ms, static_cast<std::size_t>((until_ms - from_ms) / 1000)));
  constexpr std::size_t kSeconds = kPointMs / 1000;
  for (std::size_t at = 0; at + kSeconds <= seconds.size(); at += kSeconds) {
    double active = 0;
    double inactive = 0;
    for (std::size_t i = at; i < at + kSeconds; ++i) {
      active += static_cast<double>(seconds[i].active_ms) / kPointMs;
      inactive += static_cast<double>(seconds[i].inactive_ms) / kPointMs;
    }
    curve.push_back({from_ms + static_cast<std::int64_t>(at + kSeconds) * 1000, active, inactive});
  }
  return curve;
}

void end_with(http::WebSocket& socket, const base::Error& error) {
  socket.send_text(
      dumped({{"kind", "error"}, {"error", "/problems/" + std::string{http::slug_of(error.code)}}}));
  socket.close(error.code == Code::Unavailable ? http::CloseCode::TryAgainLater : http::CloseCode::Policy);
}

}  // namespace

LiveHub::LiveHub(std::shared_ptr<Parts> parts, staff::Guard guard)
    : parts_(std::move(parts)), guard_(std::move(guard)), thread_([this] { run(); }) {}

LiveHub::~LiveHub() {
  {
    base::Lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void LiveHub::join(http::Request request, std::shared_ptr<http::WebSocket> socket) {
  {
    base::Lock lock(mutex_);
    waiting_.push_back({std::move(request), std::move(socket)});
  }
  wake_.notify_all();
}

void LiveHub::leave(const http::WebSocket* socket) {
  base::Lock lock(mutex_);
  std::erase_if(pages_, [&](const Page& page) { return page.socket.get() == socket; });
  std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.socket.get() == socket; });
}

void LiveHub::run() {
  while (true) {
    std::vector<Waiting> arrived;
    std::set<std::string> watched;
    {
      base::Lock lock(mutex_);
      if (stopping_) return;
      if (waiting_.empty()) {
        if (pages_.empty()) {
          wake_.wait(mutex_);
        } else {
          wake_.wait_for(mutex_, kLiveTick);
        }
      }
      if (stopping_) return;
      arrived.swap(waiting_);
      for (const auto& page : pages_) watched.insert(page.slug);
    }
    for (auto& waiting : arrived) admit(std::move(waiting));
    ask_again();
    std::erase_if(shows_, [&](const auto& entry) {
      base::Lock lock(mutex_);
      return std::ranges::none_of(pages_, [&](const Page& page) { return page.slug == entry.first; });
    });
    for (const auto& slug : watched) {
      const auto found = shows_.find(slug);
      if (found == shows_.end()) continue;
      if (const auto told = tell(found->second); !told)
        base::log(base::Level::Warning, "events.live", {{"error", told.error()}});
    }
  }
}

void LiveHub::ask_again() {
  std::vector<Page> pages;
  {
    base::Lock lock(mutex_);
    pages = pages_;
  }
  std::map<const http::WebSocket*, bool> passed;
  for (const auto& page : pages) {
    const auto member = guard_.admit(*page.request);
    const bool is_refused = !member && member.error().code != Code::Unavailable &&
                            member.error().code != Code::Internal && member.error().code != Code::Corrupt;
    if (is_refused) {
      end_with(*page.socket, member.error());
      leave(page.socket.get());
    } else {
      passed[page.socket.get()] = member.has_value();
    }
  }
  base::Lock lock(mutex_);
  for (auto& page : pages_) {
    if (const auto found = passed.find(page.socket.get()); found != passed.end())
      page.is_admitted = found->second;
  }
}

void LiveHub::admit(Waiting waiting) {
  Page page{.socket = std::move(waiting.socket),
            .slug = std::string{waiting.request.parameter("event")},
            .request = std::make_shared<const http::Request>(std::move(waiting.request))};
  const auto refuse = [&](const base::Error& error) { end_with(*page.socket, error); };
  const auto member = guard_.admit(*page.request);
  if (!member) return refuse(member.error());
  const auto event = parts_->store.by_slug(page.slug);
  if (!event) return refuse(event.error());
  const auto commission = commission_of(*parts_, *event);
  if (!commission) return refuse(commission.error());
  if (const auto recorded = record_act(*parts_, "events.names_read", *event, *member, "live"); !recorded)
    return refuse(recorded.error());
  if (const auto greeted = greet(page); !greeted) return refuse(greeted.error());
  base::Lock lock(mutex_);
  pages_.push_back(std::move(page));
}

Result<LiveHub::Show*> LiveHub::show_of(const std::string& slug) {
  ASSIGN_OR_RETURN(auto event, parts_->store.by_slug(slug));
  auto& show = shows_[slug];
  show.event = std::move(event);
  return &show;
}

/// New people only: who is known stays known, and the vault is asked about the rest.
Result<void> LiveHub::learn_people(Show& show) {
  ASSIGN_OR_RETURN(const auto count, parts_->needs.vault.count(show.event.property));
  if (count == show.registered) return {};
  show.registered = count;
  ASSIGN_OR_RETURN(const auto people, parts_->needs.vault.people_of(show.event.property));
  std::map<base::ViewerNumber, Known> known;
  ASSIGN_OR_RETURN(const auto commission, commission_of(*parts_, show.event));
  for (const auto& person : people) {
    if (const auto before = show.people.find(person.viewer); before != show.people.end()) {
      known.insert(show.people.extract(before));
      continue;
    }
    ASSIGN_OR_RETURN(const bool restricted, parts_->needs.is_restricted(person.id));
    if (restricted) continue;
    const auto fields = parts_->needs.vault.read_fields(person.id);
    if (!fields) continue;  // Erased this very moment.
    auto& one = known[person.viewer];
    one.registered = person.registered_at;
    one.called = called(parts_->needs.policy, *fields, commission.use, /*agreed=*/false);
  }
  show.people = std::move(known);
  return {};
}

Result<void> LiveHub::greet(Page& page) {
  ASSIGN_OR_RETURN(auto* show, show_of(page.slug));
  RETURN_IF_ERROR(learn_people(*show));
  ASSIGN_OR_RETURN(const auto all, parts_->needs.engine.live_changes(show->event.property, 0));
  if (show->version == 0) show->version = all.present.version;
  std::map<base::ViewerNumber, const pulse::LiveViewer*> live;
  for (const auto& viewer : all.viewers) live[viewer.viewer] = &viewer;
  auto people = json::array();
  for (const auto& [viewer, known] : show->people) {
    const auto found = live.find(viewer);
    people.push_back(
        person_json(viewer, known.called, known.registered, found == live.end() ? nullptr : found->second));
  }
  const auto now_ms = base::to_ms(parts_->needs.clock.now());
  ASSIGN_OR_RETURN(auto curve, curve_so_far(parts_->needs.engine, show->event, now_ms));
  page.socket->send_text(dumped({{"kind", "hello"},
                                 {"now", time_of(now_ms)},
                                 {"from", base::to_rfc3339(show->event.starts)},
                                 {"to", base::to_rfc3339(end_of(show->event))},
                                 {"curve", std::move(curve)},
                                 {"people", std::move(people)},
                                 {"present", present_json(all.present)},
                                 {"registered", show->registered},
                                 {"opened", all.present.opened}}));
  return {};
}

std::optional<std::string> LiveHub::change_of(Show& show, const pulse::LiveChanges& changes,
                                              std::int64_t registered_before) {
  const auto now_ms = base::to_ms(parts_->needs.clock.now());
  json point;
  if (now_ms - show.last_point_ms >= kPointMs) {
    show.last_point_ms = now_ms - now_ms % kPointMs;
    point = {show.last_point_ms, changes.present.active, changes.present.inactive};
  }
  auto people = json::array();
  for (const auto& viewer : changes.viewers) {
    const auto known = show.people.find(viewer.viewer);
    if (known == show.people.end()) continue;
    people.push_back(person_json(viewer.viewer, known->second.called, known->second.registered, &viewer));
  }
  const bool is_news = !people.empty() || !point.is_null() || registered_before != show.registered;
  if (!is_news && now_ms - show.last_told_ms < kLiveSilenceMax.count()) return std::nullopt;
  show.last_told_ms = now_ms;
  return dumped({{"kind", "change"},
                 {"now", time_of(now_ms)},
                 {"present", present_json(changes.present)},
                 {"registered", show.registered},
                 {"opened", changes.present.opened},
                 {"point", std::move(point)},
                 {"people", std::move(people)}});
}

Result<void> LiveHub::tell(Show& show) {
  const auto registered_before = show.registered;
  RETURN_IF_ERROR(learn_people(show));
  ASSIGN_OR_RETURN(const auto changes, parts_->needs.engine.live_changes(show.event.property, show.version));
  show.version = changes.present.version;
  auto text = change_of(show, changes, registered_before);
  if (!text) return {};
  const auto shared = std::make_shared<const std::string>(*std::move(text));
  base::Lock lock(mutex_);
  for (const auto& page : pages_) {
    if (page.is_admitted && page.slug == show.event.slug) page.socket->send_text(shared);
  }
  return {};
}

void add_live(http::Router& router, const std::shared_ptr<Parts>& parts) {
  constexpr std::string_view kPattern = "/api/v1/events/{event:slug}/live";
  auto door = staff_door(router, parts);
  const auto hub = std::make_shared<LiveHub>(parts, door.guard(kPattern, kSeeNames));
  auto& socket_route = router.web_socket(
      kPattern,
      [hub](http::Request& request,
            const std::shared_ptr<http::WebSocket>& socket) -> Result<http::WebSocketEvents> {
        // Browsers send cookies with sockets of any page: only ours may open this one.
        if (!request.header("Authorization") && request.header("Origin") != request.origin())
          return base::fail(Code::Denied, "This request comes from a page of another site.");
        hub->join(request, socket);
        return http::WebSocketEvents{.on_message = [](std::string_view) {},
                                     .on_close = [hub, held = socket.get()] { hub->leave(held); }};
      });
  socket_route.permission = kSeeNames.name;
  door.get(kPattern, kSeeNames, [](http::Request&, const staff::Member&) -> Result<http::Response> {
    return http::to_response(http::problem_of_status(426, "This address speaks WebSocket."));
  });
}

}  // namespace surfaces::events
