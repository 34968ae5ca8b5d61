// The limits of the store, each by name. Those of messages, tokens, the fold and reports are in limits.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pulse {

/// Messages that wait for the committer, by bytes; past it `append` answers Unavailable at once.
inline constexpr std::size_t kQueueBytesMax = std::size_t{64} << 20;
/// What one commit writes at most; the rest of the queue waits for the next.
inline constexpr std::size_t kBatchBytesMax = std::size_t{4} << 20;

/// A frame of the log, tag included: room for a batch and its growth while being written.
inline constexpr std::size_t kFrameBytesMax = std::size_t{32} << 20;
/// A log that has grown to this calls for a checkpoint, after which it is dropped.
inline constexpr std::uint64_t kLogBytesBeforeCheckpoint = std::uint64_t{256} << 20;

/// A property's closed intervals in memory at which it is sealed.
inline constexpr std::size_t kIntervalsBeforeSeal = 1'000'000;
/// A property's sessions in memory whose rows no segment holds, at which it is sealed.
inline constexpr std::size_t kSessionsBeforeSeal = 65'536;
/// Segments of a property at which sealing merges them into one.
inline constexpr std::size_t kSegmentsBeforeMerge = 16;
/// What a block of a segment holds before compression.
inline constexpr std::size_t kBlockBytes = 64 * 1024;
/// What a block of a segment, or of a checkpoint, may hold when it is read.
inline constexpr std::size_t kBlockBytesMax = std::size_t{4} << 20;

/// A checkpoint's image, all of it in memory while it is written and read.
inline constexpr std::size_t kImageBytesMax = std::size_t{16} << 30;

/// An anonymous record's bytes, all of it in memory while it is written and read.
inline constexpr std::size_t kAnonymousBytesMax = std::size_t{1} << 30;

/// Session slots: open sessions, and those whose token has not expired.
inline constexpr std::uint32_t kSlotsPerChunk = 4096;
inline constexpr std::uint32_t kSlotChunksMax = 4096;
inline constexpr std::uint32_t kSlotsMax = kSlotsPerChunk * kSlotChunksMax;

/// Properties that are declared at one time.
inline constexpr std::size_t kPropertiesMax = 65'535;
inline constexpr std::size_t kMarkKindsMax = 250;
/// Sets of attributes that the sessions of one property may have between them.
inline constexpr std::size_t kAttributeSetsMax = 65'536;
inline constexpr std::size_t kAttributesPerSessionMax = 16;
inline constexpr std::size_t kAttributeBytesMax = 128;

/// A token outlives the property's window by this.
inline constexpr std::int64_t kTokenAfterWindowMs = 3'600'000;
/// Live figures are kept of properties whose report range is at most this long; others are computed.
inline constexpr std::int64_t kLiveRangeMaxMs = std::int64_t{48} * 3'600'000;
/// Changes of viewers' states that are remembered for those who ask what changed.
inline constexpr std::size_t kLiveChangesMax = 65'536;
/// Intervals stay at hand this long after their end, since a viewer's other session may still deliver
/// beats of that time: 5 min of age, the gap, and room for a slow commit.
inline constexpr std::int64_t kUnionReachMs = 360'000;

}  // namespace pulse
