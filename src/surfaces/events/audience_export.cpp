// The viewers' table as the contract spells it, in its three forms.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sheet/csv.h"
#include "sheet/workbook.h"
#include "surfaces/events/audience.h"
#include "surfaces/events/report_definitions.h"

namespace surfaces::events {
namespace {

using base::Result;

std::string time_or_empty(const pulse::ViewerFigures& figures, std::int64_t at_ms) {
  return figures.seen ? base::to_rfc3339(base::instant_from_ms(at_ms)) : std::string{};
}

sheet::Cell local_cell(const pulse::ViewerFigures& figures, std::int64_t at_ms, const std::string& zone) {
  if (!figures.seen) return {};
  const auto local = base::local_time(base::instant_from_ms(at_ms), zone);
  if (!local) return {};
  return *local;
}

double in_units(pulse::Thousandths figure) { return static_cast<double>(figure.value) / 1000.0; }

}  // namespace

std::string audience_csv(const std::vector<PersonRow>& rows) {
  std::string out = fmt::format("{}\r\n", fmt::join(kViewerColumns, ","));
  for (const auto& row : rows) {
    const auto& figures = row.figures;
    fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{},0,{}\r\n", sheet::csv_cell(row.name),
                   sheet::csv_cell(row.email), time_or_empty(figures, figures.first_seen_ms),
                   time_or_empty(figures, figures.last_seen_ms), pulse::to_text(figures.active_s),
                   pulse::to_text(figures.open_s), pulse::to_text(figures.share), row.accredited);
  }
  return out;
}

std::string audience_json(const std::vector<PersonRow>& rows) {
  auto out = nlohmann::json::array();
  const auto time = [](const pulse::ViewerFigures& figures, std::int64_t at_ms) {
    return figures.seen ? nlohmann::json(base::to_rfc3339(base::instant_from_ms(at_ms))) : nlohmann::json();
  };
  for (const auto& row : rows) {
    out.push_back({{"name", row.name},
                   {"email", row.email},
                   {"first_seen", time(row.figures, row.figures.first_seen_ms)},
                   {"last_seen", time(row.figures, row.figures.last_seen_ms)},
                   {"active_s", in_units(row.figures.active_s)},
                   {"open_s", in_units(row.figures.open_s)},
                   {"share", in_units(row.figures.share)},
                   {"checks", 0},
                   {"accredited", row.accredited}});
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<std::string> audience_xlsx(const std::vector<PersonRow>& rows, const Event& event) {
  sheet::Worksheet table{.name = {}, .header = {}, .rows = {}, .widths = {28, 28, 28, 28}};
  for (std::size_t i = 0; i < kViewerColumns.size(); ++i) {
    const bool is_time = i == 2 || i == 3;
    table.header.push_back(is_time ? fmt::format("{} ({})", kViewerColumns[i], event.time_zone)
                                   : std::string{kViewerColumns[i]});
  }
  for (const auto& row : rows) {
    const auto& figures = row.figures;
    table.rows.push_back({row.name, row.email, local_cell(figures, figures.first_seen_ms, event.time_zone),
                          local_cell(figures, figures.last_seen_ms, event.time_zone),
                          in_units(figures.active_s), in_units(figures.open_s), in_units(figures.share), 0.0,
                          row.accredited});
  }
  return sheet::write_workbook({&table, 1});
}

}  // namespace surfaces::events
