// One process at a time works in a data folder: two would overwrite each other's log.
#pragma once

#include <memory>

#include "base/files.h"
#include "base/result.h"

namespace app {

/// Held as long as the value lives; the kernel lets go when the process ends, however it ends.
class FolderLock {
 public:
  /// Errors: Conflict when another process holds it, Unavailable when the folder cannot be written.
  static base::Result<std::unique_ptr<FolderLock>> take(const base::Path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace app
