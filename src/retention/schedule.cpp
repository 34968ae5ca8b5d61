#include "retention/schedule.h"

#include <algorithm>
#include <map>

#include "base/contains.h"
#include "retention/queries.h"
#include "sql/database.h"

namespace retention {
namespace {

using base::Result;

/// Values of the vault lie apart and go one by one. What the store of attention keeps goes together.
bool can_go_one_by_one(policy::Kind kind) { return kind == policy::Kind::Fields; }

bool is_ended_by(const std::vector<Surface>& surfaces, const std::string& end) {
  return std::ranges::any_of(surfaces,
                             [&](const Surface& surface) { return base::contains(surface.keeps.ends, end); });
}

struct Runs {
  std::map<std::pair<std::uint32_t, std::string>, base::Instant> executed;

  std::optional<base::Instant> find(base::PropertyNumber property, const std::string& datum) const {
    const auto found = executed.find({property.value, datum});
    return found == executed.end() ? std::nullopt : std::optional{found->second};
  }
};

Due due_of(const End& end, const policy::Data& datum) {
  Due due{.end = end, .datum = datum.name, .kind = datum.kind, .term = datum.keep, .then = datum.then};
  due.each_by_itself = datum.keep.counts_from_storing();
  if (!due.each_by_itself && end.at) due.due = policy::after(*end.at, datum.keep.span);
  return due;
}

}  // namespace

Result<std::vector<Due>> Schedule::collect(std::optional<base::PropertyNumber> property) {
  const auto rows = property ? needs_.control.all(queries::runs_of_property, {{"property", property->value}})
                             : needs_.control.all(queries::runs);
  if (!rows) return base::fail(rows.error());
  Runs runs;
  for (const auto& row : *rows) {
    const auto number = static_cast<std::uint32_t>(row.integer("property"));
    runs.executed[{number, row.text("datum")}] = row.instant("executed_at_ms");
  }
  // By date; what falls on one instant stays in the policy's order.
  std::multimap<base::Instant, Due> dated;
  std::vector<Due> undated;
  for (const auto& surface : needs_.surfaces) {
    if (!surface.ends) continue;
    ASSIGN_OR_RETURN(const auto ends, surface.ends());
    for (const auto& end : ends) {
      if (property && end.property != *property) continue;
      for (const auto& datum : needs_.policy.data()) {
        auto due = due_of(end, datum);
        const bool ends_here = datum.keep.after == end.of;
        // Each datum once per property, though a property may have ends of several kinds.
        if (!ends_here && !due.each_by_itself && is_ended_by(needs_.surfaces, datum.keep.after)) continue;
        due.kept = ends_here || (due.each_by_itself && can_go_one_by_one(datum.kind));
        if (!due.kept) due.due.reset();
        due.executed = runs.find(end.property, datum.name);
        if (due.due) {
          const auto at = *due.due;
          dated.emplace(at, std::move(due));
        } else {
          undated.push_back(std::move(due));
        }
      }
    }
  }
  std::vector<Due> all;
  for (auto& [at, due] : dated) all.push_back(std::move(due));
  std::ranges::move(undated, std::back_inserter(all));
  return all;
}

Result<std::vector<Due>> Schedule::all() { return collect(std::nullopt); }

Result<std::vector<Due>> Schedule::of(base::PropertyNumber property) { return collect(property); }

Result<std::vector<Due>> Schedule::due(base::Instant now) {
  ASSIGN_OR_RETURN(auto all, collect(std::nullopt));
  std::erase_if(all, [&](const Due& each) { return !each.due || *each.due > now || each.executed; });
  return all;
}

Result<Fate> Schedule::fate(base::PropertyNumber property) {
  ASSIGN_OR_RETURN(const auto all, collect(property));
  Fate fate;
  ASSIGN_OR_RETURN(const auto rows,
                   needs_.control.all(queries::runs_of_property, {{"property", property.value}}));
  for (const auto& row : rows) {
    const auto at = row.instant("executed_at_ms");
    if (row.text("did") == "ended") {
      fate.ended = at;
      if (!fate.anonymous_since) fate.anonymous_since = at;
    }
    const auto* datum = needs_.policy.datum(row.text("datum"));
    if (datum != nullptr && datum->kind != policy::Kind::Fields) fate.anonymous_since = at;
  }
  if (fate.ended) return fate;
  for (const auto& each : all) {
    if (each.due && !each.executed) {
      fate.next = each.due;
      break;
    }
  }
  return fate;
}

}  // namespace retention
