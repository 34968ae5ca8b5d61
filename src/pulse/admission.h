// What becomes of what waits in the queue: decides, in order of arrival, what a batch's frame will hold.
// Nothing of the engine's state changes before that frame is on stable storage; what a batch has
// decided so far lies beside it, and is forgotten when the frame cannot be written.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "pulse/engine_core.h"
#include "pulse/receipt_clock.h"
#include "pulse/record.h"
#include "pulse/token.h"

namespace pulse {

/// A message whose token was believed.
struct Incoming {
  SlotNumber slot = 0;
  base::SessionId session;
  Facts permitted = 0;
  Receipt receipt;
  std::uint64_t first_number = 0;
  std::span<const MessageBeat> beats;
  std::span<const MessageMark> marks;
};

/// What a message gets. `pending`: only once the batch is on stable storage.
struct Decision {
  std::uint64_t number = 0;
  bool pending = false;
};

struct Opening {
  OpenRecord record;
  std::int64_t expires_ms = 0;
};

/// Holders of the engine's state.
class BatchBuilder {
 public:
  explicit BatchBuilder(EngineCore& core) : core_(core) {}

  /// Begins an empty batch.
  void begin(std::int64_t now_ms);
  /// True when there is nothing to write.
  bool empty() const { return payload_.size() == empty_size_; }
  base::ByteView payload() const { return payload_; }
  /// The batch cannot be written: what was reserved for it is free again.
  void abandon();

  /// Errors: Unauthenticated for a session that is unknown or was ended, Gone for one that was withdrawn
  /// or erased.
  base::Result<Decision> message(const Incoming& incoming);
  /// Errors: those of Engine::open_session. The session is there once the batch is.
  base::Result<Opening> open(const OpenRequest& request, std::int64_t now_ms);
  /// False: it was withdrawn already. Errors: Unauthenticated.
  base::Result<bool> stop(SlotNumber slot, base::SessionId session, std::int64_t now_ms);
  /// Stops those of them that are in the table and measured.
  base::Result<void> stop(const std::set<base::SessionId>& sessions, std::int64_t now_ms);
  base::Result<void> declare(base::PropertyNumber number, const PropertyRules& rules);
  /// End, Drop, Seal, Anonymise. Errors: NotFound, Gone.
  base::Result<void> of_property(RecordKind kind, base::PropertyNumber number);
  base::Result<void> erase(base::PropertyNumber number, base::ViewerNumber viewer);
  /// Every session ends, somebody having set the clock: the receipt clock's generation is now this one.
  void end_all(std::uint32_t generation);
  bool ended_all() const { return all_ended_; }
  std::uint32_t generation() const { return generation_; }

  std::uint64_t repeated() const { return repeated_; }

 private:
  /// What the batch has decided for a session; valid while `batch` is the current one's number.
  struct Draft {
    SlotNumber slot = kNone;
    std::uint32_t batch = 0;
    std::uint64_t number = 0;
    std::int64_t last_ms = 0;
    std::uint32_t closed = 0;
  };
  Draft& draft(SlotNumber slot);
  base::Result<Property*> running(base::PropertyNumber number);
  void write_message(const Incoming& incoming, const Slot& slot, const Property& property, Draft& draft);
  void write_marks(const Incoming& incoming, const Slot& slot, const Property& property, std::uint64_t had);

  EngineCore& core_;
  base::Bytes payload_;
  std::size_t empty_size_ = 0;
  std::uint32_t batch_ = 0;
  std::vector<Draft> drafts_;  // open addressing by slot
  std::size_t drafted_ = 0;
  std::vector<SlotNumber> reserved_;
  std::unordered_map<std::uint32_t, Ordinal> opened_;        // sessions of this batch by property place
  std::unordered_map<std::uint32_t, std::uint32_t> closed_;  // properties whose sessions this batch closes
  std::size_t declared_ = 0;  // an upper bound of the properties this batch adds
  bool all_ended_ = false;
  std::uint32_t generation_ = 0;
  std::uint64_t repeated_ = 0;
};

}  // namespace pulse
