// What the program signs for a while and for itself alone: tokens of heartbeats, passes to videos. All of it
// is signed with keys that are derived from one credential, so that one rotation replaces them all. A
// replaced key is accepted for kSessionKeyLinger, by when everything that it signed has ended, and is then
// destroyed.
#pragma once

#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "credentials/keeper.h"
#include "crypto/key_ring.h"

namespace credentials {

/// Any thread. Reads the key database only when they change.
class SessionKeys {
 public:
  static constexpr std::string_view kName = "session keys";

  /// `changed` is called after each change but the first.
  static base::Result<std::unique_ptr<SessionKeys>> open(Keeper& keeper,
                                                         std::function<base::Result<void>()> changed);

  /// Nothing signed for one use counts for another: "beat", "media_pass/7".
  crypto::KeyRing derive(std::string_view use) const;

 private:
  explicit SessionKeys(Keeper& keeper) : keeper_(keeper) {}
  base::Result<void> read();

  Keeper& keeper_;
  mutable base::Mutex mutex_;
  std::vector<crypto::SecretKey> keys_ GUARDED_BY(mutex_);  ///< the current one first
};

}  // namespace credentials
