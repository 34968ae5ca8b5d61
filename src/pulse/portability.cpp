#include "pulse/portability.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/time.h"

namespace pulse {
namespace {

void append_row(std::string& out, std::string_view session, const Presence& row) {
  const auto duration_ms = row.end_ms - row.start_ms;
  fmt::format_to(std::back_inserter(out), "{},{},{},{}.{:03},{}\r\n", session,
                 base::to_rfc3339(base::instant_from_ms(row.start_ms)),
                 base::to_rfc3339(base::instant_from_ms(row.end_ms)), duration_ms / 1000, duration_ms % 1000,
                 row.active ? "active" : "inactive");
}

void append_session(std::string& out, const SessionIntervals& session) {
  const auto id = base::to_text(session.session);
  Presence row;
  for (const auto& interval : session.intervals) {
    const bool active = is_active(interval.facts);
    if (row.end_ms > row.start_ms && row.end_ms == interval.start_ms && row.active == active) {
      row.end_ms = interval.end_ms;
      continue;
    }
    if (row.end_ms > row.start_ms) append_row(out, id, row);
    row = {interval.start_ms, interval.end_ms, active};
  }
  if (row.end_ms > row.start_ms) append_row(out, id, row);
}

}  // namespace

std::string portability_csv(std::span<const SessionIntervals> sessions) {
  // The text of an id sorts as its bytes do.
  std::vector<const SessionIntervals*> ordered;
  ordered.reserve(sessions.size());
  for (const auto& session : sessions) ordered.push_back(&session);
  std::ranges::sort(ordered, {}, [](const auto* session) { return session->session; });
  std::string out = "session,start,end,duration,action\r\n";
  for (const auto* session : ordered) append_session(out, *session);
  return out;
}

}  // namespace pulse
