// The limits of a message, a token, the fold and a report, each by name. The store's own are in
// limits_engine.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pulse {

/// Every integer that comes in as JSON stays exact in any reader's double.
inline constexpr std::int64_t kIntegerMax = (std::int64_t{1} << 53) - 1;

/// One message of a page: room for the most beats and marks it may hold, with escapes.
inline constexpr std::size_t kMessageBytesMax = 65'536;
inline constexpr std::size_t kMessageBeatsMax = 256;
inline constexpr std::size_t kMessageMarksMax = 64;
/// Bytes of UTF-8.
inline constexpr std::size_t kMarkKindBytesMax = 64;
inline constexpr std::size_t kMarkValueBytesMax = 256;
/// Nesting that a message may have in keys that we ignore; its own has three.
inline constexpr int kMessageDepthMax = 16;

inline constexpr std::size_t kTokenCharactersMax = 128;
inline constexpr std::int64_t kTokenLifeMaxMs = 24 * 3'600'000;

/// A beat may be at most this much older than its receipt.
inline constexpr std::int64_t kBeatAgeMaxMs = 300'000;
/// Time between two beats that is still credited.
inline constexpr std::int64_t kGapMs = 15'000;
inline constexpr std::int64_t kGapMaxMs = 86'400'000;

inline constexpr std::size_t kFoldSessionCharactersMax = 64;
/// Far beyond any sensible line: numbers may have leading zeros.
inline constexpr std::size_t kFoldLineBytesMax = 4096;

inline constexpr std::int64_t kReportBucketsMax = 100'000;
inline constexpr std::int64_t kRasterCellsMax = 10'000;

/// A wall-clock step beyond this ends open sessions.
inline constexpr std::int64_t kClockStepMaxMs = 10'000;

/// The fewest viewers that anything in an anonymous record may rest on, unless said otherwise.
inline constexpr std::uint32_t kAnonymousFewest = 5;
/// In a group of two, either knows the other.
inline constexpr std::uint32_t kAnonymousFewestMin = 3;
inline constexpr std::uint32_t kAnonymousFewestMax = 1000;
/// How finely an anonymous record tells time.
inline constexpr std::int64_t kAnonymousGrainMs = 10'000;
/// Lapses are told of events that so many times the fewest watched.
inline constexpr std::int64_t kAnonymousLapsesFrom = 4;
/// Of one kind, in one record.
inline constexpr std::int64_t kAnonymousLapsesMax = std::int64_t{1} << 40;
/// Ten years.
inline constexpr std::int64_t kAnonymousRangeMaxS = std::int64_t{3653} * 86'400;
inline constexpr std::uint32_t kAnonymousViewersMax = std::uint32_t{1} << 30;

}  // namespace pulse
