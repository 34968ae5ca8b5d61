// Running another program, without a shell: what it is given, what is read of it, and how long it may take.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace base {

/// What `Program::input` may hold: a pipe takes as much at once, so that writing never waits (PIPE_BUF).
inline constexpr std::size_t kProgramInputMax = 4096;
/// A line of output that is longer is handed on in pieces.
inline constexpr std::size_t kProgramLineMax = 64 * 1024;

enum class Environment {
  Inherited,
  /// A search path and nothing else: no secret of this process goes along.
  Bare,
};

struct Program {
  /// Its name or path first. Everybody on the machine can read these.
  std::vector<std::string> arguments;
  /// Its standard input, at most kProgramInputMax bytes.
  std::string_view input = {};
  Environment environment = Environment::Inherited;
  /// In real time; afterwards it and all that it started are killed.
  std::optional<std::chrono::milliseconds> at_most = {};
  /// Once set, it is asked to end.
  const std::atomic<bool>* stopping = nullptr;
  /// Is given its standard output line by line. Its standard error goes nowhere.
  std::function<void(std::string_view line)> line_read = {};
};

/// Returns its exit status, or −1 when a signal ended it. Any thread.
/// Errors: Unavailable when it cannot be started, or took longer than it may.
Result<int> run_program(const Program& program);

}  // namespace base
