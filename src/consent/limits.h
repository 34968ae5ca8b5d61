// How much one session can make the ledger write.
#pragma once

namespace consent {

/// Rows of one session, after which it is heard no more; withdrawing stays possible.
inline constexpr int kRowsPerSessionMax = 64;

}  // namespace consent
