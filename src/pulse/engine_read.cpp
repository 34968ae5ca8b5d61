#include <algorithm>
#include <unordered_map>

#include "pulse/engine_state.h"
#include "pulse/union.h"

namespace pulse {

using base::Code;
using base::fail;
using base::Result;

Result<Property*> EngineState::readable(base::PropertyNumber number) {
  auto* property = core_.find(number);
  if (property == nullptr) return fail(Code::NotFound, "the property was never declared");
  if (property->dropped) return fail(Code::Gone, "the property's data are gone");
  return property;
}

Result<Property*> EngineState::with_live(base::PropertyNumber number) {
  ASSIGN_OR_RETURN(auto* property, readable(number));
  if (property->sealed) return fail(Code::Conflict, "the property is over: there are no live figures");
  core_.advance_presence(receipt_clock_.now().at_ms);
  return property;
}

// Afterwards all of the property's segments have readers, unless a checkpoint replaces them meanwhile.
Result<void> EngineState::open_segments(base::PropertyNumber number) {
  constexpr int kAttempts = 8;
  for (int attempt = 0;; ++attempt) {
    std::vector<std::uint32_t> closed;
    {
      base::Lock lock(state_mutex_);
      ASSIGN_OR_RETURN(auto* property, readable(number));
      for (const auto& segment : property->segments)
        if (!segment.reader) closed.push_back(segment.number);
    }
    if (closed.empty()) return {};
    ASSIGN_OR_RETURN(auto key, keys_.property_key(number));
    for (const auto each : closed) {
      auto reader = SegmentReader::open(files_, options_.folder / segment_name(number, each), number, key);
      if (!reader && reader.error().code == Code::NotFound && attempt < kAttempts) break;
      if (!reader) return fail(std::move(reader).error());
      base::Lock lock(state_mutex_);
      ASSIGN_OR_RETURN(auto* property, readable(number));
      for (auto& segment : property->segments)
        if (segment.number == each) segment.reader = *reader;
    }
  }
}

SnapshotCut EngineState::cut_snapshot(Property& property, const std::vector<Ordinal>* only) {
  SnapshotCut cut;
  cut.data = std::make_shared<SnapshotData>();
  cut.data->at_ms = receipt_clock_.now().at_ms;
  cut.data->attribute_sets = property.attribute_sets;
  cut.data->mark_kinds = property.mark_kinds;
  for (const auto& segment : property.segments) cut.data->segments.push_back(segment.reader);
  cut.intervals = property.intervals.view_unsealed();
  cut.marks = property.marks;
  cut.erased = property.erased;
  auto& table = core_.table();
  const auto take = [&](Ordinal ordinal) {
    const auto number = property.sessions[ordinal].slot;
    if (number == kNone) return;
    const auto& slot = table[number];
    if (slot.has(kSlotErased)) return;
    if (ordinal >= property.sealed_sessions) {
      cut.sessions.push_back({ordinal, slot.id, property.live.viewer(slot.viewer).number, slot.opened_ms,
                              table.extra(number).attributes, slot.has(kSlotConsented)});
    }
    if (const auto open = slot.fold().open()) cut.open.push_back({ordinal, *open});
  };
  if (only != nullptr) {
    std::ranges::for_each(*only, take);
  } else {
    for (Ordinal ordinal = 0; ordinal < property.sessions.size(); ++ordinal) take(ordinal);
  }
  return cut;
}

Result<Snapshot> EngineState::snapshot(base::PropertyNumber number, base::ViewerNumber viewer) {
  SnapshotCut cut;
  std::vector<Ordinal> sessions;
  const std::vector<Ordinal>* only = nullptr;
  for (bool taken = false; !taken;) {
    RETURN_IF_ERROR(open_segments(number));
    base::Lock lock(state_mutex_);
    ASSIGN_OR_RETURN(auto* property, readable(number));
    taken = std::ranges::all_of(property->segments, [](const auto& each) { return each.reader != nullptr; });
    if (!taken) continue;
    if (viewer && property->sessions.size() > 0) {
      sessions.clear();
      only = &sessions;
      if (const auto place = property->live.find(viewer); place != kNone) {
        for (auto each = property->live.viewer(place).history; each != kNone;
             each = property->sessions[each].before)
          sessions.push_back(each);
      }
      std::ranges::sort(sessions);
    }
    cut = cut_snapshot(*property, only);
  }
  ASSIGN_OR_RETURN(auto data, finish_snapshot(std::move(cut), only, viewer));
  return Snapshot(std::move(data));
}

// Credits all time anew. Requires: all segments have readers.
Result<void> EngineState::rebuild_live(Property& property) {
  ASSIGN_OR_RETURN(auto data, finish_snapshot(cut_snapshot(property, nullptr), nullptr, {}));
  LiveFigures fresh;
  fresh.set_range(property.rules.report_from_ms, property.rules.report_to_ms);
  std::vector<std::uint32_t> viewer_of(data->sessions.size());
  for (std::size_t i = 0; i < data->sessions.size(); ++i) {
    const auto& row = data->sessions[i];
    const auto ordinal = data->ordinals[i];
    viewer_of[i] = fresh.open_viewer(row.viewer, row.consented);
    auto& viewer = fresh.viewer(viewer_of[i]);
    property.sessions[ordinal].before = viewer.history;
    viewer.history = ordinal;
  }
  RETURN_IF_ERROR(Snapshot(data).visit_viewers([&](const ViewerRow& row) {
    for (const auto& [start_ms, end_ms, active] : row.presences)
      fresh.credit(viewer_of[row.sessions.front()], start_ms, end_ms,
                   active ? Credit::Active : Credit::Inactive);
  }));
  fresh.follow(property.live);
  property.live = std::move(fresh);
  for (std::size_t i = 0; i < data->sessions.size(); ++i) {
    const auto number = property.sessions[data->ordinals[i]].slot;
    if (number == kNone) continue;
    auto& slot = core_.table()[number];
    slot.viewer = viewer_of[i];
    slot.next_of_viewer = kNone;
    slot.clear(kSlotLinked | kSlotPresence);
    if (slot.has(kSlotStarted)) core_.link(number);
  }
  core_.start_presence(receipt_clock_.now().at_ms);
  return {};
}

Result<void> EngineState::refresh_live(base::PropertyNumber number) {
  while (true) {
    {
      base::Lock lock(state_mutex_);
      ASSIGN_OR_RETURN(auto* property, with_live(number));
      if (!property->live.stale()) return {};
    }
    RETURN_IF_ERROR(open_segments(number));
    base::Lock lock(state_mutex_);
    ASSIGN_OR_RETURN(auto* property, with_live(number));
    if (std::ranges::any_of(property->segments, [](const auto& each) { return each.reader == nullptr; }))
      continue;
    RETURN_IF_ERROR(rebuild_live(*property));
  }
}

Result<Present> EngineState::live(base::PropertyNumber number) {
  base::Lock lock(state_mutex_);
  ASSIGN_OR_RETURN(auto* property, with_live(number));
  return property->live.present(receipt_clock_.now().at_ms);
}

Result<LiveChanges> EngineState::live_changes(base::PropertyNumber number, std::uint64_t since) {
  RETURN_IF_ERROR(refresh_live(number));
  base::Lock lock(state_mutex_);
  ASSIGN_OR_RETURN(auto* property, with_live(number));
  return property->live.changes(receipt_clock_.now().at_ms, since);
}

Result<std::vector<CurveSecond>> EngineState::live_curve(base::PropertyNumber number, std::int64_t from_ms,
                                                         std::size_t seconds) {
  RETURN_IF_ERROR(refresh_live(number));
  base::Lock lock(state_mutex_);
  ASSIGN_OR_RETURN(auto* property, with_live(number));
  const auto& live = property->live;
  if (!live.has_figures()) return fail(Code::Conflict, "the property has no live curve");
  if (from_ms < live.from_ms() || (from_ms - live.from_ms()) % 1000 != 0)
    return fail(Code::Invalid, "the live curve has whole seconds from the start of the report range");
  const auto first = static_cast<std::size_t>((from_ms - live.from_ms()) / 1000);
  const auto all = static_cast<std::size_t>((live.to_ms() - live.from_ms() + 999) / 1000);
  std::vector<CurveSecond> curve(first < all ? std::min(seconds, all - first) : 0);
  const auto known = live.curve();
  for (std::size_t i = 0; i < curve.size() && first + i < known.size(); ++i) curve[i] = known[first + i];
  return curve;
}

Result<Report> EngineState::report(base::PropertyNumber number, const ReportRange& range,
                                   ReportCounts counts) {
  auto record = anonymous_record(number);
  if (record) return report_of(*record, range);
  if (record.error().code != Code::Conflict) return fail(std::move(record).error());
  const auto refreshed = refresh_live(number);
  if (!refreshed && refreshed.error().code != Code::Conflict) return fail(refreshed.error());
  if (refreshed) {
    base::Lock lock(state_mutex_);
    const auto property = with_live(number);
    if (property) {
      const auto& live = (*property)->live;
      if (live.has_figures() && !live.stale() && range.from_ms() == live.from_ms() &&
          range.to_ms() == live.to_ms()) {
        return live.report(range, counts);
      }
    }
  }
  auto computed = compute_report(number, range, counts);
  // Segments may be overwritten while they are read, after somebody was erased; the new ones are whole.
  if (!computed && computed.error().code == Code::Corrupt) computed = compute_report(number, range, counts);
  return computed;
}

Result<Report> EngineState::compute_report(base::PropertyNumber number, const ReportRange& range,
                                           ReportCounts counts) {
  ASSIGN_OR_RETURN(auto data, snapshot(number, {}));
  counts.opened = counts.consented = 0;
  ReportBuilder builder(range);
  RETURN_IF_ERROR(data.visit_viewers([&](const ViewerRow& row) {
    ++counts.opened;
    const bool consented = std::ranges::any_of(
        row.sessions, [&](std::uint32_t place) { return data.sessions()[place].consented; });
    if (consented) ++counts.consented;
    builder.add_viewer(row.presences);
  }));
  counts.refused = counts.opened - counts.consented;
  return builder.report(counts);
}

EngineCounters EngineState::counters() {
  base::Lock lock(state_mutex_);
  const auto& core = core_.counters();
  EngineCounters counters{.messages = messages_.load(),
                          .beats = core.beats,
                          .beats_repeated = repeated_.load(),
                          .beats_outside = core.beats_outside,
                          .marks = core.marks,
                          .refused_full = refused_full_.load(),
                          .refused_failed = refused_failed_.load(),
                          .commits = commits_.load(),
                          .log_bytes = log_bytes_.load(),
                          .checkpoints = checkpoints_.load(),
                          .sessions = core_.table().used(),
                          .memory_bytes = core_.table().memory_bytes()};
  for (std::size_t place = 0; place < core_.properties(); ++place)
    counters.memory_bytes += core_.at(static_cast<std::uint16_t>(place)).memory_bytes();
  return counters;
}

}  // namespace pulse
