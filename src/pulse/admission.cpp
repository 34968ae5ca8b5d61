#include "pulse/admission.h"

#include <algorithm>

#include "base/contains.h"
#include "pulse/admit.h"

namespace pulse {
namespace {

using base::Code;
using base::fail;
using base::Result;

// Among the bits of slots that a batch closes: new sessions are refused too.
constexpr std::uint32_t kSealedInBatch = std::uint32_t{1} << 31;

Result<void> check_rules(const PropertyRules& rules) {
  if (rules.window_from_ms < 0 || rules.window_from_ms > rules.window_to_ms ||
      rules.window_to_ms > kIntegerMax)
    return fail(Code::Invalid, "the window ends before it begins");
  if (rules.report_from_ms < 0 || rules.report_from_ms > rules.report_to_ms ||
      rules.report_to_ms > kIntegerMax)
    return fail(Code::Invalid, "the report range ends before it begins");
  if (rules.facts < 0) return fail(Code::Invalid, "facts are 0 … 127");
  if (rules.token_life_ms < 1 || rules.token_life_ms > kTokenLifeMaxMs)
    return fail(Code::Invalid, "a token lives 1 ms … 24 h");
  if (rules.mark_kinds.size() > kMarkKindsMax) return fail(Code::Invalid, "too many kinds of marks");
  for (const auto& kind : rules.mark_kinds)
    if (kind.empty() || kind.size() > kMarkKindBytesMax)
      return fail(Code::Invalid, "a kind of marks is 1 … 64 bytes");
  return {};
}

Result<void> check_attributes(const Attributes& attributes, const Property& property) {
  if (attributes.size() > kAttributesPerSessionMax) return fail(Code::Invalid, "too many attributes");
  for (const auto& [name, value] : attributes)
    if (name.empty() || name.size() > kAttributeBytesMax || value.size() > kAttributeBytesMax)
      return fail(Code::Invalid, "an attribute is too long");
  if (property.attribute_sets.size() >= kAttributeSetsMax && !property.attribute_numbers.contains(attributes))
    return fail(Code::Invalid, "the property's sessions have too many different attributes");
  return {};
}

bool contains(const std::vector<std::string>& kinds, std::string_view kind) {
  return base::contains(kinds, kind);
}

}  // namespace

void BatchBuilder::begin(std::int64_t now_ms) {
  payload_.clear();
  Writer(payload_).varint(static_cast<std::uint64_t>(std::max<std::int64_t>(now_ms, 0)));
  empty_size_ = payload_.size();
  ++batch_;
  drafted_ = 0;
  reserved_.clear();
  opened_.clear();
  closed_.clear();
  declared_ = 0;
  all_ended_ = false;
}

void BatchBuilder::abandon() {
  for (const auto slot : reserved_) core_.table().release(slot);
  reserved_.clear();
}

BatchBuilder::Draft& BatchBuilder::draft(SlotNumber slot) {
  if (2 * (drafted_ + 1) > drafts_.size()) {
    std::vector<Draft> old(std::max<std::size_t>(1024, drafts_.size() * 2));
    old.swap(drafts_);
    for (const auto& each : old) {
      if (each.batch != batch_ || each.slot == kNone) continue;
      auto at = each.slot * std::size_t{2654435761u} & (drafts_.size() - 1);
      while (drafts_[at].batch == batch_) at = (at + 1) & (drafts_.size() - 1);
      drafts_[at] = each;
    }
  }
  auto at = slot * std::size_t{2654435761u} & (drafts_.size() - 1);
  while (drafts_[at].batch == batch_ && drafts_[at].slot != slot) at = (at + 1) & (drafts_.size() - 1);
  auto& place = drafts_[at];
  if (place.batch != batch_) {
    const auto& known = core_.table()[slot];
    place = {slot, batch_, known.last_number, known.last_ms(), 0};
    ++drafted_;
  }
  return place;
}

Result<Decision> BatchBuilder::message(const Incoming& incoming) {
  const auto control = core_.table().control(incoming.slot);
  if ((control & kSlotErased) != 0) return fail(Code::Gone, "the session's data were erased");
  const auto unknown = [] { return fail(Code::Unauthenticated, "the session is not open"); };
  if ((control & kSlotUsed) == 0) return unknown();
  const auto& slot = core_.table()[incoming.slot];
  if (slot.id != incoming.session) return unknown();
  auto& property = core_.at(slot.property);
  auto& known = draft(incoming.slot);
  auto closed = control | known.closed | (all_ended_ ? kSlotEnded : 0);
  if (const auto found = closed_.find(slot.property); found != closed_.end()) closed |= found->second;
  if ((closed & (kSlotStopped | kSlotErased)) != 0) return fail(Code::Gone, "consent was withdrawn");
  if ((closed & kSlotEnded) != 0) return unknown();

  const auto last = incoming.first_number + incoming.beats.size() + incoming.marks.size() - 1;
  if (last <= slot.last_number) {
    repeated_ += incoming.beats.size();
    return Decision{slot.last_number, false};
  }
  if (last > known.number) {
    write_message(incoming, slot, property, known);
    known.number = last;
  }
  return Decision{known.number, true};
}

void BatchBuilder::write_message(const Incoming& incoming, const Slot& slot, const Property& property,
                                 Draft& known) {
  Writer out(payload_);
  const auto last = incoming.first_number + incoming.beats.size() + incoming.marks.size() - 1;
  const auto had = known.number;
  const auto skip = had < incoming.first_number
                        ? 0
                        : static_cast<std::size_t>(std::min<std::uint64_t>(had - incoming.first_number + 1,
                                                                           incoming.beats.size()));
  repeated_ += skip;
  const AdmitRules rules{property.rules.window_from_ms, property.rules.window_to_ms,
                         static_cast<Facts>(property.rules.facts & incoming.permitted)};
  AdmitContext context{incoming.receipt.at_ms, known.last_ms, slot.opened_ms};
  out.u8(static_cast<std::uint8_t>(RecordKind::Beats));
  out.varint(incoming.slot);
  out.varint(last - had);
  out.varint(incoming.beats.size() - skip);
  for (const auto& beat : incoming.beats.subspan(skip)) {
    const auto admitted = admit(rules, context, beat.age_ms, beat.facts);
    out.varint(static_cast<std::uint64_t>(admitted.at_ms - context.previous_ms));
    out.u8(admitted.counts ? static_cast<std::uint8_t>(admitted.facts) : kFactsOutsideByte);
    context.previous_ms = admitted.at_ms;
  }
  known.last_ms = context.previous_ms;
  write_marks(incoming, slot, property, had);
}

void BatchBuilder::write_marks(const Incoming& incoming, const Slot& slot, const Property& property,
                               std::uint64_t had) {
  const AdmitRules rules{property.rules.window_from_ms, property.rules.window_to_ms, 0};
  const AdmitContext context{incoming.receipt.at_ms, kNoBeatMs, slot.opened_ms};
  const auto first = incoming.first_number + incoming.beats.size();
  std::vector<std::pair<std::int64_t, const MessageMark*>> kept;
  for (std::size_t i = 0; i < incoming.marks.size(); ++i) {
    const auto& mark = incoming.marks[i];
    const auto admitted = admit(rules, context, mark.age_ms, 0);
    if (first + i > had && admitted.counts && contains(property.rules.mark_kinds, mark.kind))
      kept.emplace_back(admitted.at_ms, &mark);
  }
  Writer out(payload_);
  out.varint(kept.size());
  for (const auto& [at_ms, mark] : kept) {
    out.varint(static_cast<std::uint64_t>(at_ms - slot.opened_ms));
    out.text(mark->kind);
    out.text(mark->value);
  }
}

Result<Property*> BatchBuilder::running(base::PropertyNumber number) {
  auto* property = core_.find(number);
  if (property == nullptr) return fail(Code::NotFound, "the property was never declared");
  const auto closed = closed_.find(property->place);
  const auto bits = closed == closed_.end() ? 0 : closed->second;
  if (property->dropped || (bits & kSlotErased) != 0) return fail(Code::Gone, "the property's data are gone");
  return property;
}

Result<Opening> BatchBuilder::open(const OpenRequest& request, std::int64_t now_ms) {
  ASSIGN_OR_RETURN(auto* property, running(request.property_));
  const auto closed = closed_.find(property->place);
  if (property->sealed || (closed != closed_.end() && (closed->second & kSealedInBatch) != 0))
    return fail(Code::Conflict, "the property takes no sessions any more");
  RETURN_IF_ERROR(check_attributes(request.attributes_, *property));
  const auto end_ms = property->rules.window_to_ms + kTokenAfterWindowMs;
  if (now_ms >= end_ms || now_ms < 0) return fail(Code::Conflict, "the property's time is over");
  const auto slot = core_.table().reserve();
  if (slot == kNone) return fail(Code::TooMany, "no room for another session");
  reserved_.push_back(slot);
  const auto life_ms = request.consented_ ? std::min(end_ms - now_ms, property->rules.token_life_ms) : 0;
  Opening opening{{.property = request.property_,
                   .ordinal = static_cast<Ordinal>(property->sessions.size() + opened_[property->place]++),
                   .slot = slot,
                   .id = request.session_,
                   .viewer = request.viewer_,
                   .opened_ms = now_ms,
                   .life = static_cast<std::uint16_t>((life_ms + kLifeUnitMs - 1) / kLifeUnitMs),
                   .consented = request.consented_,
                   .attributes = request.attributes_},
                  now_ms + life_ms};
  Writer out(payload_);
  write_open(opening.record, out);
  return opening;
}

Result<bool> BatchBuilder::stop(SlotNumber number, base::SessionId session, std::int64_t now_ms) {
  const auto control = core_.table().control(number);
  if ((control & kSlotErased) != 0) return false;
  if ((control & kSlotUsed) == 0 || core_.table()[number].id != session)
    return fail(Code::Unauthenticated, "the session is not open");
  if ((control & kSlotStopped) != 0) return false;
  const auto closed = closed_.find(core_.table()[number].property);
  if (closed != closed_.end() && (closed->second & kSlotErased) != 0) return false;
  auto& known = draft(number);
  if ((known.closed & kSlotErased) != 0) return false;
  known.closed |= kSlotStopped;
  Writer out(payload_);
  out.u8(static_cast<std::uint8_t>(RecordKind::Stop));
  out.varint(number);
  out.varint(static_cast<std::uint64_t>(std::max(now_ms, core_.table()[number].opened_ms)));
  return true;
}

Result<void> BatchBuilder::stop(const std::set<base::SessionId>& sessions, std::int64_t now_ms) {
  for (SlotNumber slot = 0; slot < core_.table().size(); ++slot) {
    const auto control = core_.table().control(slot);
    if ((control & kSlotUsed) == 0 || (control & (kSlotEnded | kSlotErased | kSlotStopped)) != 0) continue;
    const auto session = core_.table()[slot].id;
    if (sessions.contains(session)) RETURN_IF_ERROR(stop(slot, session, now_ms));
  }
  return {};
}

Result<void> BatchBuilder::declare(base::PropertyNumber number, const PropertyRules& rules) {
  RETURN_IF_ERROR(check_rules(rules));
  if (number.value == 0) return fail(Code::Invalid, "properties are numbered from 1");
  if (core_.find(number) != nullptr) {
    ASSIGN_OR_RETURN(auto* property, running(number));
    if (property->rules == rules) return {};
    if (property->sealed) return fail(Code::Conflict, "the property was sealed");
  } else if (core_.properties() + declared_++ >= kPropertiesMax) {
    return fail(Code::TooMany, "no room for another property");
  }
  Writer out(payload_);
  out.u8(static_cast<std::uint8_t>(RecordKind::Declare));
  out.varint(number.value);
  write_rules(rules, out);
  return {};
}

Result<void> BatchBuilder::of_property(RecordKind kind, base::PropertyNumber number) {
  auto* property = core_.find(number);
  // Of an anonymised property the record may still be dropped.
  const bool drops_record = kind == RecordKind::Drop && property != nullptr && property->anonymised;
  if (!drops_record) {
    ASSIGN_OR_RETURN(property, running(number));
  }
  const bool forgets = kind == RecordKind::Drop || kind == RecordKind::Anonymise;
  if (property->sealed && !forgets) return {};
  auto& closed = closed_[property->place];
  closed |= forgets ? kSlotErased : kSlotEnded;
  if (kind == RecordKind::Seal) closed |= kSealedInBatch;
  Writer out(payload_);
  out.u8(static_cast<std::uint8_t>(kind));
  out.varint(number.value);
  return {};
}

Result<void> BatchBuilder::erase(base::PropertyNumber number, base::ViewerNumber viewer) {
  if (!viewer) return fail(Code::Invalid, "nobody's sessions cannot be told apart");
  ASSIGN_OR_RETURN(auto* property, running(number));
  if (const auto place = property->live.find(viewer); place != kNone) {
    for (auto each = property->live.viewer(place).history; each != kNone;
         each = property->sessions[each].before) {
      if (const auto slot = property->sessions[each].slot; slot != kNone) draft(slot).closed |= kSlotErased;
    }
  }
  Writer out(payload_);
  out.u8(static_cast<std::uint8_t>(RecordKind::Erase));
  out.varint(number.value);
  out.fixed(viewer.value);
  return {};
}

void BatchBuilder::end_all(std::uint32_t generation) {
  all_ended_ = true;
  generation_ = generation;
  Writer out(payload_);
  out.u8(static_cast<std::uint8_t>(RecordKind::EndAll));
}

}  // namespace pulse
