// The store's files held still, so that they can be copied while the store is in use.
//
//   auto hold = engine.hold_files();   opens what is there
//   hold->cut();                       the moment
//   … copy the first `bytes` bytes of each of hold->files() …
//
// Copied like this they are what a power cut at that moment would have left, and open as such: everything
// that was acknowledged before is in them.
//
// Between `hold_files` and `cut` no checkpoint is made. Afterwards checkpoints go on, since an open file
// stays readable when its name is gone; only what destroys bytes (`scrub`, `drop_property`) waits for the
// hold's end. Whoever holds them hurries.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace pulse {

class EngineState;

struct HeldFile {
  std::string name;  ///< in the engine's folder
  std::uint64_t bytes = 0;
  std::unique_ptr<base::File> file;
};

/// One thread at a time. Ends before its engine does.
class FileHold {
 public:
  ~FileHold();
  FileHold(const FileHold&) = delete;
  FileHold& operator=(const FileHold&) = delete;

  /// Waits for no disk but that of the batch which is being written. Errors: Unavailable when the engine
  /// closes.
  base::Result<void> cut();
  /// Requires: `cut` has succeeded.
  std::vector<HeldFile>& files();

 private:
  friend class EngineState;
  FileHold(EngineState& state, std::vector<HeldFile> files) : state_(state), files_(std::move(files)) {}

  EngineState& state_;
  std::vector<HeldFile> files_;
  bool is_cut_ = false;
};

}  // namespace pulse
