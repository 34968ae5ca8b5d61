// Limits of the book of disclosures, by name.
#pragma once

#include <cstddef>

namespace disclosure {

inline constexpr std::size_t kOrganiserBytesMax = 200;
inline constexpr std::size_t kReferenceBytesMax = 200;
/// An e-mail address (RFC 5321 §4.5.3.1).
inline constexpr std::size_t kReplyToBytesMax = 254;
/// Rows that one call lists at most.
inline constexpr int kListMax = 500;

}  // namespace disclosure
