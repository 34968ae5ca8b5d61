#include "pulse/image.h"

#include <algorithm>

#include "pulse/record.h"

namespace pulse {
namespace {

using base::Code;
using base::fail;
using base::Result;

constexpr std::uint64_t kImageVersion = 1;
constexpr std::uint8_t kFlagSealed = 1;
constexpr std::uint8_t kFlagDropped = 2;
constexpr std::uint8_t kFlagStale = 4;
constexpr std::uint8_t kFlagAnonymised = 8;

const SealPlan* plan_of(const Property& property, const std::vector<SealPlan>& plans) {
  for (const auto& plan : plans)
    if (plan.place == property.place) return &plan;
  return nullptr;
}

void write_intervals(const Property& property, std::uint32_t sealed_end, Writer& out) {
  const auto& store = property.intervals;
  out.fixed(store.begin());
  out.varint(sealed_end - store.begin());
  out.varint(store.end() - store.begin());
  for (auto index = store.begin(); index != store.end(); ++index) {
    auto row = *store.find(index);
    if (property.erased_sessions.contains(row.ordinal)) row = {};
    out.varint(static_cast<std::uint64_t>(row.start_ms));
    out.varint(row.duration_ms);
    out.varint(row.ordinal);
    out.fixed(row.before);
    out.u8(static_cast<std::uint8_t>(row.facts));
  }
}

void write_live(const LiveFigures& live, Writer& out) {
  out.varint(live.viewers());
  for (std::uint32_t place = 0; place < live.viewers(); ++place) {
    const auto& viewer = live.viewer(place);
    out.fixed(viewer.number.value);
    out.u8(static_cast<std::uint8_t>((viewer.consented ? 1 : 0) | (viewer.erased ? 2 : 0)));
    out.varint(static_cast<std::uint64_t>(viewer.first_seen_ms));
    out.zigzag(viewer.last_seen_ms - viewer.first_seen_ms);
    out.varint(viewer.active_ms);
    out.varint(viewer.inactive_ms);
    out.fixed(viewer.history);
  }
  out.varint(live.curve().size());
  for (const auto& second : live.curve()) {
    out.zigzag(second.active_ms);
    out.zigzag(second.inactive_ms);
  }
}

void write_property(const Property& property, const SealPlan* plan, Writer& out) {
  out.varint(property.number.value);
  out.u8(static_cast<std::uint8_t>(
      (property.sealed ? kFlagSealed : 0) | (property.dropped ? kFlagDropped : 0) |
      (property.anonymised ? kFlagAnonymised : 0) | (property.live.stale() ? kFlagStale : 0)));
  write_rules(property.rules, out);
  const bool gone = property.dropped || (plan != nullptr && plan->last) ||
                    (property.sealed && property.sessions.size() == 0);
  const auto segments = plan != nullptr ? plan->afterwards() : property.segments;
  out.varint(plan != nullptr ? plan->segment + 1 : property.next_segment);
  out.varint(segments.size());
  for (const auto& segment : segments) out.varint(segment.number);
  out.varint(property.attribute_sets.size());
  for (const auto& set : property.attribute_sets) write_attributes(set, out);
  out.varint(property.mark_kinds.size());
  for (const auto& kind : property.mark_kinds) out.text(kind);
  const auto sessions = gone ? 0 : property.sessions.size();
  out.varint(gone ? 0 : plan != nullptr ? plan->sealed_sessions : property.sealed_sessions);
  out.varint(sessions);
  for (std::size_t i = 0; i < sessions; ++i) out.fixed(property.sessions[i].before + 1);
  // A merge leaves the erased out.
  const bool keep_erased = plan == nullptr || !plan->merge;
  out.varint(keep_erased ? property.erased.size() : 0);
  if (keep_erased) {
    for (const auto& each : property.erased) {
      out.fixed(each.viewer.value);
      out.fixed(each.before);
    }
  }
  const bool unsealed = plan == nullptr;
  out.varint(unsealed ? property.erased_sessions.size() : 0);
  if (unsealed)
    for (const auto ordinal : property.erased_sessions) out.varint(ordinal);
  if (gone) return;
  write_intervals(property, plan != nullptr ? plan->sealed_end : property.intervals.sealed_end(), out);
  out.varint(unsealed ? property.marks.size() : 0);
  if (unsealed) {
    for (const auto& mark : property.marks) {
      const bool erased = property.erased_sessions.contains(mark.ordinal);
      out.varint(mark.ordinal);
      out.varint(static_cast<std::uint64_t>(mark.at_ms));
      out.varint(mark.kind);
      out.text(erased ? std::string_view{} : std::string_view{mark.value});
    }
  }
  write_live(property.live, out);
}

void write_slot(SlotNumber number, EngineCore& core, Writer& out) {
  const auto& slot = core.table()[number];
  const auto& extra = core.table().extra(number);
  out.varint(number);
  out.raw(slot.id.bytes);
  out.varint(static_cast<std::uint64_t>(slot.opened_ms));
  out.varint(extra.life);
  out.varint(slot.control.load(std::memory_order_relaxed) & kSlotLasting);
  out.varint(slot.last_number);
  out.varint(slot.ordinal);
  out.fixed(slot.viewer + 1);
  out.fixed(slot.last_interval);
  out.varint(slot.last_after_ms);
  out.varint(slot.open_start_after_ms);
  out.u8(static_cast<std::uint8_t>(slot.last_facts));
  out.u8(static_cast<std::uint8_t>(slot.open_facts));
  out.varint(slot.property);
  out.varint(extra.attributes);
}

bool read_live(Reader& in, LiveFigures& live) {
  const auto viewers = in.count(17);
  for (std::size_t i = 0; i < viewers && in.ok(); ++i) {
    Viewer viewer;
    viewer.number = {in.fixed<std::uint64_t>()};
    const auto flags = in.u8();
    viewer.consented = (flags & 1) != 0;
    viewer.erased = (flags & 2) != 0;
    viewer.first_seen_ms = static_cast<std::int64_t>(in.varint());
    viewer.last_seen_ms = viewer.first_seen_ms + in.zigzag();
    viewer.active_ms = in.varint32();
    viewer.inactive_ms = in.varint32();
    viewer.history = in.fixed<std::uint32_t>();
    live.restore(viewer);
  }
  std::vector<CurveSecond> curve(in.count(2));
  for (auto& second : curve) {
    second.active_ms = in.zigzag();
    second.inactive_ms = in.zigzag();
  }
  live.restore_curve(std::move(curve));
  return in.ok();
}

bool read_intervals(Reader& in, IntervalStore& store) {
  const auto begin = in.fixed<std::uint32_t>();
  const auto sealed = in.varint32();
  const auto count = in.count(8);
  if (sealed > count) return false;
  store.restart(begin);
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    StoredInterval row;
    row.start_ms = static_cast<std::int64_t>(in.varint());
    row.duration_ms = in.varint32();
    row.ordinal = in.varint32();
    row.before = in.fixed<std::uint32_t>();
    row.facts = static_cast<Facts>(in.u8());
    store.push(row);
  }
  store.set_sealed(begin + sealed);
  return in.ok();
}

bool read_property(Reader& in, EngineCore& core) {
  const base::PropertyNumber number{in.varint32()};
  const auto flags = in.u8();
  if (!in.ok() || core.find(number) != nullptr || core.properties() >= kPropertiesMax) return false;
  auto& property = core.add_property(number);
  property.sealed = (flags & kFlagSealed) != 0;
  property.dropped = (flags & kFlagDropped) != 0;
  property.anonymised = (flags & kFlagAnonymised) != 0;
  if (property.anonymised && !property.dropped) return false;
  property.rules = read_rules(in);
  property.next_segment = in.varint32();
  property.segments.resize(in.count());
  for (auto& segment : property.segments) segment.number = in.varint32();
  property.attribute_sets.clear();
  property.attribute_numbers.clear();
  for (auto left = in.count(); left > 0 && in.ok(); --left) {
    property.attribute_numbers.emplace(property.attribute_sets.emplace_back(read_attributes(in)),
                                       static_cast<std::uint16_t>(property.attribute_sets.size() - 1));
  }
  property.mark_kinds.clear();
  for (auto left = in.count(); left > 0; --left) property.mark_kinds.emplace_back(in.text());
  property.sealed_sessions = in.varint32();
  const auto sessions = in.count(4);
  for (std::size_t i = 0; i < sessions; ++i) {
    const auto before = in.fixed<std::uint32_t>() - 1;
    if (before != kNone && before >= i) return false;
    property.sessions.push_back({kNone, before});
  }
  for (auto left = in.count(12); left > 0; --left) {
    const base::ViewerNumber viewer{in.fixed<std::uint64_t>()};
    property.erased.push_back({viewer, in.fixed<Ordinal>()});
  }
  for (auto left = in.count(); left > 0; --left) property.erased_sessions.insert(in.varint32());
  if (!in.ok() || property.attribute_sets.empty() || property.mark_kinds.empty()) return false;
  property.live.set_range(property.rules.report_from_ms, property.rules.report_to_ms);
  if (property.dropped || (property.sealed && sessions == 0)) return true;
  if (!read_intervals(in, property.intervals)) return false;
  for (auto left = in.count(4); left > 0 && in.ok(); --left) {
    SealedMark mark{in.varint32(), static_cast<std::int64_t>(in.varint()), in.varint32(), {}};
    mark.value = in.text();
    if (mark.kind >= property.mark_kinds.size()) return false;
    property.marks.push_back(std::move(mark));
  }
  if (!read_live(in, property.live)) return false;
  if ((flags & kFlagStale) != 0) property.live.mark_stale();
  return true;
}

bool read_slot(Reader& in, EngineCore& core) {
  const auto number = in.varint32();
  if (!in.ok() || (core.table().control(number) & kSlotUsed) != 0 || !core.table().claim(number))
    return false;
  auto& slot = core.table()[number];
  const auto id = in.raw(slot.id.bytes.size());
  if (!in.ok()) return false;
  std::memcpy(slot.id.bytes.data(), id.data(), id.size());
  slot.opened_ms = static_cast<std::int64_t>(in.varint());
  core.table().extra(number).life = static_cast<std::uint16_t>(in.varint32());
  slot.control.store(in.varint32() & kSlotLasting, std::memory_order_release);
  slot.last_number = in.varint();
  slot.ordinal = in.varint32();
  slot.viewer = in.fixed<std::uint32_t>() - 1;
  slot.last_interval = in.fixed<std::uint32_t>();
  slot.last_after_ms = in.varint32();
  slot.open_start_after_ms = in.varint32();
  slot.last_facts = static_cast<Facts>(in.u8());
  slot.open_facts = static_cast<Facts>(in.u8());
  slot.property = static_cast<std::uint16_t>(in.varint32());
  core.table().extra(number).attributes = static_cast<std::uint16_t>(in.varint32());
  if (!in.ok() || !slot.has(kSlotUsed) || slot.property >= core.properties()) return false;
  auto& property = core.at(slot.property);
  if (property.dropped) return slot.has(kSlotErased);
  if (slot.ordinal >= property.sessions.size() ||
      core.table().extra(number).attributes >= property.attribute_sets.size()) {
    return false;
  }
  property.sessions[slot.ordinal].slot = number;
  if (slot.viewer == kNone) return slot.has(kSlotErased);
  if (slot.viewer >= property.live.viewers()) return false;
  if (slot.has(kSlotStarted)) core.link(number);
  return true;
}

}  // namespace

std::vector<SegmentInUse> SealPlan::afterwards() const {
  std::vector<SegmentInUse> segments;
  if (!merge) segments = old;
  if (has_rows) segments.push_back({segment, made});
  return segments;
}

std::vector<SlotNumber> slots_to_free(EngineCore& core, const std::vector<SealPlan>& plans,
                                      std::int64_t now_ms) {
  std::vector<SlotNumber> free;
  for (SlotNumber number = 0; number < core.table().size(); ++number) {
    const auto& slot = core.table()[number];
    if (!slot.has(kSlotUsed)) continue;
    const auto& property = core.at(slot.property);
    const auto* plan = plan_of(property, plans);
    const auto sealed = plan != nullptr ? plan->sealed_sessions : property.sealed_sessions;
    const bool over = plan != nullptr && plan->last;
    if ((property.dropped || slot.ordinal < sealed) && (over || core.is_expired(number, now_ms)))
      free.push_back(number);
  }
  return free;
}

void write_image(EngineCore& core, const ImageHead& head, const std::vector<SealPlan>& plans,
                 const std::vector<SlotNumber>& freed, base::Bytes& bytes) {
  Writer out(bytes);
  out.varint(kImageVersion);
  out.varint(head.log);
  out.zigzag(core.committed_ms());
  out.varint(core.properties());
  for (std::size_t place = 0; place < core.properties(); ++place) {
    const auto& property = core.at(static_cast<std::uint16_t>(place));
    write_property(property, plan_of(property, plans), out);
  }
  out.varint(core.table().used() - freed.size());
  for (SlotNumber number = 0; number < core.table().size(); ++number)
    if (core.table()[number].has(kSlotUsed) && !std::ranges::binary_search(freed, number))
      write_slot(number, core, out);
}

Result<ImageHead> read_image(base::ByteView image, EngineCore& core) {
  const auto corrupt = [] { return fail(Code::Corrupt, "the checkpoint makes no sense"); };
  Reader in(image);
  ImageHead head;
  if (in.varint() != kImageVersion)
    return fail(Code::Corrupt, "the checkpoint is of a format that this version does not know");
  head.log = in.varint();
  core.set_committed_ms(in.zigzag());
  for (auto left = in.count(); left > 0; --left)
    if (!read_property(in, core)) return corrupt();
  for (auto left = in.count(); left > 0; --left)
    if (!read_slot(in, core)) return corrupt();
  if (!in.ok() || !in.at_end()) return corrupt();
  core.table().find_free();
  return head;
}

}  // namespace pulse
