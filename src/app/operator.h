// What commands for the operator have in common: the master key, progress, sizes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/command_words.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/result.h"
#include "crypto/secret_key.h"

namespace app {

/// From --master-key, or where `serve` looks for it.
base::Result<crypto::SecretKey> operators_master_key(base::Files& files, const CommandWords& words,
                                                     const base::Path& data);

/// "12.3 MB".
std::string as_size(std::uint64_t bytes);

/// Overwrites a file's bytes with zeros, and syncs.
base::Result<void> overwrite(base::File& file);

/// A line that changes, where somebody watches: nothing is written to what is no terminal.
class Progress {
 public:
  explicit Progress(std::string_view what);
  ~Progress() { end(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::uint64_t bytes, std::uint64_t of);
  /// Removes the line.
  void end();

 private:
  std::string what_;
  bool watched_;
  bool shown_ = false;
  base::OsClock clock_;
  std::chrono::nanoseconds last_{};
};

}  // namespace app
