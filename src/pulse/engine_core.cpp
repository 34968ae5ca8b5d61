#include "pulse/engine_core.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "pulse/admit.h"
#include "pulse/union.h"

namespace pulse {
namespace {

using base::Code;
using base::fail;
using base::Result;

// A token is gone for good only this long after its expiry: a message that came in time may still be waiting.
constexpr std::int64_t kExpiryMarginMs = 60'000;

}  // namespace

void PresenceWheel::put(SlotNumber slot, std::int64_t absent_from_ms) {
  const auto last = at_ms_ + kStepMs * static_cast<std::int64_t>(kBuckets - 1);
  buckets_[index(std::clamp(absent_from_ms, at_ms_, last))].push_back(slot);
}

void PresenceWheel::restart(std::int64_t now_ms) {
  std::vector<SlotNumber> all;
  for (auto& bucket : buckets_) {
    all.insert(all.end(), bucket.begin(), bucket.end());
    bucket.clear();
  }
  at_ms_ = now_ms - now_ms % kStepMs;
  buckets_[index(at_ms_)] = std::move(all);
}

Property* EngineCore::find(base::PropertyNumber number) {
  const auto found = places_.find(number.value);
  return found == places_.end() ? nullptr : properties_[found->second].get();
}

Property& EngineCore::add_property(base::PropertyNumber number) {
  auto property = std::make_unique<Property>();
  property->number = number;
  property->place = static_cast<std::uint16_t>(properties_.size());
  places_.emplace(number.value, property->place);
  properties_.push_back(std::move(property));
  return *properties_.back();
}

Result<void> EngineCore::apply(base::ByteView payload) {
  Reader in(payload);
  committed_ms_ = static_cast<std::int64_t>(in.varint());
  bool sense = in.ok();
  while (sense && !in.at_end()) {
    const auto kind = in.u8();
    switch (static_cast<RecordKind>(kind)) {
      case RecordKind::Declare: sense = apply_declare(in); break;
      case RecordKind::Beats: sense = apply_beats(in); break;
      case RecordKind::Stop: sense = apply_stop(in); break;
      case RecordKind::EndAll:
        for (SlotNumber slot = 0; slot < table_.size(); ++slot) end(slot);
        break;
      default: sense = apply_of_property(kind, in); break;
    }
    sense = sense && in.ok();
  }
  if (!sense) return fail(Code::Corrupt, "a record makes no sense");
  return {};
}

bool EngineCore::apply_declare(Reader& in) {
  const base::PropertyNumber number{in.varint32()};
  auto rules = read_rules(in);
  if (!in.ok()) return false;
  auto* property = find(number);
  if (property == nullptr) {
    if (properties_.size() >= kPropertiesMax) return false;
    property = &add_property(number);
  }
  property->rules = std::move(rules);
  property->live.set_range(property->rules.report_from_ms, property->rules.report_to_ms);
  return true;
}

bool EngineCore::apply_of_property(std::uint8_t kind, Reader& in) {
  if (static_cast<RecordKind>(kind) == RecordKind::Open) {
    const auto record = read_open(in);
    auto* property = find(record.property);
    if (!in.ok() || property == nullptr || record.ordinal != property->sessions.size() ||
        (table_.control(record.slot) & kSlotUsed) != 0 || record.slot >= kSlotsMax) {
      return false;
    }
    apply_open(*property, record);
    return true;
  }
  auto* property = find({in.varint32()});
  if (!in.ok() || property == nullptr) return false;
  switch (static_cast<RecordKind>(kind)) {
    case RecordKind::End: end_sessions(*property); return true;
    case RecordKind::Erase: apply_erase(*property, {in.fixed<std::uint64_t>()}); return true;
    case RecordKind::Drop: apply_drop(*property); return true;
    case RecordKind::Seal: apply_seal(*property); return true;
    case RecordKind::Anonymise: apply_anonymise(*property); return true;
    default: return false;
  }
}

void EngineCore::apply_open(Property& property, const OpenRecord& record) {
  table_.claim(record.slot);
  auto& slot = table_[record.slot];
  slot.id = record.id;
  slot.opened_ms = record.opened_ms;
  slot.ordinal = record.ordinal;
  slot.property = property.place;
  slot.viewer = property.live.open_viewer(record.viewer, record.consented);
  table_.extra(record.slot) = {property.attribute_number(record.attributes), record.life};
  auto& viewer = property.live.viewer(slot.viewer);
  property.sessions.push_back({record.slot, viewer.history});
  viewer.history = record.ordinal;
  if (record.consented) slot.set(kSlotConsented);
}

void EngineCore::link(SlotNumber number) {
  auto& slot = table_[number];
  if (slot.has(kSlotLinked)) return;
  auto& viewer = at(slot.property).live.viewer(slot.viewer);
  slot.next_of_viewer = viewer.sessions;
  viewer.sessions = number;
  slot.set(kSlotLinked);
}

// Takes sessions out of the viewer's chain that can no longer overlap with anything new.
void EngineCore::unlink_stale(Property&, Viewer& viewer, std::int64_t before_ms) {
  auto* place = &viewer.sessions;
  while (*place != kNone) {
    auto& slot = table_[*place];
    if (slot.last_ms() < before_ms && !slot.has(kSlotPresence)) {
      slot.clear(kSlotLinked);
      *place = std::exchange(slot.next_of_viewer, kNone);
    } else {
      place = &slot.next_of_viewer;
    }
  }
}

void EngineCore::store(Property& property, Slot& slot, const Interval& interval) {
  slot.last_interval =
      property.intervals.push({.start_ms = interval.start_ms,
                               .duration_ms = static_cast<std::uint32_t>(interval.end_ms - interval.start_ms),
                               .ordinal = slot.ordinal,
                               .before = slot.last_interval,
                               .facts = interval.facts});
}

bool EngineCore::apply_beats(Reader& in) {
  const auto number = in.varint32();
  const auto rise = in.varint();
  const auto beats = in.count(2);
  if (!in.ok() || (table_.control(number) & kSlotUsed) == 0) return false;
  auto& slot = table_[number];
  auto& property = at(slot.property);
  if (slot.viewer == kNone || property.dropped) return false;
  auto fold = slot.fold();
  Folder folder(fold);
  auto at_ms = slot.last_ms();
  Presence run;
  if (beats > 0) link(number);
  for (std::size_t i = 0; i < beats; ++i) {
    at_ms += in.varint32();
    const auto byte = in.u8();
    if (at_ms - slot.opened_ms > UINT32_MAX || (byte > 127 && byte < kFactsOutsideByte)) return false;
    if (byte == kFactsOutsideByte) {
      // Nobody vouches for the time around it, and the next beat is not earlier.
      if (const auto open = fold.open()) store(property, slot, *open);
      fold = {.last_ms = at_ms, .last_facts = kGoingAway, .open_facts = kGoingAway, .started = true};
      ++counters_.beats_outside;
      continue;
    }
    if (fold.started && fold.last_facts != kGoingAway && at_ms > fold.last_ms &&
        at_ms - fold.last_ms <= kGapMs) {
      const bool active = is_active(fold.last_facts);
      if (run.end_ms != fold.last_ms || run.active != active) {
        if (run.end_ms > run.start_ms) credit(property, number, run);
        run = {fold.last_ms, fold.last_ms, active};
      }
      run.end_ms = at_ms;
    }
    if (const auto closed = folder.add(at_ms, static_cast<Facts>(byte))) store(property, slot, *closed);
    ++counters_.beats;
  }
  if (run.end_ms > run.start_ms) credit(property, number, run);
  slot.keep(fold);
  slot.last_number += rise;
  const auto marks = in.count(3);
  for (std::size_t i = 0; i < marks; ++i) {
    const auto mark_ms = slot.opened_ms + in.varint32();
    const auto kind = property.mark_kind(in.text());
    property.marks.push_back({slot.ordinal, mark_ms, kind, std::string(in.text())});
    ++counters_.marks;
  }
  update_presence(number);
  return in.ok();
}

// Adds to the viewer's union what their other sessions do not have already.
void EngineCore::credit(Property& property, SlotNumber number, const Presence& span) {
  const auto place = table_[number].viewer;
  auto& viewer = property.live.viewer(place);
  const auto plain = span.active ? Credit::Active : Credit::Inactive;
  if (viewer.sessions != number || table_[number].next_of_viewer != kNone)
    unlink_stale(property, viewer, committed_ms_ - kUnionReachMs);
  others_.clear();
  for (auto each = viewer.sessions; each != kNone; each = table_[each].next_of_viewer) {
    if (each == number) continue;
    const auto& other = table_[each];
    const auto take = [&](const Interval& interval) {
      if (interval.start_ms < span.end_ms && interval.end_ms > span.start_ms) others_.push_back(interval);
      return interval.end_ms > span.start_ms;
    };
    if (const auto open = other.fold().open(); open && !take(*open)) continue;
    for (auto index = other.last_interval;;) {
      const auto* stored = index == kNone ? nullptr : property.intervals.find(index);
      if (stored == nullptr || !take(stored->interval())) break;
      index = stored->before;
    }
  }
  if (others_.empty()) {
    property.live.credit(place, span.start_ms, span.end_ms, plain);
    return;
  }
  unite(others_, united_);
  auto at_ms = span.start_ms;
  for (const auto& there : united_) {
    const auto start_ms = std::max(there.start_ms, span.start_ms);
    const auto end_ms = std::min(there.end_ms, span.end_ms);
    if (at_ms < start_ms) property.live.credit(place, at_ms, start_ms, plain);
    if (span.active && !there.active) property.live.credit(place, start_ms, end_ms, Credit::Raise);
    at_ms = end_ms;
  }
  if (at_ms < span.end_ms) property.live.credit(place, at_ms, span.end_ms, plain);
}

void EngineCore::close(SlotNumber number) {
  auto& slot = table_[number];
  auto& property = at(slot.property);
  auto fold = slot.fold();
  if (const auto open = fold.open(); open && !property.dropped) store(property, slot, *open);
  fold.open_facts = kGoingAway;
  fold.last_facts = kGoingAway;
  slot.keep(fold);
  set_presence(property, slot, 0);
}

void EngineCore::end(SlotNumber number) {
  auto& slot = table_[number];
  if (!slot.has(kSlotUsed) || slot.has(kSlotClosed) || !slot.has(kSlotConsented)) return;
  close(number);
  slot.set(kSlotEnded);
}

void EngineCore::end_sessions(Property& property) {
  for (std::size_t ordinal = 0; ordinal < property.sessions.size(); ++ordinal)
    if (const auto slot = property.sessions[ordinal].slot; slot != kNone) end(slot);
}

bool EngineCore::apply_stop(Reader& in) {
  const auto number = in.varint32();
  const auto at_ms = static_cast<std::int64_t>(in.varint());
  if (!in.ok() || (table_.control(number) & kSlotUsed) == 0) return false;
  auto& slot = table_[number];
  if (slot.has(kSlotStopped | kSlotErased)) return true;
  close(number);
  slot.set(kSlotStopped);
  at(slot.property).marks.push_back({slot.ordinal, at_ms, kMarkStopped, {}});
  return true;
}

// Leaves of a session nothing but that it is gone.
void EngineCore::wipe(SlotNumber number) {
  auto& slot = table_[number];
  slot.id = {};
  slot.viewer = kNone;
  slot.next_of_viewer = kNone;
  slot.last_interval = kNone;
  slot.last_number = 0;
  slot.last_after_ms = 0;
  slot.open_start_after_ms = 0;
  table_.extra(number).attributes = 0;
  slot.set(kSlotErased);
  slot.clear(kSlotLinked);
}

void EngineCore::apply_erase(Property& property, base::ViewerNumber number) {
  const bool running = !property.sealed || property.sessions.size() > 0;
  const auto before = running ? static_cast<Ordinal>(property.sessions.size()) : kNone;
  const auto known = std::ranges::find(property.erased, number, &ErasedViewer::viewer);
  if (known == property.erased.end()) {
    if (!property.dropped) property.erased.push_back({number, before});
  } else {
    known->before = before;
  }
  const auto place = property.live.find(number);
  if (place == kNone) return;
  Unsubtracted gone{property.number, {}};
  for (auto each = property.live.viewer(place).history; each != kNone;
       each = property.sessions[each].before) {
    gone.sessions.push_back(each);
    property.erased_sessions.insert(each);
    const auto slot = property.sessions[each].slot;
    if (slot == kNone) continue;
    close(slot);
    wipe(slot);
  }
  property.live.erase(place);
  if (property.live.has_figures() && !property.live.stale()) unsubtracted_.push_back(std::move(gone));
}

void EngineCore::apply_drop(Property& property) {
  for (std::size_t ordinal = 0; ordinal < property.sessions.size(); ++ordinal) {
    const auto slot = property.sessions[ordinal].slot;
    if (slot == kNone) continue;
    if (!table_[slot].has(kSlotErased)) close(slot);
    wipe(slot);
    // It is there to answer for its token. When it was opened is forgotten: all are until the last may end.
    table_[slot].opened_ms = property.rules.window_to_ms + kTokenAfterWindowMs;
    table_[slot].ordinal = 0;
    table_.extra(slot).life = 0;
  }
  property.forget();
  property.dropped = true;
  property.anonymised = false;
}

void EngineCore::apply_anonymise(Property& property) {
  apply_drop(property);
  property.anonymised = true;
}

void EngineCore::apply_seal(Property& property) {
  end_sessions(property);
  property.sealed = true;
}

void EngineCore::start_presence(std::int64_t now_ms) {
  presence_ = true;
  now_ms_ = now_ms;
  wheel_.restart(now_ms);
  for (SlotNumber slot = 0; slot < table_.size(); ++slot)
    if (table_[slot].has(kSlotUsed)) update_presence(slot);
}

void EngineCore::advance_presence(std::int64_t now_ms) {
  // Far back or far ahead somebody set the clock: all are looked at anew.
  constexpr std::int64_t kFarMs = 30'000;
  if (now_ms < now_ms_ - kFarMs || now_ms > now_ms_ + kFarMs) wheel_.restart(now_ms);
  now_ms_ = now_ms;
  wheel_.advance(now_ms, [&](SlotNumber number) -> std::int64_t {
    auto& slot = table_[number];
    if (slot.has(kSlotPresence) && now_ms - slot.last_ms() <= kGapMs) return slot.last_ms() + kGapMs + 1;
    slot.clear(kSlotWaiting);
    if (slot.has(kSlotPresence)) set_presence(at(slot.property), slot, 0);
    return 0;
  });
}

void EngineCore::update_presence(SlotNumber number) {
  if (!presence_) return;
  auto& slot = table_[number];
  const bool present = slot.has(kSlotStarted) && !slot.has(kSlotClosed) && slot.last_facts != kGoingAway &&
                       now_ms_ - slot.last_ms() <= kGapMs;
  const auto presence = !present ? 0 : is_active(slot.last_facts) ? kSlotActive : kSlotInactive;
  if (present) link(number);
  set_presence(at(slot.property), slot, presence);
  if (!present || slot.has(kSlotWaiting)) return;
  slot.set(kSlotWaiting);
  wheel_.put(number, slot.last_ms() + kGapMs + 1);
}

void EngineCore::set_presence(Property& property, Slot& slot, std::uint32_t presence) {
  if ((slot.control.load(std::memory_order_relaxed) & kSlotPresence) == presence) return;
  slot.clear(kSlotPresence);
  slot.set(presence);
  if (slot.viewer == kNone) return;
  auto state = ViewerState::Absent;
  for (auto each = property.live.viewer(slot.viewer).sessions; each != kNone;
       each = table_[each].next_of_viewer) {
    if (table_[each].has(kSlotActive)) state = ViewerState::Active;
    if (table_[each].has(kSlotInactive)) state = std::max(state, ViewerState::Inactive);
  }
  property.live.set_state(slot.viewer, state);
}

bool EngineCore::is_expired(SlotNumber number, std::int64_t now_ms) {
  return table_[number].opened_ms + table_.extra(number).life * kLifeUnitMs + kExpiryMarginMs < now_ms;
}

void EngineCore::close_expired(std::int64_t now_ms) {
  for (SlotNumber number = 0; number < table_.size(); ++number) {
    const auto& slot = table_[number];
    if (slot.has(kSlotUsed) && slot.open_facts != kGoingAway && is_expired(number, now_ms)) close(number);
  }
}

void EngineCore::free_slot(SlotNumber number) {
  auto& slot = table_[number];
  auto& property = at(slot.property);
  if (slot.has(kSlotLinked)) {
    auto* place = &property.live.viewer(slot.viewer).sessions;
    while (*place != number) place = &table_[*place].next_of_viewer;
    *place = slot.next_of_viewer;
  }
  if (!property.dropped && slot.ordinal < property.sessions.size())
    property.sessions[slot.ordinal].slot = kNone;
  table_.free(number);
}

std::vector<EngineCore::Unsubtracted> EngineCore::take_unsubtracted() {
  return std::exchange(unsubtracted_, {});
}

}  // namespace pulse
