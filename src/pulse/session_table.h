// The sessions whose tokens are good: 64 bytes each, found by the slot number that the token carries, so
// that a beat needs no look-up. Slots lie in chunks that never move; threads that bring messages read only
// a slot's `control` word, all else belongs to whoever holds the engine's state.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/names.h"
#include "pulse/fold.h"
#include "pulse/limits_engine.h"
#include "pulse/segment.h"

namespace pulse {

using SlotNumber = std::uint32_t;
inline constexpr std::uint32_t kNone = UINT32_MAX;

/// Bits of Slot::control.
inline constexpr std::uint32_t kSlotUsed = 1;
inline constexpr std::uint32_t kSlotConsented = 2;
inline constexpr std::uint32_t kSlotStopped = 4;    ///< consent was withdrawn
inline constexpr std::uint32_t kSlotEnded = 8;      ///< the page is to open a new session
inline constexpr std::uint32_t kSlotErased = 16;    ///< the session's data are gone
inline constexpr std::uint32_t kSlotStarted = 32;   ///< there was a beat
inline constexpr std::uint32_t kSlotLinked = 64;    ///< in its viewer's chain
inline constexpr std::uint32_t kSlotWaiting = 128;  ///< the presence wheel looks at it
inline constexpr std::uint32_t kSlotActive = 256;   ///< present, and focused
inline constexpr std::uint32_t kSlotInactive = 512;
inline constexpr std::uint32_t kSlotPresence = kSlotActive | kSlotInactive;
/// Takes no beats any more.
inline constexpr std::uint32_t kSlotClosed = kSlotStopped | kSlotEnded | kSlotErased;
/// What a checkpoint keeps of `control`.
inline constexpr std::uint32_t kSlotLasting = 63;

struct alignas(64) Slot {
  base::SessionId id;
  std::int64_t opened_ms = 0;     ///< also the token's issue time
  std::uint64_t last_number = 0;  ///< of its beats and marks on stable storage
  std::atomic<std::uint32_t> control{0};
  Ordinal ordinal = 0;
  std::uint32_t viewer = kNone;         ///< in the property's live figures
  SlotNumber next_of_viewer = kNone;    ///< another session of the viewer with recent beats
  std::uint32_t last_interval = kNone;  ///< the session's newest closed one, in the property's store
  std::uint32_t last_after_ms = 0;      ///< the last beat's time, since `opened_ms`
  std::uint32_t open_start_after_ms = 0;
  Facts last_facts = 0;
  Facts open_facts = kGoingAway;
  std::uint16_t property = 0;  ///< the property's place in the engine

  bool has(std::uint32_t bits) const { return (control.load(std::memory_order_relaxed) & bits) != 0; }
  // One writer at a time: no read-modify-write instruction is needed.
  void set(std::uint32_t bits) {
    control.store(control.load(std::memory_order_relaxed) | bits, std::memory_order_release);
  }
  void clear(std::uint32_t bits) {
    control.store(control.load(std::memory_order_relaxed) & ~bits, std::memory_order_release);
  }
  std::int64_t last_ms() const { return opened_ms + last_after_ms; }
  FoldState fold() const {
    return {last_ms(), opened_ms + open_start_after_ms, last_facts, open_facts, has(kSlotStarted)};
  }
  void keep(const FoldState& fold);
};
static_assert(sizeof(Slot) == 64);

/// What is seldom needed of a slot.
struct SlotExtra {
  std::uint16_t attributes = 0;
  std::uint16_t life = 0;  ///< of the token, in units of kLifeUnitMs
};
inline constexpr std::int64_t kLifeUnitMs = 2'000;

class SessionTable {
 public:
  SessionTable() = default;
  ~SessionTable();
  SessionTable(const SessionTable&) = delete;
  SessionTable& operator=(const SessionTable&) = delete;

  /// Any thread. 0 for a slot that is nobody's.
  std::uint32_t control(SlotNumber slot) const;

  // ---- holders of the engine's state ----

  /// A free slot, or kNone when all are taken. It is free again after `release`, until `claim`.
  SlotNumber reserve();
  void release(SlotNumber slot);
  /// Makes the slot fresh and used; grows the table up to it. False when it lies past the last possible one.
  bool claim(SlotNumber slot);
  /// The slot is nobody's any more, and free.
  void free(SlotNumber slot);
  /// Finds the free slots anew, after `claim` was called for slots of one's own choice.
  void find_free();

  Slot& operator[](SlotNumber slot) { return chunk(slot).slots[slot % kSlotsPerChunk]; }
  SlotExtra& extra(SlotNumber slot) { return chunk(slot).extras[slot % kSlotsPerChunk]; }
  /// Slots are 0 … size()-1, some of them free.
  SlotNumber size() const { return size_; }
  std::size_t used() const { return used_; }
  std::size_t memory_bytes() const;

 private:
  struct Chunk {
    std::array<Slot, kSlotsPerChunk> slots;
    std::array<SlotExtra, kSlotsPerChunk> extras;
  };
  Chunk& chunk(SlotNumber slot) const {
    return *chunks_[slot / kSlotsPerChunk].load(std::memory_order_relaxed);
  }
  void grow_to(SlotNumber slot);

  std::array<std::atomic<Chunk*>, kSlotChunksMax> chunks_{};
  std::vector<SlotNumber> free_;
  SlotNumber size_ = 0;
  std::size_t used_ = 0;
};

}  // namespace pulse
