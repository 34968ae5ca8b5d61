#include "surfaces/events/report_api.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ranges>

#include "approvals/api.h"
#include "base/bytes.h"
#include "base/number.h"
#include "pulse/engine.h"
#include "surfaces/events/accreditation.h"
#include "surfaces/events/assignment.h"
#include "surfaces/events/audience.h"
#include "surfaces/events/ending.h"
#include "surfaces/events/people_json.h"
#include "surfaces/events/permissions.h"
#include "surfaces/events/second_person.h"
#include "surfaces/events/staff.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Result;
using http::Request;
using http::Response;
using nlohmann::json;

constexpr std::int64_t kStepDefault = 60;
constexpr std::int64_t kCellsDefault = 240;

Result<std::int64_t> integer(const Request& request, std::string_view name, std::int64_t fallback) {
  const auto text = request.query.get(name);
  if (!text) return fallback;
  const auto value = base::parse_number<std::int64_t>(*text);
  if (!value) return base::fail(Code::Invalid, fmt::format("{} is an integer", name));
  return *value;
}

Result<base::Instant> instant(const Request& request, std::string_view name, base::Instant fallback) {
  const auto text = request.query.get(name);
  if (!text) return fallback;
  auto at = base::parse_rfc3339(*text);
  if (!at) return base::fail(Code::Invalid, fmt::format("{}: {}", name, at.error().message));
  return at;
}

/// from, to and step of the address; the planned start and end, and a minute, by default.
Result<pulse::ReportRange> range_of(const Request& request, const Event& event) {
  ASSIGN_OR_RETURN(const auto from, instant(request, "from", event.starts));
  ASSIGN_OR_RETURN(const auto to, instant(request, "to", event.ends));
  ASSIGN_OR_RETURN(const auto step, integer(request, "step", kStepDefault));
  return pulse::ReportRange::make(base::to_ms(from), base::to_ms(to), step);
}

Result<Response> report(Parts& parts, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  ASSIGN_OR_RETURN(const auto range, range_of(request, event));
  pulse::ReportCounts counts;
  ASSIGN_OR_RETURN(counts.registered, registered_of(parts, event));
  ASSIGN_OR_RETURN(counts.accredited, Accreditations(parts.needs).count(event.property));
  auto made = parts.needs.engine.report(event.property, range, counts);
  // Nobody could open it yet, or the policy keeps nothing of it: the report is empty.
  if (!made && (made.error().code == Code::NotFound || made.error().code == Code::Gone))
    return Response::json(pulse::to_json(pulse::ReportBuilder(range).report(counts), event.slug));
  if (!made) return base::fail(made.error());
  return Response::json(pulse::to_json(*made, event.slug));
}

std::string movements_json(const pulse::ReportRange& range, const std::vector<std::uint32_t>& arrivals,
                           const std::vector<std::uint32_t>& departures) {
  return json{{"from", base::to_rfc3339(base::instant_from_ms(range.from_ms()))},
              {"step_s", range.step_ms() / 1000},
              {"arrivals", arrivals},
              {"departures", departures}}
      .dump();
}

Result<Response> movements(Parts& parts, const Request& request, const staff::Member&) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  ASSIGN_OR_RETURN(const auto range, range_of(request, event));
  if (const auto record = parts.needs.engine.anonymous_record(event.property)) {
    const auto told = pulse::movements_of(*record, range);
    return Response::json(movements_json(range, told.arrivals, told.departures));
  }
  pulse::MovementsBuilder builder(range, pulse::kGapMs, base::to_ms(parts.needs.clock.now()));
  auto snapshot = parts.needs.engine.snapshot(event.property);
  if (snapshot) {
    RETURN_IF_ERROR(
        snapshot->visit_viewers([&](const pulse::ViewerRow& row) { builder.add_viewer(row.presences); }));
  } else if (snapshot.error().code != Code::NotFound && snapshot.error().code != Code::Gone) {
    return base::fail(snapshot.error());
  }
  return Response::json(movements_json(range, builder.arrivals(), builder.departures()));
}

/// Names divided by commas; none: all that the event's assignment is for.
std::vector<std::string> purposes_of(const Request& request) {
  std::vector<std::string> purposes;
  const auto text = request.query.get("purpose").value_or("");
  if (text.empty()) return purposes;
  for (const auto name : std::views::split(text, ',')) purposes.emplace_back(name.begin(), name.end());
  return purposes;
}

Result<Response> viewers(Parts& parts, const Request& request, const staff::Member& member) {
  const auto format = request.query.get("format").value_or("json");
  if (format != "json" && format != "csv" && format != "xlsx")
    return base::fail(Code::Invalid, "format is json, csv or xlsx");
  RETURN_IF_ERROR(staff::require(member, format == "json" ? kSeeNames : staff::kExport));
  if (format != "json") RETURN_IF_ERROR(staff::require_fresh(member));
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  const auto purposes = purposes_of(request);
  const auto commission = commission_of(parts, event, purposes);
  if (!commission) {
    RETURN_IF_ERROR(record_act(
        parts, "events.report_refused", event, member,
        fmt::format("format {}, purposes {}", format, request.query.get("purpose").value_or("all"))));
    return base::fail(commission.error());
  }
  if (format != "json") {
    if (!parts.needs.approvals.waits(approvals::kExport))
      return viewers_file(parts, event, *commission, format, member);
    ASSIGN_OR_RETURN(const auto asked, ask_export(parts, event, *commission, std::string{format}, member));
    return approvals::waiting(asked);
  }
  RETURN_IF_ERROR(record_act(parts, "events.names_read", event, member, "format json"));
  ASSIGN_OR_RETURN(const auto rows, audience_of(parts.needs, event, commission->use));
  return Response::json(audience_json(rows));
}

Result<Response> people(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  ASSIGN_OR_RETURN(const auto cells, integer(request, "cells", kCellsDefault));
  ASSIGN_OR_RETURN(const auto commission, commission_of(parts, event));
  RETURN_IF_ERROR(record_act(parts, "events.names_read", event, member, "people"));
  ASSIGN_OR_RETURN(const auto rows, audience_of(parts.needs, event, commission.use));
  ASSIGN_OR_RETURN(auto body, people_json(rows, event, cells));
  return Response::json(std::move(body));
}

Result<Response> person(Parts& parts, const Request& request, const staff::Member& member) {
  ASSIGN_OR_RETURN(const auto event, parts.store.by_slug(request.parameter("event")));
  ASSIGN_OR_RETURN(const auto viewer, viewer_of(request.parameter("viewer")));
  ASSIGN_OR_RETURN(const auto commission, commission_of(parts, event));
  RETURN_IF_ERROR(record_act(parts, "events.person_read", event, member));
  ASSIGN_OR_RETURN(const auto id, parts.needs.vault.person_of_viewer(event.property, viewer));
  if (!id) return base::fail(Code::NotFound, "There is nobody at this address.");
  ASSIGN_OR_RETURN(auto body, person_json(parts.needs, event, *id, viewer, commission.use));
  return Response::json(std::move(body));
}

}  // namespace

std::vector<std::string> exported_data(const policy::Policy& policy, const policy::UsePermit& use) {
  auto data = report_data(policy);
  std::erase_if(data, [&](const std::string& datum) { return !use.covers(datum); });
  return data;
}

Result<Response> viewers_file(Parts& parts, const Event& event, const Commission& commission,
                              std::string_view format, const staff::Member& member) {
  RETURN_IF_ERROR(
      record_act(parts, "events.names_exported", event, member, fmt::format("format {}", format)));
  ASSIGN_OR_RETURN(const auto rows, audience_of(parts.needs, event, commission.use));
  RETURN_IF_ERROR(parts.needs.disclosures.record(commission.assignment, commission.use,
                                                 exported_data(parts.needs.policy, commission.use), format,
                                                 std::ssize(rows), member.actor()));
  if (format == "csv") {
    return Response::bytes("text/csv; charset=utf-8", audience_csv(rows))
        .as_download(event.slug + "-viewers.csv");
  }
  ASSIGN_OR_RETURN(auto workbook, audience_xlsx(rows, event));
  return Response::bytes("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                         std::move(workbook))
      .as_download(event.slug + "-viewers.xlsx");
}

void add_report_api(http::Router& router, std::shared_ptr<Parts> parts) {
  auto door = staff_door(router, parts);
  const auto with = [&parts](StaffHandler handler) { return with_parts(parts, handler); };
  door.get("/api/v1/events/{event:slug}/report", kViewReport, with(report));
  door.get("/api/v1/events/{event:slug}/movements", kViewReport, with(movements));
  door.get("/api/v1/events/{event:slug}/viewers", staff::one_of({kSeeNames, staff::kExport}), with(viewers));
  door.get("/api/v1/events/{event:slug}/people", kSeeNames, with(people));
  door.get("/api/v1/events/{event:slug}/people/{viewer}", kSeeNames, with(person));
}

}  // namespace surfaces::events
