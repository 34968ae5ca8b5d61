// How much an act may say, how many are handled at once, and how long what is said of them is kept.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace journal {

inline constexpr std::size_t kKindBytesMax = 64;
inline constexpr std::size_t kDetailBytesMax = 4096;
/// The longest spelling of an IPv6 address.
inline constexpr std::size_t kAddressBytesMax = 45;
inline constexpr int kListMax = 10'000;

/// How long the sealed details are kept unless the operator says otherwise, in months.
inline constexpr int kDetailTermMonths = 36;

/// C2SP tlog-tiles: hashes in a tile, entries in a bundle.
inline constexpr std::uint64_t kTileWidth = 256;
/// An entry is at most as long as its 16-bit length can say.
inline constexpr std::size_t kEntryBytesMax = 65'535;
inline constexpr std::size_t kBundleBytesMax = kTileWidth * (2 + kEntryBytesMax);
/// A note with all its signatures; C2SP signed-note asks to accept at least 16 of them.
inline constexpr std::size_t kNoteBytesMax = 64 * 1024;
inline constexpr std::size_t kNoteSignaturesMax = 32;
/// How often a journal's key may have been replaced: a year's term lasts for centuries.
inline constexpr std::size_t kHandoversMax = 1000;
inline constexpr std::size_t kHandoversBytesMax = kHandoversMax * 2048;
/// RFC 6962 proofs of trees that a 64-bit number can count.
inline constexpr std::size_t kProofHashesMax = 64;

/// A checkpoint is signed when the last one is this old or this many entries behind.
inline constexpr std::chrono::seconds kCheckpointEvery{60};
inline constexpr std::uint64_t kCheckpointEntries = 1000;

/// What a witness may take its time for, and may answer.
inline constexpr std::chrono::seconds kWitnessTimeout{20};
inline constexpr std::size_t kWitnessAnswerBytesMax = 64 * 1024;

}  // namespace journal
