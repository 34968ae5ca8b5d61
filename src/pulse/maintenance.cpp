#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "base/log.h"
#include "pulse/anonymous_file.h"
#include "pulse/engine_state.h"
#include "pulse/merge.h"
#include "pulse/store_files.h"
#include "pulse/union.h"

namespace pulse {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr std::size_t kImagePortion = std::size_t{1} << 20;

}  // namespace

// The state at a moment between two batches, and what is to be made of it.
struct EngineState::Cut {
  std::optional<base::PropertyNumber> rewrite;
  std::int64_t at_ms = 0;
  ImageHead head;
  std::vector<SealPlan> plans;
  std::vector<SlotNumber> freed;
  base::Bytes image;
  bool taken = false;
};

Result<void> EngineState::checkpoint(Scrub scrub, std::optional<base::PropertyNumber> rewrite) {
  base::Lock lock(maintenance_mutex_);
  return make_checkpoint(scrub, rewrite);
}

Result<void> EngineState::make_checkpoint(Scrub scrub, std::optional<base::PropertyNumber> rewrite) {
  while (uncut_holds_ > 0 || (scrub == Scrub::Yes && holds_ > 0)) released_.wait(maintenance_mutex_);
  Cut cut;
  cut.rewrite = rewrite;
  ASSIGN_OR_RETURN(auto log,
                   LogWriter::create(files_, options_.folder, log_number_.load() + 1, log_key_, random_));
  {
    base::Lock erase(erase_mutex_);
    const bool open = at_cut([&] {
      if (log_->broken()) return;
      std::swap(log_, log);
      log_number_.store(log_->number());
      log_size_.store(log_->size());
      base::Lock state(state_mutex_);
      cut.head.log = log_->number();
      take_cut(cut);
    });
    if (!open || !cut.taken) return fail(Code::Unavailable, "the log is closed");
  }
  for (auto& plan : cut.plans) RETURN_IF_ERROR(write_segment(plan));
  RETURN_IF_ERROR(write_checkpoint(cut.image, scrub));
  {
    base::Lock state(state_mutex_);
    install(cut);
  }
  checkpoints_.fetch_add(1);
  return remove_unused(scrub);
}

bool EngineState::is_due(const Property& property, const Cut& cut) {
  if (property.dropped) return false;
  if (cut.rewrite == property.number) return true;
  if (property.sealed) return property.sessions.size() > 0;
  // Once a checkpoint is made, what is nearly due is sealed along.
  return property.intervals.unsealed() >= std::max<std::size_t>(1, options_.intervals_before_seal / 4) ||
         property.sessions.size() - property.sealed_sessions >= kSessionsBeforeSeal;
}

SealPlan EngineState::plan_seal(Property& property, const Cut& cut) {
  SealPlan plan;
  plan.place = property.place;
  plan.number = property.number;
  plan.segment = property.next_segment++;
  plan.old = property.segments;
  plan.last = property.sealed;
  plan.merge = plan.last || cut.rewrite == property.number || plan.old.size() >= kSegmentsBeforeMerge;
  for (auto ordinal = property.sealed_sessions; ordinal < property.sessions.size(); ++ordinal) {
    const auto number = property.sessions[ordinal].slot;
    if (number == kNone) continue;
    const auto& slot = core_.table()[number];
    if (slot.has(kSlotErased)) continue;
    plan.sessions.push_back({ordinal, slot.id, property.live.viewer(slot.viewer).number, slot.opened_ms,
                             core_.table().extra(number).attributes, slot.has(kSlotConsented)});
  }
  plan.intervals = property.intervals.view_unsealed();
  plan.marks = property.marks;
  plan.erased = property.erased;
  plan.erased_sessions = property.erased_sessions;
  plan.sealed_sessions = static_cast<Ordinal>(property.sessions.size());
  plan.sealed_end = property.intervals.end();
  plan.sealed_marks = property.marks.size();
  plan.has_rows = !plan.sessions.empty() || plan.intervals.count > 0 || !plan.marks.empty() ||
                  (plan.merge && !plan.old.empty());
  return plan;
}

void EngineState::take_cut(Cut& cut) {
  cut.at_ms = receipt_clock_.now().at_ms;
  core_.close_expired(cut.at_ms);
  for (std::size_t place = 0; place < core_.properties(); ++place) {
    auto& property = core_.at(static_cast<std::uint16_t>(place));
    if (is_due(property, cut)) cut.plans.push_back(plan_seal(property, cut));
  }
  cut.freed = slots_to_free(core_, cut.plans, cut.at_ms);
  write_image(core_, cut.head, cut.plans, cut.freed, cut.image);
  cut.taken = true;
}

Result<void> EngineState::write_segment(SealPlan& plan) {
  if (!plan.has_rows) return {};
  ASSIGN_OR_RETURN(auto key, keys_.property_key(plan.number));
  const auto path = options_.folder / segment_name(plan.number, plan.segment);
  ASSIGN_OR_RETURN(auto writer, SegmentWriter::create(files_, path, plan.number, key, random_));
  auto& erased = plan.erased_sessions;
  std::vector<SealedMark> marks;
  IntervalMerge merge;
  if (plan.merge) {
    std::vector<SealedSession> sessions;
    std::vector<SealedMark> more;
    for (auto& old : plan.old) {
      if (!old.reader) {
        ASSIGN_OR_RETURN(old.reader,
                         SegmentReader::open(files_, options_.folder / segment_name(plan.number, old.number),
                                             plan.number, key));
      }
      merge.add(old.reader);
      for (const auto& block : old.reader->blocks()) {
        if (block.table == Table::Marks) {
          RETURN_IF_ERROR(old.reader->read(block, more));
          std::ranges::move(more, std::back_inserter(marks));
        }
        if (block.table != Table::Sessions) continue;
        RETURN_IF_ERROR(old.reader->read(block, sessions));
        for (const auto& row : sessions) {
          const bool gone = std::ranges::any_of(plan.erased, [&](const ErasedViewer& each) {
            return each.viewer == row.viewer && row.ordinal < each.before;
          });
          if (gone) {
            erased.insert(row.ordinal);
          } else {
            RETURN_IF_ERROR(writer->add(row));
          }
        }
      }
    }
  }
  for (const auto& row : plan.sessions) RETURN_IF_ERROR(writer->add(row));

  std::vector<SealedInterval> unsealed;
  unsealed.reserve(plan.intervals.count);
  plan.intervals.each([&](const StoredInterval& row) {
    if (row.duration_ms > 0) unsealed.push_back({row.ordinal, row.interval()});
  });
  std::ranges::sort(unsealed, {},
                    [](const SealedInterval& row) { return std::pair(row.ordinal, row.interval.start_ms); });
  merge.add(unsealed);
  while (true) {
    ASSIGN_OR_RETURN(auto rows, merge.next());
    if (rows.empty()) break;
    for (const auto& row : rows)
      if (!erased.contains(row.ordinal)) RETURN_IF_ERROR(writer->add(row));
  }
  std::ranges::copy(plan.marks, std::back_inserter(marks));
  std::erase_if(marks, [&](const SealedMark& mark) { return erased.contains(mark.ordinal); });
  std::ranges::sort(marks, {}, order_of);
  for (const auto& mark : marks) RETURN_IF_ERROR(writer->add(mark));
  RETURN_IF_ERROR(writer->finish());
  ASSIGN_OR_RETURN(plan.made, SegmentReader::open(files_, path, plan.number, key));
  return {};
}

Result<void> EngineState::write_checkpoint(const base::Bytes& image, Scrub scrub) {
  const auto path = options_.folder / kCheckpointName;
  auto temporary = path;
  temporary += ".new";
  ASSIGN_OR_RETURN(auto writer,
                   BlockFileWriter::create(files_, temporary, FileKind::Checkpoint, 1, log_key_, random_, 1));
  for (std::size_t at = 0; at < image.size(); at += kImagePortion)
    RETURN_IF_ERROR(
        writer->add(base::ByteView(image).subspan(at, std::min(kImagePortion, image.size() - at))));
  RETURN_IF_ERROR(writer->finish({}));
  std::unique_ptr<base::File> old;
  if (scrub == Scrub::Yes) {
    ASSIGN_OR_RETURN(auto there, files_.exists(path));
    if (there) {
      ASSIGN_OR_RETURN(old, files_.open(path, base::OpenMode::Append));
    }
  }
  // The segments' names last before a checkpoint speaks of them.
  RETURN_IF_ERROR(files_.sync_directory(options_.folder));
  RETURN_IF_ERROR(files_.rename(temporary, path));
  RETURN_IF_ERROR(files_.sync_directory(options_.folder));
  if (old) RETURN_IF_ERROR(overwrite(*old));
  return {};
}

void EngineState::install(Cut& cut) {
  for (const auto slot : cut.freed) core_.free_slot(slot);
  for (auto& plan : cut.plans) {
    auto& property = core_.at(plan.place);
    if (property.dropped) continue;
    property.segments = plan.afterwards();
    property.sealed_sessions = plan.sealed_sessions;
    property.intervals.set_sealed(plan.sealed_end);
    property.marks.erase(property.marks.begin(),
                         property.marks.begin() + static_cast<std::ptrdiff_t>(plan.sealed_marks));
    // Whoever was erased since the cut stays on the lists.
    if (plan.merge)
      std::erase_if(property.erased, [&](const auto& each) { return base::contains(plan.erased, each); });
    std::erase_if(property.erased_sessions,
                  [&](Ordinal each) { return plan.erased_sessions.contains(each); });
    if (!plan.last) continue;
    property.sessions.clear();
    property.sealed_sessions = 0;
    property.intervals.restart(0);
    property.live = LiveFigures{};
    property.live.set_range(property.rules.report_from_ms, property.rules.report_to_ms);
  }
  for (std::size_t place = 0; place < core_.properties(); ++place)
    core_.at(static_cast<std::uint16_t>(place)).intervals.drop_before(cut.at_ms - kUnionReachMs);
}

Result<void> EngineState::remove_unused(Scrub scrub) {
  std::set<std::string> used;
  {
    base::Lock lock(state_mutex_);
    for (std::size_t place = 0; place < core_.properties(); ++place) {
      const auto& property = core_.at(static_cast<std::uint16_t>(place));
      for (const auto& segment : property.segments)
        used.insert(segment_name(property.number, segment.number));
      if (property.anonymised) used.insert(anonymous_name(property.number));
    }
  }
  ASSIGN_OR_RETURN(auto names, files_.list(options_.folder));
  for (const auto& name : names) {
    const auto log = log_number(name);
    const bool is_log = log != 0 && log != log_number_.load();
    const bool is_segment = name.ends_with(".segment") && !used.contains(name);
    const bool is_record = is_anonymous_name(name) && !used.contains(name);
    if (!is_log && !is_segment && !is_record && name != "checkpoint.new") continue;
    const auto path = options_.folder / name;
    RETURN_IF_ERROR(scrub == Scrub::Yes ? shred(files_, path) : files_.remove(path));
  }
  return files_.sync_directory(options_.folder);
}

Result<void> EngineState::erase_viewer(base::PropertyNumber property, base::ViewerNumber viewer) {
  base::Lock lock(erase_mutex_);
  RETURN_IF_ERROR(act([&](BatchBuilder& batch) { return batch.erase(property, viewer); }));
  return subtract_erased();
}

Result<void> EngineState::subtract_erased() {
  std::vector<EngineCore::Unsubtracted> gone;
  {
    base::Lock lock(state_mutex_);
    gone = core_.take_unsubtracted();
  }
  for (auto& each : gone) {
    RETURN_IF_ERROR(open_segments(each.property));
    std::ranges::sort(each.sessions);
    IntervalMerge merge(&each.sessions);
    UnsealedIntervals view;
    {
      base::Lock lock(state_mutex_);
      const auto* property = core_.find(each.property);
      for (const auto& segment : property->segments) merge.add(segment.reader);
      view = property->intervals.view_unsealed();
    }
    std::vector<Interval> intervals;
    view.each([&](const StoredInterval& row) {
      if (row.duration_ms > 0 && std::ranges::binary_search(each.sessions, row.ordinal))
        intervals.push_back(row.interval());
    });
    while (true) {
      ASSIGN_OR_RETURN(auto rows, merge.next());
      if (rows.empty()) break;
      for (const auto& row : rows) intervals.push_back(row.interval);
    }
    std::vector<Presence> united;
    unite(intervals, united);
    base::Lock lock(state_mutex_);
    auto* property = core_.find(each.property);
    if (!property->dropped && !property->sealed) property->live.subtract(united);
  }
  return {};
}

Result<void> EngineState::has_property(base::PropertyNumber number) {
  base::Lock lock(state_mutex_);
  const auto* property = core_.find(number);
  if (property == nullptr) return fail(Code::NotFound, "the property was never declared");
  return {};
}

bool EngineState::is_checkpoint_due() {
  if (log_size_.load() >= options_.log_bytes_before_checkpoint) return true;
  base::Lock lock(state_mutex_);
  for (std::size_t place = 0; place < core_.properties(); ++place) {
    const auto& property = core_.at(static_cast<std::uint16_t>(place));
    if (property.intervals.unsealed() >= options_.intervals_before_seal) return true;
  }
  return false;
}

void EngineState::maintain_forever() {
  constexpr auto kEvery = std::chrono::seconds(1);
  std::uint32_t generation = 0;
  while (true) {
    {
      base::Lock lock(wake_mutex_);
      if (!stopping_) wake_.wait_for(wake_mutex_, kEvery);
      if (stopping_) return;
    }
    // Sessions end soon after somebody sets the clock, also while nobody beats.
    if (const auto now = receipt_clock_.now(); now.generation != generation) {
      generation = now.generation;
      if (!act([](BatchBuilder&) { return Result<void>{}; })) continue;
    }
    if (!is_checkpoint_due()) continue;
    if (auto made = checkpoint(Scrub::No, std::nullopt); !made)
      base::log(base::Level::Error, "pulse.checkpoint_failed", {{"error", made.error()}});
  }
}

}  // namespace pulse
