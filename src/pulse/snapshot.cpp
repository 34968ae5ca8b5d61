#include "pulse/snapshot.h"

#include <algorithm>
#include <unordered_map>

#include "pulse/merge.h"
#include "pulse/snapshot_data.h"
#include "pulse/union.h"

namespace pulse {
namespace {

using base::Result;

bool overlaps(const SegmentBlock& block, const std::vector<Ordinal>* only) {
  if (only == nullptr) return true;
  const auto first = std::ranges::lower_bound(*only, block.first);
  return first != only->end() && *first <= block.last;
}

bool is_erased(const SnapshotCut& cut, const SealedSession& row) {
  return std::ranges::any_of(cut.erased, [&](const ErasedViewer& each) {
    return each.viewer == row.viewer && row.ordinal < each.before;
  });
}

void add_session(SnapshotData& data, const SealedSession& row) {
  if (data.places.size() <= row.ordinal) data.places.resize(std::size_t{row.ordinal} + 1, kNone);
  data.places[row.ordinal] = static_cast<std::uint32_t>(data.sessions.size());
  data.ordinals.push_back(row.ordinal);
  data.sessions.push_back({row.id, row.viewer, row.opened_ms, 0, row.attributes, row.consented});
}

// By viewer's place in the order of first sessions: the viewer's sessions.
std::vector<std::vector<std::uint32_t>> group_sessions(const SnapshotData& data) {
  std::vector<std::vector<std::uint32_t>> groups;
  std::unordered_map<std::uint64_t, std::size_t> group_of;
  for (std::uint32_t place = 0; place < data.sessions.size(); ++place) {
    const auto viewer = data.sessions[place].viewer;
    if (viewer) {
      const auto [found, fresh] = group_of.emplace(viewer.value, groups.size());
      if (!fresh) {
        groups[found->second].push_back(place);
        continue;
      }
    }
    groups.push_back({place});
  }
  return groups;
}

}  // namespace

Result<std::shared_ptr<const SnapshotData>> finish_snapshot(SnapshotCut cut, const std::vector<Ordinal>* only,
                                                            base::ViewerNumber viewer) {
  auto& data = *cut.data;
  const auto wanted = [&](const SealedSession& row) {
    return (!viewer || row.viewer == viewer) && !is_erased(cut, row);
  };
  std::vector<SealedSession> rows;
  std::vector<SealedMark> mark_rows;
  for (const auto& segment : data.segments) {
    for (const auto& block : segment->blocks()) {
      if (!overlaps(block, only)) continue;
      if (block.table == Table::Sessions) {
        RETURN_IF_ERROR(segment->read(block, rows));
        for (const auto& row : rows)
          if (wanted(row)) add_session(data, row);
      } else if (block.table == Table::Marks) {
        RETURN_IF_ERROR(segment->read(block, mark_rows));
        std::ranges::move(mark_rows, std::back_inserter(data.marks));
      }
    }
  }
  for (const auto& row : cut.sessions)
    if (wanted(row)) add_session(data, row);

  std::ranges::move(cut.marks, std::back_inserter(data.marks));
  std::erase_if(data.marks, [&](const SealedMark& mark) { return data.place_of(mark.ordinal) == kNone; });
  std::ranges::sort(data.marks, {}, order_of);
  for (const auto& mark : data.marks)
    if (mark.kind == kMarkStopped) data.sessions[data.place_of(mark.ordinal)].stopped_ms = mark.at_ms;

  cut.intervals.each([&](const StoredInterval& row) {
    if (row.duration_ms > 0 && data.place_of(row.ordinal) != kNone)
      data.unsealed.push_back({row.ordinal, row.interval()});
  });
  for (const auto& row : cut.open)
    if (data.place_of(row.ordinal) != kNone) data.unsealed.push_back(row);
  std::ranges::sort(data.unsealed, {},
                    [](const SealedInterval& row) { return std::pair(row.ordinal, row.interval.start_ms); });
  data.some = viewer.value != 0;
  return std::shared_ptr<const SnapshotData>(std::move(cut.data));
}

Snapshot::Snapshot(std::shared_ptr<const SnapshotData> data) : data_(std::move(data)) {}
Snapshot::~Snapshot() = default;
Snapshot::Snapshot(const Snapshot&) = default;
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot& Snapshot::operator=(const Snapshot&) = default;
Snapshot& Snapshot::operator=(Snapshot&&) noexcept = default;

std::int64_t Snapshot::at_ms() const { return data_->at_ms; }
std::span<const SessionRow> Snapshot::sessions() const { return data_->sessions; }

std::span<const std::pair<std::string, std::string>> Snapshot::attributes(std::uint32_t number) const {
  if (number >= data_->attribute_sets.size()) return {};
  return data_->attribute_sets[number];
}

Result<void> Snapshot::visit_intervals(const std::function<void(std::span<const IntervalRow>)>& visit) const {
  IntervalMerge merge(data_->some ? &data_->ordinals : nullptr);
  for (const auto& segment : data_->segments) merge.add(segment);
  merge.add(data_->unsealed);
  std::vector<IntervalRow> portion;
  while (true) {
    ASSIGN_OR_RETURN(auto rows, merge.next());
    if (rows.empty()) return {};
    portion.clear();
    for (const auto& row : rows)
      if (const auto place = data_->place_of(row.ordinal); place != kNone)
        portion.push_back({place, row.interval});
    if (!portion.empty()) visit(portion);
  }
}

Result<std::vector<IntervalRow>> Snapshot::intervals() const {
  std::vector<IntervalRow> all;
  RETURN_IF_ERROR(visit_intervals(
      [&](std::span<const IntervalRow> portion) { all.insert(all.end(), portion.begin(), portion.end()); }));
  return all;
}

Result<void> Snapshot::visit_viewers(const std::function<void(const ViewerRow&)>& visit) const {
  const auto groups = group_sessions(*data_);
  // A viewer of one session is handed on as soon as it has passed by; of others the intervals are kept.
  std::vector<std::uint32_t> group_of(data_->sessions.size());
  for (std::uint32_t group = 0; group < groups.size(); ++group)
    for (const auto place : groups[group]) group_of[place] = group;
  std::vector<bool> visited(groups.size());
  std::unordered_map<std::uint32_t, std::vector<Interval>> kept;
  std::vector<Interval> current;
  std::vector<Presence> united;
  std::uint32_t current_place = kNone;
  const auto hand_on = [&](std::uint32_t group, std::vector<Interval>& intervals) {
    unite(intervals, united);
    visited[group] = true;
    visit({data_->sessions[groups[group].front()].viewer, groups[group], united});
  };
  const auto end_session = [&] {
    if (current_place == kNone) return;
    const auto group = group_of[current_place];
    if (groups[group].size() == 1) {
      hand_on(group, current);
    } else {
      auto& all = kept[group];
      all.insert(all.end(), current.begin(), current.end());
    }
    current.clear();
  };
  RETURN_IF_ERROR(visit_intervals([&](std::span<const IntervalRow> portion) {
    for (const auto& row : portion) {
      if (row.session != current_place) end_session();
      current_place = row.session;
      current.push_back(row.interval);
    }
  }));
  end_session();
  for (auto& [group, intervals] : kept) hand_on(group, intervals);
  current.clear();
  for (std::uint32_t group = 0; group < groups.size(); ++group)
    if (!visited[group]) hand_on(group, current);
  return {};
}

Result<std::vector<MarkRow>> Snapshot::marks() const {
  std::vector<MarkRow> rows;
  for (const auto& mark : data_->marks) {
    if (mark.kind == kMarkStopped) continue;
    const bool known = mark.kind < data_->mark_kinds.size();
    rows.push_back({data_->place_of(mark.ordinal), mark.at_ms,
                    known ? data_->mark_kinds[mark.kind] : std::string{}, mark.value});
  }
  return rows;
}

}  // namespace pulse
