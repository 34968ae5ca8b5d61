// The bounds of a mail. Each has a test at the limit and one past it.
#pragma once

#include <cstddef>

namespace mail {

/// RFC 5321 §4.5.3.1: 64 before the @, 255 after it, 254 in all (a path of 256 less its brackets).
inline constexpr std::size_t kAddressLength = 254;
inline constexpr std::size_t kLocalPartLength = 64;
inline constexpr std::size_t kNameLength = 200;
inline constexpr std::size_t kSubjectLength = 500;
/// Text and HTML, each.
inline constexpr std::size_t kBodyLength = 1'000'000;
inline constexpr std::size_t kAttachments = 10;
inline constexpr std::size_t kFileNameLength = 200;
/// All attachments together.
inline constexpr std::size_t kAttachmentBytes = 10'000'000;
inline constexpr std::size_t kHeaders = 20;
/// A header of the caller's own: its name, and its value. Together they fit a line of 998 without folding.
inline constexpr std::size_t kHeaderNameLength = 60;
inline constexpr std::size_t kHeaderValueLength = 900;
/// What `read` takes: the largest mail that `render` can make, with room to spare.
inline constexpr std::size_t kRenderedBytes = 24'000'000;

/// How deep `read` follows multiparts within multiparts, and how many parts it looks at.
inline constexpr int kDepth = 8;
inline constexpr std::size_t kParts = 100;

}  // namespace mail
