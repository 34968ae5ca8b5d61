#include "app/operations.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/backup_route.h"
#include "http/certificate.h"
#include "pulse/engine.h"

namespace app {
namespace {

using base::Result;
using http::Request;
using http::Response;

void add(std::string& out, std::string_view name, std::string_view type, std::string_view help,
         std::uint64_t value) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, type,
                 value);
}

std::string metrics_text(const http::Metrics& http, const pulse::EngineCounters& engine) {
  std::string out;
  out += "# HELP hartslag_http_responses_total Answers by class of status.\n";
  out += "# TYPE hartslag_http_responses_total counter\n";
  for (std::size_t i = 0; i < http.responses.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "hartslag_http_responses_total{{class=\"{}xx\"}} {}\n", i + 1,
                   http.responses[i]);
  }
  add(out, "hartslag_http_requests_in_flight", "gauge", "Requests being answered.", http.requests_in_flight);
  add(out, "hartslag_http_connections_open", "gauge", "Open connections.", http.connections_open);
  add(out, "hartslag_http_connections_refused_total", "counter", "Connections past a limit.",
      http.connections_refused);
  add(out, "hartslag_http_web_sockets_open", "gauge", "Open WebSockets.", http.web_sockets_open);
  add(out, "hartslag_http_worker_queue", "gauge", "Calls that wait for a worker.", http.worker_queue);
  add(out, "hartslag_http_worker_refused_total", "counter", "Calls refused since the queue was full.",
      http.worker_refused);
  add(out, "hartslag_pulse_messages_total", "counter", "Heartbeat messages taken.", engine.messages);
  add(out, "hartslag_pulse_beats_total", "counter", "Heartbeats stored.", engine.beats);
  add(out, "hartslag_pulse_beats_repeated_total", "counter", "Heartbeats that were there already.",
      engine.beats_repeated);
  add(out, "hartslag_pulse_refused_full_total", "counter", "Messages refused since the queue was full.",
      engine.refused_full);
  add(out, "hartslag_pulse_refused_failed_total", "counter", "Messages refused since storage failed.",
      engine.refused_failed);
  add(out, "hartslag_pulse_commits_total", "counter", "Commits of the log.", engine.commits);
  add(out, "hartslag_pulse_sessions", "gauge", "Sessions in the table.", engine.sessions);
  add(out, "hartslag_pulse_memory_bytes", "gauge", "Memory of sessions and unsealed intervals.",
      engine.memory_bytes);
  return out;
}

/// So that whoever watches the installation hears of a backup that was not made, and of drills forgotten.
void add_times(std::string& out, const BackupTimes& times) {
  const auto add_time = [&](std::string_view name, std::string_view help, std::optional<base::Instant> at) {
    if (at) add(out, name, "gauge", help, static_cast<std::uint64_t>(base::to_ms(*at) / 1000));
  };
  add_time("hartslag_backup_timestamp_seconds", "When the last backup was made.", times.made);
  add_time("hartslag_restore_drill_timestamp_seconds", "When a backup was last restored and found good.",
           times.drilled);
}

void add_requests(std::string& out, const rights::Tally& requests) {
  add(out, "hartslag_requests_open", "gauge", "Requests of people that await an answer.",
      static_cast<std::uint64_t>(requests.open));
  add(out, "hartslag_requests_overdue", "gauge", "Requests that were not answered in time.",
      static_cast<std::uint64_t>(requests.overdue));
}

void add_incidents(std::string& out, const rights::IncidentTally& incidents) {
  add(out, "hartslag_incidents_open", "gauge", "Incidents that are not closed.",
      static_cast<std::uint64_t>(incidents.open));
  add(out, "hartslag_incident_duties_overdue", "gauge",
      "Duties to tell somebody of an incident whose time is over.",
      static_cast<std::uint64_t>(incidents.overdue));
}

void add_credentials(std::string& out, const std::vector<credentials::Standing>& standings) {
  add(out, "hartslag_credentials_overdue", "gauge", "Passwords and keys that were not replaced in time.",
      static_cast<std::uint64_t>(credentials::count_overdue(standings)));
  add(out, "hartslag_credentials_failing", "gauge", "Passwords and keys whose replacement failed last time.",
      static_cast<std::uint64_t>(std::ranges::count_if(
          standings, [](const credentials::Standing& one) { return one.trouble.has_value(); })));
}

Result<void> add_certificate(std::string& out, House& house) {
  if (!house.options.certificate) return {};
  ASSIGN_OR_RETURN(const auto certificate, http::read_certificate(house.files, *house.options.certificate));
  add(out, "hartslag_certificate_expiry_timestamp_seconds", "gauge",
      "When the certificate of the pages ends.",
      static_cast<std::uint64_t>(base::to_ms(certificate.until) / 1000));
  return {};
}

}  // namespace

void add_operations(http::Router& router, House& house, std::function<http::Metrics()> public_side) {
  router.get("/health", [&house](Request&) -> Result<Response> {
    RETURN_IF_ERROR(house.journal->count());
    return Response::json(R"({"status":"ok"})");
  });
  router.get("/metrics", [&house, public_side = std::move(public_side)](Request&) -> Result<Response> {
    auto text = metrics_text(public_side(), house.engine->counters());
    ASSIGN_OR_RETURN(const auto times, backup_times(house));
    add_times(text, times);
    ASSIGN_OR_RETURN(const auto requests, house.desk->store().tally(house.clock->now()));
    add_requests(text, requests);
    ASSIGN_OR_RETURN(const auto incidents, house.incidents->store().tally(house.clock->now()));
    add_incidents(text, incidents);
    ASSIGN_OR_RETURN(const auto standings, house.credentials->standings());
    add_credentials(text, standings);
    RETURN_IF_ERROR(add_certificate(text, house));
    add(text, "hartslag_request_log_lost_total", "counter", "Lines of the server's own log that were lost.",
        house.request_log->lost());
    return Response::bytes("text/plain; version=0.0.4; charset=utf-8", std::move(text));
  });
}

}  // namespace app
