// How large the parts of an archive may be.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace backup {

/// Of what is sealed at once; the last piece of an archive may be shorter.
inline constexpr std::size_t kSealedBytes = std::size_t{256} * 1024;
/// A piece of a file within the archive.
inline constexpr std::size_t kPieceBytesMax = std::size_t{256} * 1024;
/// A file's path within the data folder.
inline constexpr std::size_t kNameBytesMax = 1000;
inline constexpr std::size_t kManifestBytesMax = std::size_t{1024} * 1024;

/// How hard is compressed: most of the data are encrypted already, and yield nothing.
inline constexpr int kCompression = 3;

/// All writers of two databases are paused together for no longer than this, or it is tried again.
inline constexpr std::chrono::milliseconds kPauseMax{1000};
inline constexpr int kPausesMax = 20;

}  // namespace backup
