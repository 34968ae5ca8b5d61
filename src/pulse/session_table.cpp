#include "pulse/session_table.h"

#include "base/check.h"

namespace pulse {

void Slot::keep(const FoldState& fold) {
  last_after_ms = static_cast<std::uint32_t>(fold.last_ms - opened_ms);
  if (fold.open_facts != kGoingAway)
    open_start_after_ms = static_cast<std::uint32_t>(fold.open_start_ms - opened_ms);
  last_facts = fold.last_facts;
  open_facts = fold.open_facts;
  if (fold.started && !has(kSlotStarted)) set(kSlotStarted);
}

SessionTable::~SessionTable() {
  for (auto& chunk : chunks_) delete chunk.load();
}

std::uint32_t SessionTable::control(SlotNumber slot) const {
  if (slot >= kSlotsMax) return 0;
  const auto* chunk = chunks_[slot / kSlotsPerChunk].load(std::memory_order_acquire);
  return chunk == nullptr ? 0 : chunk->slots[slot % kSlotsPerChunk].control.load(std::memory_order_acquire);
}

void SessionTable::grow_to(SlotNumber slot) {
  while (size_ <= slot) {
    auto& place = chunks_[size_ / kSlotsPerChunk];
    if (place.load(std::memory_order_relaxed) == nullptr)
      place.store(std::make_unique<Chunk>().release(), std::memory_order_release);
    ++size_;
  }
}

SlotNumber SessionTable::reserve() {
  if (!free_.empty()) {
    const auto slot = free_.back();
    free_.pop_back();
    return slot;
  }
  if (size_ == kSlotsMax) return kNone;
  const auto slot = size_;
  grow_to(slot);
  return slot;
}

void SessionTable::release(SlotNumber slot) { free_.push_back(slot); }

bool SessionTable::claim(SlotNumber slot) {
  if (slot >= kSlotsMax) return false;
  grow_to(slot);
  auto& s = (*this)[slot];
  if (!s.has(kSlotUsed)) ++used_;
  s.id = {};
  s.opened_ms = 0;
  s.last_number = 0;
  s.ordinal = 0;
  s.viewer = kNone;
  s.next_of_viewer = kNone;
  s.last_interval = kNone;
  s.last_after_ms = 0;
  s.open_start_after_ms = 0;
  s.last_facts = 0;
  s.open_facts = kGoingAway;
  s.property = 0;
  extra(slot) = {};
  s.control.store(kSlotUsed, std::memory_order_release);
  return true;
}

void SessionTable::free(SlotNumber slot) {
  auto& s = (*this)[slot];
  CHECK(s.has(kSlotUsed));
  s.control.store(0, std::memory_order_release);
  --used_;
  free_.push_back(slot);
}

void SessionTable::find_free() {
  free_.clear();
  for (auto slot = size_; slot-- > 0;)
    if (!(*this)[slot].has(kSlotUsed)) free_.push_back(slot);
}

std::size_t SessionTable::memory_bytes() const {
  const auto chunks = (std::size_t{size_} + kSlotsPerChunk - 1) / kSlotsPerChunk;
  return chunks * sizeof(Chunk) + free_.capacity() * sizeof(SlotNumber);
}

}  // namespace pulse
