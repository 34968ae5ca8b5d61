#include "surfaces/events/second_person.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "journal/journal.h"
#include "policy/policy.h"
#include "policy/term.h"
#include "retention/schedule.h"
#include "surfaces/events/ending.h"
#include "surfaces/events/measurement.h"
#include "surfaces/events/permissions.h"
#include "surfaces/events/report_api.h"
#include "texts/numbers.h"
#include "texts/texts.h"

namespace surfaces::events {
namespace {

using approvals::Deed;
using approvals::Description;
using base::Code;
using base::Language;
using base::Result;
using nlohmann::json;
using texts::Key;

constexpr std::string_view kExportKind = "events.viewers";
constexpr std::string_view kMoveEndKind = "events.end";

approvals::Line line(Language language, Key label, std::string value) {
  return {std::string{texts::get(language, label)}, std::move(value)};
}

/// Our own text, as it was stored.
Result<json> parse(std::string_view request) {
  auto read = json::parse(request, nullptr, /*allow_exceptions=*/false);
  if (!read.is_object()) return base::fail(Code::Corrupt, "a stored request does not read");
  return read;
}

base::PropertyNumber property_of(const json& request) {
  return {request.value("property", std::uint32_t{0})};
}

// ---- the viewers in a file ------------------------------------------------------------------------------

struct Export {
  Event event;
  Commission commission;
  std::string format;
};

/// What was asked, if it is still that: the assignment says who gets it and what for.
Result<Export> read_export(Parts& parts, std::string_view request) {
  ASSIGN_OR_RETURN(const auto given, parse(request));
  ASSIGN_OR_RETURN(auto event, parts.store.by_property(property_of(given)));
  ASSIGN_OR_RETURN(auto commission,
                   commission_of(parts, event, given.value("purposes", std::vector<std::string>{})));
  if (commission.assignment.number != given.value("assignment", std::int64_t{0}))
    return base::fail(Code::Conflict, "The event has another assignment by now.");
  return Export{std::move(event), std::move(commission), given.value("format", std::string{})};
}

std::string joined_lines(const std::vector<std::string>& lines) {
  return fmt::format("{}", fmt::join(lines, "\n"));
}

Result<Description> describe_export(Parts& parts, std::string_view request, Language language) {
  ASSIGN_OR_RETURN(const auto asked, read_export(parts, request));
  const auto& [event, commission, format] = asked;
  const auto& policy = parts.needs.policy;
  std::vector<std::string> purposes;
  for (const auto& name : commission.use.purposes())
    purposes.emplace_back(policy.purpose(name)->says.in(language));
  std::vector<std::string> data;
  for (const auto& name : exported_data(policy, commission.use))
    data.emplace_back(policy.datum(name)->says.in(language));
  ASSIGN_OR_RETURN(const auto people, registered_of(parts, event));
  Description out{.title = texts::format(language, Key::ApprovalViewersTitle, {{"event", event.title}}),
                  .lines = {}};
  out.lines = {line(language, Key::ApprovalLineFile, format == "csv" ? "CSV" : "Excel (XLSX)"),
               line(language, Key::ApprovalLinePeople, texts::number(language, people)),
               line(language, Key::ApprovalLineReceiver,
                    fmt::format("{} ({})", commission.assignment.organiser, commission.assignment.reference)),
               line(language, Key::ApprovalLinePurposes, joined_lines(purposes)),
               line(language, Key::ApprovalLineData, joined_lines(data))};
  return out;
}

approvals::Act export_act(const std::shared_ptr<Parts>& parts) {
  return {.name = std::string{approvals::kExport},
          .kind = std::string{kExportKind},
          .permission = staff::kExport,
          .describe = [parts](std::string_view request,
                              Language language) { return describe_export(*parts, request, language); },
          .make = [parts](const Deed& deed) -> Result<http::Response> {
            ASSIGN_OR_RETURN(const auto asked, read_export(*parts, deed.request));
            return viewers_file(*parts, asked.event, asked.commission, asked.format, deed.by);
          }};
}

// ---- another end ----------------------------------------------------------------------------------------

struct Moved {
  Event before;
  Event after;
};

json end_json(const Event& event) {
  return {{"ends", base::to_rfc3339(event.ends)}, {"runs_on", event.runs_on}};
}

Result<void> read_end(const json& given, Event& event) {
  ASSIGN_OR_RETURN(event.ends, base::parse_rfc3339(given.value("ends", std::string{})));
  event.runs_on = given.value("runs_on", false);
  return {};
}

Result<Moved> read_moved(const json& given, const Event& event) {
  Moved moved{event, event};
  RETURN_IF_ERROR(read_end(given.value("from", json::object()), moved.before));
  RETURN_IF_ERROR(read_end(given.value("to", json::object()), moved.after));
  return moved;
}

/// When data go that are counted from the end: now, and with the other end.
Result<std::vector<approvals::Line>> terms_moved(Parts& parts, const Moved& moved, Language language) {
  std::vector<approvals::Line> lines;
  ASSIGN_OR_RETURN(const auto all, parts.needs.schedule.of(moved.before.property));
  const auto shown = [&](base::Instant at) { return texts::date_time(language, at, moved.before.time_zone); };
  for (const auto& due : all) {
    if (due.executed || !due.kept || due.each_by_itself || due.term.after != kEventEnd) continue;
    lines.push_back({texts::format(language, Key::ApprovalLineGoes,
                                   {{"data", parts.needs.policy.datum(due.datum)->says.in(language)}}),
                     texts::format(language, Key::ApprovalFromTo,
                                   {{"from", shown(policy::after(end_of(moved.before), due.term.span))},
                                    {"to", shown(policy::after(end_of(moved.after), due.term.span))}})});
  }
  return lines;
}

Result<Description> describe_moved(Parts& parts, std::string_view request, Language language) {
  ASSIGN_OR_RETURN(const auto given, parse(request));
  ASSIGN_OR_RETURN(const auto event, parts.store.by_property(property_of(given)));
  ASSIGN_OR_RETURN(const auto moved, read_moved(given, event));
  const auto shown = [&](const Event& one) {
    auto text = texts::date_time(language, one.ends, one.time_zone);
    if (one.runs_on) text += fmt::format("; {}", texts::get(language, Key::ApprovalRunsOn));
    return text;
  };
  Description out{.title = texts::format(language, Key::ApprovalEndTitle, {{"event", event.title}}),
                  .lines = {}};
  out.lines = {line(language, Key::ApprovalLineEndNow, shown(moved.before)),
               line(language, Key::ApprovalLineEndThen, shown(moved.after))};
  ASSIGN_OR_RETURN(auto terms, terms_moved(parts, moved, language));
  for (auto& term : terms) out.lines.push_back(std::move(term));
  return out;
}

Result<void> execute_moved(Parts& parts, sql::Connection& connection, const Deed& deed) {
  ASSIGN_OR_RETURN(const auto given, parse(deed.request));
  ASSIGN_OR_RETURN(auto event, parts.store.by_property(connection, property_of(given)));
  ASSIGN_OR_RETURN(const auto moved, read_moved(given, event));
  if (event.ends != moved.before.ends || event.runs_on != moved.before.runs_on)
    return base::fail(Code::Conflict, "The event has another end by now.");
  const auto now = parts.needs.clock.now();
  if (state_at(event, now) != State::Live || moved.after.ends <= now)
    return base::fail(Code::Conflict, "The event is over, or would be.");
  event.ends = moved.after.ends;
  event.runs_on = moved.after.runs_on;
  RETURN_IF_ERROR(parts.store.update(connection, event));
  RETURN_IF_ERROR(parts.needs.journal.record(connection, {.kind = std::string{kEndMoved},
                                                          .property = event.property,
                                                          .by = deed.by.actor(),
                                                          .subject = std::nullopt,
                                                          .detail = end_detail(moved.before, event)}));
  return {};
}

approvals::Act move_end_act(const std::shared_ptr<Parts>& parts) {
  return {.name = std::string{approvals::kMoveEnd},
          .kind = std::string{kMoveEndKind},
          .permission = kManageEvent,
          .describe = [parts](std::string_view request,
                              Language language) { return describe_moved(*parts, request, language); },
          .execute = [parts](sql::Connection& connection,
                             const Deed& deed) { return execute_moved(*parts, connection, deed); },
          .settle = [parts](std::string_view request) -> Result<void> {
            ASSIGN_OR_RETURN(const auto given, parse(request));
            ASSIGN_OR_RETURN(const auto event, parts->store.by_property(property_of(given)));
            return declare(*parts, event);
          }};
}

}  // namespace

void add_acts(approvals::Approvals& approvals, const std::shared_ptr<Parts>& parts) {
  approvals.add(export_act(parts));
  approvals.add(move_end_act(parts));
}

std::string end_detail(const Event& before, const Event& after) {
  return fmt::format("from {} to {}", end_json(before).dump(), end_json(after).dump());
}

Result<approvals::Approval> ask_export(Parts& parts, const Event& event, const Commission& commission,
                                       const std::string& format, const staff::Member& by) {
  const json request = {{"property", event.property.value},
                        {"format", format},
                        {"purposes", commission.use.purposes()},
                        {"assignment", commission.assignment.number}};
  return parts.needs.approvals.ask(kExportKind, request.dump(), event.property, by);
}

Result<approvals::Approval> ask_move_end(Parts& parts, const Event& event, const Event& moved,
                                         const staff::Member& by) {
  const json request = {
      {"property", event.property.value}, {"from", end_json(event)}, {"to", end_json(moved)}};
  return parts.needs.approvals.ask(kMoveEndKind, request.dump(), event.property, by);
}

}  // namespace surfaces::events
