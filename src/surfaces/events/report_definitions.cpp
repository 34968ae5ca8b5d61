#include "surfaces/events/report_definitions.h"

namespace surfaces::events {

std::vector<retention::ReportDefinition> report_definitions() {
  const auto define = [](std::string name, std::vector<std::string> columns) {
    return retention::ReportDefinition{std::move(name), std::move(columns), "organiser"};
  };
  return {
      define("notice.report.viewers", {kViewerColumns.begin(), kViewerColumns.end()}),
      define("notice.report.report", {"event", "from", "to", "step_s", "registered", "opened", "consented",
                                      "refused", "watched", "average_active_s", "median_active_s",
                                      "average_open_s", "at", "active", "inactive", "accredited"}),
      define("notice.report.people", {"viewer", "name", "email", "registered", "first_seen", "last_seen",
                                      "active_s", "open_s", "share", "consent", "line"}),
      define(
          "notice.report.person",
          {"viewer",    "name",      "email",  "registered", "first_seen", "last_seen", "active_s", "open_s",
           "share",     "consent",   "fields", "source",     "given_on",   "basis",     "session",  "opened",
           "consented", "withdrawn", "start",  "end",        "facts",      "action"}),
      define("notice.report.movements", {"from", "step_s", "arrivals", "departures"}),
      define("notice.report.live", {"viewer", "name", "email", "registered", "state", "first_seen",
                                    "last_seen", "active_s", "open_s", "consent"}),
      define("notice.report.decisions", {"viewer", "name", "email", "active_s", "share", "proposed",
                                         "granted", "decided", "decided_by", "reason", "objected", "words"}),
  };
}

}  // namespace surfaces::events
