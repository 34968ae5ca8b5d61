#include "surfaces/events/event_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/contains.h"
#include "http/json_body.h"
#include "property/registry.h"
#include "surfaces/events/form.h"
#include "surfaces/events/limits.h"
#include "surfaces/events/video_source.h"
#include "texts/texts.h"

namespace surfaces::events {
namespace {

using base::Result;
using nlohmann::json;
using texts::Key;

/// Reads one member after another into the event and gathers what is wrong.
class Reader {
 public:
  Reader(EventChange& change, const json& given, const ChangeContext& context)
      : change_(change), event_(change.event), before_(change.event), given_(given), context_(context) {}

  void read() {
    refuse_unknown();
    if (context_.is_new) slug();
    text("title", event_.title, kTitleLengthMax);
    if (event_.title.empty()) wrong("title", Key::EventFormMissing);
    text("description", event_.description, kDescriptionLengthMax);
    named("kind", event_.kind, parse_kind);
    times();
    language();
    truth("measured", event_.measured);
    if (before_.opened && event_.measured != before_.measured) wrong("measured", Key::EventFormMeasuredFixed);
    fields();
    opens_by();
    capacity();
    video();
    moments();
    domains();
  }

 private:
  void wrong(std::string_view member, Key key) {
    change_.wrong.push_back({http::pointer_to({member}), std::string{texts::get(context_.language, key)}});
  }
  void wrong(std::string_view member, Key key, std::int64_t max) {
    change_.wrong.push_back(
        {http::pointer_to({member}), texts::format(context_.language, key, {{"max", fmt::to_string(max)}})});
  }

  void refuse_unknown() {
    constexpr std::array<std::string_view, 20> kKnown{
        "event",     "title",    "description", "kind",       "starts",   "ends",     "runs_on",
        "time_zone", "language", "fields",      "required",   "opens_by", "measured", "capacity",
        "video",     "moments",  "state",       "registered", "links",    "domains"};
    for (const auto& [name, value] : given_.items()) {
      if (!base::contains(kKnown, name)) wrong(name, Key::EventFormUnknown);
    }
  }

  const json* find(const char* name) const {
    const auto found = given_.find(name);
    return found == given_.end() ? nullptr : &*found;
  }

  void slug() {
    const auto* value = find("event");
    if (value == nullptr || value->is_null()) return;
    const auto slug = value->is_string() ? value->get<std::string>() : "?";
    if (slug.empty()) return;
    if (!property::is_slug(slug)) {
      wrong("event", Key::EventFormSlug);
      return;
    }
    event_.slug = slug;
  }

  void text(const char* name, std::string& out, std::size_t length_max) {
    const auto* value = find(name);
    if (value == nullptr) return;
    if (!value->is_string()) return wrong(name, Key::EventFormMissing);
    out = value->get<std::string>();
    if (out.size() > length_max) wrong(name, Key::EventFormTooLong, static_cast<std::int64_t>(length_max));
  }

  void truth(const char* name, bool& out) {
    const auto* value = find(name);
    if (value == nullptr) return;
    if (!value->is_boolean()) return wrong(name, Key::EventFormChoice);
    out = value->get<bool>();
  }

  template <class Enum>
  void named(const char* name, Enum& out, std::optional<Enum> (*parse)(std::string_view)) {
    const auto* value = find(name);
    if (value == nullptr) return;
    const auto parsed = value->is_string() ? parse(value->get_ref<const std::string&>()) : std::nullopt;
    if (!parsed) return wrong(name, Key::EventFormChoice);
    out = *parsed;
  }

  void instant(const char* name, base::Instant& out) {
    const auto* value = find(name);
    if (value == nullptr) {
      if (context_.is_new) wrong(name, Key::EventFormTime);
      return;
    }
    const auto parsed = value->is_string() ? base::parse_rfc3339(value->get_ref<const std::string&>())
                                           : Result<base::Instant>(base::fail(base::Code::Invalid, ""));
    if (!parsed) return wrong(name, Key::EventFormTime);
    out = *parsed;
  }

  void times() {
    const auto wrong_before = change_.wrong.size();
    instant("starts", event_.starts);
    instant("ends", event_.ends);
    truth("runs_on", event_.runs_on);
    text("time_zone", event_.time_zone, kTitleLengthMax);
    if (!base::is_time_zone(event_.time_zone)) wrong("time_zone", Key::EventFormZone);
    if (change_.wrong.size() != wrong_before) return;
    if (event_.ends <= event_.starts) return wrong("ends", Key::EventFormEndsEarly);
    const auto longest = event_.kind == Kind::Live ? kLiveDurationMax : kOnDemandDurationMax;
    if (event_.ends - event_.starts > longest)
      wrong("ends", Key::EventFormTooLongEvent, longest / std::chrono::hours{24});
    if (!has_begun(before_, context_.now)) return;
    if (event_.starts != before_.starts) wrong("starts", Key::EventFormBegun);
    change_.moves_end = event_.ends != before_.ends || event_.runs_on != before_.runs_on;
    if (!change_.moves_end) return;
    if (state_at(before_, context_.now) == State::Ended) return wrong("ends", Key::EventFormOver);
    if (event_.ends <= context_.now) wrong("ends", Key::EventFormEndPast);
  }

  void language() {
    const auto* value = find("language");
    if (value == nullptr) return;
    const auto& known = context_.policy.languages();
    const auto parsed =
        value->is_string() ? base::parse_language(value->get_ref<const std::string&>()) : std::nullopt;
    if (!parsed || !base::contains(known, *parsed)) return wrong("language", Key::EventFormLanguage);
    event_.language = *parsed;
  }

  void names(const char* name, std::vector<std::string>& out) {
    const auto* value = find(name);
    if (value == nullptr) return;
    if (!value->is_array()) return wrong(name, Key::EventFormChoice);
    std::vector<std::string> read;
    for (const auto& item : *value) {
      if (!item.is_string() || context_.policy.field(item.get_ref<const std::string&>()) == nullptr)
        return wrong(name, Key::EventFormFieldUnknown);
      if (!base::contains(read, item.get_ref<const std::string&>())) read.push_back(item);
    }
    out = std::move(read);
  }

  void fields() {
    names("fields", event_.fields);
    names("required", event_.required);
    if (before_.opened && (event_.fields != before_.fields || event_.required != before_.required))
      wrong("fields", Key::EventFormFieldsFixed);
    const auto* mail = context_.policy.email_field();
    if (mail == nullptr || !base::contains(event_.fields, mail->name))
      wrong("fields", Key::EventFormEmailNeeded);
  }

  void opens_by() {
    named("opens_by", event_.opens_by, parse_opens_by);
    const bool form = event_.opens_by != OpensBy::Link;
    const bool link = event_.opens_by != OpensBy::Form;
    if ((form && !context_.policy.opens_by_form()) || (link && !context_.policy.opens_by_link()))
      wrong("opens_by", Key::EventFormOpensBy);
  }

  void capacity() {
    const auto* value = find("capacity");
    if (value == nullptr) return;
    if (value->is_null()) {
      event_.capacity.reset();
      return;
    }
    if (!value->is_number_integer() || *value < 1 || *value > kCapacityMax)
      return wrong("capacity", Key::EventFormCapacity, kCapacityMax);
    event_.capacity = value->get<std::int64_t>();
  }

  void video() {
    const auto* value = find("video");
    if (value == nullptr) return;
    if (!value->is_object()) return wrong("video", Key::EventFormChoice);
    const auto kind = value->find("kind");
    if (kind != value->end()) {
      const auto parsed =
          kind->is_string() ? parse_video_kind(kind->get_ref<const std::string&>()) : std::nullopt;
      if (!parsed) return wrong("video", Key::EventFormChoice);
      event_.video.kind = *parsed;
    }
    const auto address = value->find("address");
    if (address != value->end() && address->is_string()) event_.video.address = address->get<std::string>();
    if (event_.video.kind != VideoKind::Address) {
      event_.video.address.clear();
      return;
    }
    if (event_.video.address.size() > kAddressLengthMax ||
        !is_video_address(event_.video.address, context_.local_only))
      return change_.wrong.push_back(
          {http::pointer_to({"video", "address"}),
           std::string{texts::get(context_.language, Key::EventFormVideoAddress)}});
    change_.video_address_is_new = event_.video.address != before_.video.address;
  }

  void moments() {
    const auto* value = find("moments");
    if (value == nullptr) return;
    const auto refuse = [this] { wrong("moments", Key::EventFormMoments, kMomentsMax); };
    if (!value->is_array() || value->size() > kMomentsMax) return refuse();
    std::vector<Moment> read;
    for (const auto& item : *value) {
      if (!item.is_object() || !item.value("at", json()).is_string() ||
          !item.value("label", json()).is_string())
        return refuse();
      const auto at = base::parse_rfc3339(item["at"].get_ref<const std::string&>());
      const auto& label = item["label"].get_ref<const std::string&>();
      if (!at || label.empty() || label.size() > kMomentLabelLengthMax) return refuse();
      read.push_back({*at, label});
    }
    std::ranges::sort(read, {}, &Moment::at);
    event_.moments = std::move(read);
  }

  void domains() {
    const auto* value = find("domains");
    if (value == nullptr) return;
    const auto refuse = [this] { wrong("domains", Key::EventFormDomains, kDomainsMax); };
    if (!value->is_array() || value->size() > kDomainsMax) return refuse();
    std::vector<std::string> read;
    for (const auto& item : *value) {
      if (!item.is_string() || !is_origin(item.get_ref<const std::string&>(), context_.local_only))
        return refuse();
      read.push_back(item);
    }
    event_.domains = std::move(read);
  }

  EventChange& change_;
  Event& event_;
  const Event before_;
  const json& given_;
  const ChangeContext& context_;
};

json short_json(const Event& event, std::int64_t registered, base::Instant now) {
  return {{"event", event.slug},
          {"title", event.title},
          {"state", to_text(state_at(event, now))},
          {"kind", to_text(event.kind)},
          {"starts", base::to_rfc3339(event.starts)},
          {"ends", base::to_rfc3339(event.ends)},
          {"time_zone", event.time_zone},
          {"registered", registered}};
}

}  // namespace

Result<EventChange> change_event(Event event, std::string_view text, const ChangeContext& context) {
  ASSIGN_OR_RETURN(const auto given, http::read_json_object(text));
  EventChange change{
      .event = std::move(event), .wrong = {}, .moves_end = false, .video_address_is_new = false};
  Reader(change, given, context).read();
  return change;
}

Event new_event(const policy::Policy& policy, base::Instant now) {
  Event event;
  event.time_zone = "Europe/Brussels";
  event.language = policy.languages().front();
  for (const auto& field : policy.fields()) {
    if (field.required && is_asked(policy, field)) event.fields.push_back(field.name);
  }
  event.opens_by = policy.opens_by_link() ? OpensBy::Link : OpensBy::Form;
  event.measured = policy.measurement().facts != 0;
  event.created = now;
  return event;
}

std::string event_json(const Event& event, std::int64_t registered, base::Instant now,
                       std::string_view origin, const retention::Fate& fate) {
  const auto time = [](std::optional<base::Instant> at) { return at ? json(base::to_rfc3339(*at)) : json(); };
  auto out = short_json(event, registered, now);
  out["description"] = event.description;
  out["runs_on"] = event.runs_on;
  out["language"] = base::to_text(event.language);
  out["fields"] = event.fields;
  out["required"] = event.required;
  out["opens_by"] = to_text(event.opens_by);
  out["measured"] = event.measured;
  out["capacity"] = event.capacity ? json(*event.capacity) : json();
  out["video"] = {{"kind", to_text(event.video.kind)},
                  {"address", event.video.address.empty() ? json() : json(event.video.address)},
                  {"captions", event.video.captions}};
  out["moments"] = json::array();
  for (const auto& moment : event.moments)
    out["moments"].push_back({{"at", base::to_rfc3339(moment.at)}, {"label", moment.label}});
  out["domains"] = event.domains;
  out["links"] = {{"registration", fmt::format("{}/e/{}", origin, event.slug)}};
  out["deletes_at"] = time(fate.next);
  out["anonymous_since"] = time(fate.anonymous_since);
  return out.dump();
}

std::string events_json(const std::vector<std::pair<Event, std::int64_t>>& events, base::Instant now) {
  auto out = json::array();
  for (const auto& [event, registered] : events) out.push_back(short_json(event, registered, now));
  return out.dump();
}

}  // namespace surfaces::events
