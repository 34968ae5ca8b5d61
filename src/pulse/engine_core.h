// The engine's state in memory, and how a committed batch changes it. The same function applies what was
// just made durable and what recovery replays, so that both arrive at the same state.
//
// Nothing here knows of threads, files or callbacks: holders of the engine's state call it.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "pulse/codec.h"
#include "pulse/property.h"
#include "pulse/record.h"
#include "pulse/session_table.h"

namespace pulse {

/// Sessions that become absent when nothing is heard of them: a wheel of quarter seconds. A session is in
/// it once however often it beats, and is put back when its time comes and it beat meanwhile.
class PresenceWheel {
 public:
  void put(SlotNumber slot, std::int64_t absent_from_ms);
  /// Calls `look(slot)` for those whose time may have come by `now_ms`; it returns when to look again, or 0.
  template <class Look>
  void advance(std::int64_t now_ms, const Look& look) {
    while (at_ms_ <= now_ms) {
      auto& bucket = buckets_[index(at_ms_)];
      std::vector<SlotNumber> due;
      due.swap(bucket);
      for (const auto slot : due)
        if (const auto again_ms = look(slot); again_ms != 0) put(slot, again_ms);
      if (at_ms_ + kStepMs > now_ms) break;  // the bucket of now is looked at again
      at_ms_ += kStepMs;
    }
  }
  void restart(std::int64_t now_ms);

 private:
  static constexpr std::int64_t kStepMs = 256;
  static constexpr std::size_t kBuckets = 128;  // 32 s: more than the gap
  static std::size_t index(std::int64_t ms) { return static_cast<std::size_t>(ms / kStepMs) % kBuckets; }
  std::array<std::vector<SlotNumber>, kBuckets> buckets_;
  std::int64_t at_ms_ = 0;  // start of the bucket to look at next
};

struct CoreCounters {
  std::uint64_t beats = 0;
  std::uint64_t beats_outside = 0;
  std::uint64_t marks = 0;
};

class EngineCore {
 public:
  /// Null for one that was never declared.
  Property* find(base::PropertyNumber number);
  Property& at(std::uint16_t place) { return *properties_[place]; }
  std::size_t properties() const { return properties_.size(); }
  SessionTable& table() { return table_; }
  const SessionTable& table() const { return table_; }
  const CoreCounters& counters() const { return counters_; }

  /// Applies a frame's payload. Errors: Corrupt when it makes no sense (what came before that stays applied).
  base::Result<void> apply(base::ByteView payload);
  /// The time of the last commit applied.
  std::int64_t committed_ms() const { return committed_ms_; }
  void set_committed_ms(std::int64_t ms) { committed_ms_ = ms; }

  /// Presence is kept from here on; before, while recovering, it is not.
  void start_presence(std::int64_t now_ms);
  /// Makes absent who was not heard of for the gap.
  void advance_presence(std::int64_t now_ms);

  /// Closes the sessions whose token has long expired, so that their last interval can be sealed.
  void close_expired(std::int64_t now_ms);
  bool is_expired(SlotNumber slot, std::int64_t now_ms);
  void free_slot(SlotNumber slot);

  /// For reading a checkpoint.
  Property& add_property(base::PropertyNumber number);
  /// Puts a session with recent beats into its viewer's chain.
  void link(SlotNumber slot);

  /// Erased viewers whose time is still in the live curve. Whoever takes it out removes them from here.
  struct Unsubtracted {
    base::PropertyNumber property;
    std::vector<Ordinal> sessions;
  };
  std::vector<Unsubtracted> take_unsubtracted();

 private:
  void apply_open(Property& property, const OpenRecord& record);
  bool apply_declare(Reader& in);
  bool apply_beats(Reader& in);
  bool apply_stop(Reader& in);
  void apply_erase(Property& property, base::ViewerNumber viewer);
  void apply_drop(Property& property);
  void apply_anonymise(Property& property);
  void apply_seal(Property& property);
  bool apply_of_property(std::uint8_t kind, Reader& in);

  /// Closes the session's open interval; it credits nothing any more.
  void close(SlotNumber slot);
  void end(SlotNumber slot);
  void end_sessions(Property& property);
  void store(Property& property, Slot& slot, const Interval& interval);
  void credit(Property& property, SlotNumber slot, const Presence& span);
  void unlink_stale(Property& property, Viewer& viewer, std::int64_t before_ms);
  void update_presence(SlotNumber number);
  void set_presence(Property& property, Slot& slot, std::uint32_t presence);
  void wipe(SlotNumber number);

  SessionTable table_;
  std::vector<std::unique_ptr<Property>> properties_;
  std::unordered_map<std::uint32_t, std::uint16_t> places_;
  PresenceWheel wheel_;
  bool presence_ = false;
  std::int64_t now_ms_ = 0;
  std::int64_t committed_ms_ = 0;
  CoreCounters counters_;
  std::vector<Unsubtracted> unsubtracted_;
  std::vector<Interval> others_;  // scratch of credit
  std::vector<Presence> united_;  // scratch of credit
};

}  // namespace pulse
