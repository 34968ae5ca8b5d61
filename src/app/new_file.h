// A file that is written under another name, and put in its place when it is whole.
#pragma once

#include <memory>
#include <string>

#include "base/files.h"
#include "base/result.h"

namespace app {

/// Until `finish` nothing is at `path`; if it is never called, nothing stays behind. Files outlive it.
class NewFile {
 public:
  /// Errors: Conflict when there is something at `path` already.
  static base::Result<std::unique_ptr<NewFile>> create(base::Files& files, const base::Path& path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  base::Result<void> append(base::ByteView bytes);
  /// Durable when it returns.
  base::Result<void> finish();
  std::uint64_t bytes() const { return bytes_; }

 private:
  NewFile(base::Files& files, base::Path path, base::Path temporary, std::unique_ptr<base::File> file)
      : files_(files), path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {}

  base::Files& files_;
  base::Path path_;
  base::Path temporary_;
  std::unique_ptr<base::File> file_;
  std::uint64_t bytes_ = 0;
};

/// The folder that holds the name, "." when none is told.
base::Path folder_of(const base::Path& path);

}  // namespace app
