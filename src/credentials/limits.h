// Limits of credentials, by name.
#pragma once

#include <chrono>
#include <cstddef>

namespace credentials {

/// A credential is replaced so long before its term is over, or a tenth of the term before when that is less:
/// who has to put something right gets time for it.
inline constexpr std::chrono::days kLeadMax{3};
inline constexpr int kLeadShare = 10;

/// After a rotation that failed it is tried again after the first, then twice as long, up to the second.
inline constexpr std::chrono::minutes kRetryFirst{15};
inline constexpr std::chrono::hours kRetryMax{6};

/// What session keys sign lives for a day at most; this much longer a replaced key is accepted.
inline constexpr std::chrono::hours kSessionKeyLinger{25};
/// So long a replaced key of the journal signs along, so that a witness has time to follow.
inline constexpr std::chrono::days kJournalKeyLinger{30};
/// Replaced keys that are still accepted; each costs a look at whatever is forged.
inline constexpr std::size_t kLingeringMax = 8;

/// What somebody was shown is replaced after so long at the latest: until then they can use it.
inline constexpr std::chrono::hours kSeenLife{1};

/// A password that is given by hand, in bytes.
inline constexpr std::size_t kGivenBytesMin = 8;
inline constexpr std::size_t kGivenBytesMax = 200;

/// How often an overdue credential is told in the log.
inline constexpr std::chrono::hours kTellOverdueEvery{24};

}  // namespace credentials
