#include "surfaces/events/store.h"

#include <array>
#include <nlohmann/json.hpp>

#include "sql/database.h"
#include "surfaces/events/queries.h"

namespace surfaces::events {
namespace {

using base::Result;
using nlohmann::json;

constexpr std::array<std::string_view, 5> kPackingStates{"none", "receiving", "packing", "ready", "failed"};

std::string moments_text(const std::vector<Moment>& moments) {
  auto list = json::array();
  for (const auto& moment : moments) list.push_back({base::to_ms(moment.at), moment.label});
  return list.dump();
}

/// What this program wrote itself: a row that does not read is corrupt.
Result<Event> event_of(const sql::Row& row) {
  try {
    Event event{
        .property = {static_cast<std::uint32_t>(row.integer("property"))},
        .slug = row.text("slug"),
        .title = row.text("title"),
        .description = row.text("description"),
        .kind = parse_kind(row.text("kind")).value(),
        .opened = row.truth("opened"),
        .starts = row.instant("starts_ms"),
        .ends = row.instant("ends_ms"),
        .runs_on = row.truth("runs_on"),
        .closed = row.maybe_instant("closed_ms"),
        .time_zone = row.text("time_zone"),
        .language = base::parse_language(row.text("language")).value(),
        .fields = json::parse(row.text("fields")).get<std::vector<std::string>>(),
        .required = json::parse(row.text("required")).get<std::vector<std::string>>(),
        .opens_by = parse_opens_by(row.text("opens_by")).value(),
        .measured = row.truth("measured"),
        .capacity = row.maybe_integer("capacity"),
        .video = {.kind = parse_video_kind(row.text("video_kind")).value(),
                  .address = row.text("video_address"),
                  .captions = row.truth("captions")},
        .moments = {},
        .domains = json::parse(row.text("domains")).get<std::vector<std::string>>(),
        .created = row.instant("created_ms"),
        .organisation = {static_cast<std::uint32_t>(row.integer("organisation"))},
    };
    for (const auto& moment : json::parse(row.text("moments")))
      event.moments.push_back({base::instant_from_ms(moment.at(0)), moment.at(1)});
    return event;
  } catch (const std::exception&) {
    return base::fail(base::Code::Corrupt, "a row of table event does not read");
  }
}

std::vector<sql::Param> params_of(const Event& event) {
  return {{"property", event.property.value},
          {"title", event.title},
          {"description", event.description},
          {"kind", to_text(event.kind)},
          {"opened", event.opened},
          {"starts_ms", event.starts},
          {"ends_ms", event.ends},
          {"runs_on", event.runs_on},
          {"closed_ms", event.closed},
          {"time_zone", event.time_zone},
          {"language", base::to_text(event.language)},
          {"fields", json(event.fields).dump()},
          {"required", json(event.required).dump()},
          {"opens_by", to_text(event.opens_by)},
          {"measured", event.measured},
          {"capacity", event.capacity},
          {"video_kind", to_text(event.video.kind)},
          {"video_address", event.video.address},
          {"captions", event.video.captions},
          {"moments", moments_text(event.moments)},
          {"domains", json(event.domains).dump()}};
}

}  // namespace

std::string_view to_text(PackingState state) { return kPackingStates[static_cast<std::size_t>(state)]; }

Result<void> Store::insert(const Event& event) {
  auto params = params_of(event);
  params.push_back({"slug", event.slug});
  params.push_back({"created_ms", event.created});
  return control_.with_connection([&](sql::Connection& connection) -> Result<void> {
    RETURN_IF_ERROR(connection.run(queries::insert_event, params));
    return {};
  });
}

Result<void> Store::update(const Event& event) {
  return control_.with_connection([&](sql::Connection& connection) { return update(connection, event); });
}

Result<void> Store::update(sql::Connection& connection, const Event& event) {
  ASSIGN_OR_RETURN(const auto changed, connection.run(queries::update_event, params_of(event)));
  if (changed == 0) return base::fail(base::Code::NotFound, "no such event");
  return {};
}

Result<void> Store::replace(const Event& before, const Event& after) {
  return control_.transact([&](sql::Connection& connection) -> Result<void> {
    ASSIGN_OR_RETURN(const auto now, by_property(connection, before.property));
    if (now != before)
      return base::fail(base::Code::Conflict, "Somebody changed this event meanwhile: look at it again.");
    return update(connection, after);
  });
}

Result<void> Store::set_uploaded(base::PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto changed,
                   control_.run(queries::update_video, {{"property", property.value},
                                                        {"video_kind", to_text(VideoKind::Upload)},
                                                        {"video_address", ""}}));
  if (changed == 0) return base::fail(base::Code::NotFound, "no such event");
  return {};
}

Result<Event> Store::by_slug(std::string_view slug) {
  ASSIGN_OR_RETURN(auto row, control_.maybe(queries::event_by_slug, {{"slug", slug}}));
  if (!row) return base::fail(base::Code::NotFound, "no such event");
  return event_of(*row);
}

Result<Event> Store::by_property(base::PropertyNumber property) {
  Result<Event> found = base::fail(base::Code::NotFound, {});
  RETURN_IF_ERROR(control_.with_connection([&](sql::Connection& connection) -> Result<void> {
    found = by_property(connection, property);
    return {};
  }));
  return found;
}

Result<Event> Store::by_property(sql::Connection& connection, base::PropertyNumber property) {
  ASSIGN_OR_RETURN(auto row, connection.maybe(queries::event_by_property, {{"property", property.value}}));
  if (!row) return base::fail(base::Code::NotFound, "no such event");
  return event_of(*row);
}

Result<std::vector<Event>> Store::all() {
  ASSIGN_OR_RETURN(auto rows, control_.all(queries::all_events));
  std::vector<Event> events;
  for (const auto& row : rows) {
    ASSIGN_OR_RETURN(auto event, event_of(row));
    events.push_back(std::move(event));
  }
  return events;
}

Result<Packing> Store::packing(base::PropertyNumber property) {
  ASSIGN_OR_RETURN(auto row, control_.maybe(queries::packing_of, {{"property", property.value}}));
  if (!row) return Packing{};
  const auto state = row->text("state");
  for (std::size_t i = 0; i < kPackingStates.size(); ++i) {
    if (kPackingStates[i] == state)
      return Packing{static_cast<PackingState>(i), row->number("progress"), row->text("reason")};
  }
  return base::fail(base::Code::Corrupt, "a row of table packing does not read");
}

Result<void> Store::set_packing(base::PropertyNumber property, const Packing& packing) {
  RETURN_IF_ERROR(control_.run(queries::set_packing, {{"property", property.value},
                                                      {"state", to_text(packing.state)},
                                                      {"progress", packing.progress},
                                                      {"reason", packing.reason},
                                                      {"changed_ms", clock_.now()}}));
  return {};
}

Result<std::vector<base::PropertyNumber>> Store::unfinished_packings() {
  ASSIGN_OR_RETURN(auto rows, control_.all(queries::unfinished_packings));
  std::vector<base::PropertyNumber> properties;
  for (const auto& row : rows) properties.push_back({static_cast<std::uint32_t>(row.integer("property"))});
  return properties;
}

}  // namespace surfaces::events
