// When a beat happened, whether it counts, and what of it may be kept: what stands between a message and
// the fold. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "pulse/facts.h"
#include "pulse/limits.h"

namespace pulse {

/// A session without a previous beat.
inline constexpr std::int64_t kNoBeatMs = std::numeric_limits<std::int64_t>::min();

/// The property's declared window and facts. Both ends belong to the window: a beat at its very end
/// closes what was watched until then, and nothing outside the window is ever credited.
struct AdmitRules {
  std::int64_t window_from_ms = 0;
  std::int64_t window_to_ms = 0;
  Facts permitted = 0;  ///< 0 … 127: what the policy in force declares and this session consented to
};

/// What is known of the session when the message arrives.
struct AdmitContext {
  std::int64_t receipt_ms = 0;           ///< from ReceiptClock
  std::int64_t previous_ms = kNoBeatMs;  ///< the session's previous beat, dropped ones included
  std::int64_t issued_ms = 0;            ///< the token's issue time
};

struct Admission {
  std::int64_t at_ms = 0;  ///< the beat's time; the next beat's previous_ms, also of a dropped one
  Facts facts = 0;         ///< masked
  bool counts = false;     ///< false: outside the window, to be dropped
};

/// receipt - age, clamped to the latest of: the session's previous beat, receipt - 5 min, the token's
/// issue time. Requires: age_ms ≥ 0.
constexpr std::int64_t beat_time_ms(const AdmitContext& session, std::int64_t age_ms) {
  return std::max(
      {session.receipt_ms - std::min(age_ms, kBeatAgeMaxMs), session.previous_ms, session.issued_ms});
}

constexpr Admission admit(const AdmitRules& rules, const AdmitContext& session, std::int64_t age_ms,
                          Facts facts) {
  const auto at_ms = beat_time_ms(session, age_ms);
  return {at_ms, masked(facts, rules.permitted),
          rules.window_from_ms <= at_ms && at_ms <= rules.window_to_ms};
}

}  // namespace pulse
