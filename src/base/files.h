// Files, as the stores that we write ourselves use them. Handed in, so that a test can make the n-th
// write fail, cut a write short, or forget what was not synced; only base/os_files.cpp asks the system.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace base {

using Path = std::filesystem::path;

/// An open file. One thread at a time, except read_at, which any thread may call.
/// Errors: Unavailable when the disk is full (ENOSPC, EDQUOT, EFBIG) or an I/O error is reported.
class File {
 public:
  virtual ~File() = default;
  /// Writes all of `bytes` at the end, or fails; then an unknown part of them is there.
  virtual Result<void> append(ByteView bytes) = 0;
  /// Returns once all that was appended is on stable storage (fdatasync).
  virtual Result<void> sync() = 0;
  /// Reads up to `out.size()` bytes from `offset`; fewer only at the end of the file.
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
  /// Overwrites bytes that exist. Requires: offset + bytes.size() ≤ size().
  virtual Result<void> write_at(std::uint64_t offset, ByteView bytes) = 0;
  virtual Result<void> truncate(std::uint64_t size) = 0;
  virtual Result<std::uint64_t> size() const = 0;
};

enum class OpenMode { Read, Append };

/// A file system. Any thread. Errors: NotFound, Unavailable, Internal.
class Files {
 public:
  virtual ~Files() = default;
  /// Append creates the file when it is missing, readable by its owner alone.
  virtual Result<std::unique_ptr<File>> open(const Path& path, OpenMode mode) = 0;
  virtual Result<void> make_directories(const Path& path) = 0;
  /// Atomically puts `from` in the place of `to`.
  virtual Result<void> rename(const Path& from, const Path& to) = 0;
  /// Removing what is not there is no error.
  virtual Result<void> remove(const Path& path) = 0;
  /// Names created, renamed or removed in `directory` survive a power loss once this returns.
  virtual Result<void> sync_directory(const Path& directory) = 0;
  /// File names (no folders) in `directory`, sorted.
  virtual Result<std::vector<std::string>> list(const Path& directory) = 0;
  virtual Result<bool> exists(const Path& path) = 0;
};

class OsFiles final : public Files {
 public:
  Result<std::unique_ptr<File>> open(const Path& path, OpenMode mode) override;
  Result<void> make_directories(const Path& path) override;
  Result<void> rename(const Path& from, const Path& to) override;
  Result<void> remove(const Path& path) override;
  Result<void> sync_directory(const Path& directory) override;
  Result<std::vector<std::string>> list(const Path& directory) override;
  Result<bool> exists(const Path& path) override;
};

/// The whole of a file. Errors: NotFound, TooLarge past `size_max`.
Result<Bytes> read_file(Files& files, const Path& path, std::uint64_t size_max);

/// Puts `bytes` in the place of whatever `path` held: temporary name, sync, rename, directory sync. After
/// a crash the file holds the old or the new bytes, never a part.
Result<void> replace_file(Files& files, const Path& path, ByteView bytes);

}  // namespace base
