// Assertions that stay on in release builds. A CHECK is for mistakes of programmers; what comes from
// outside the process is answered with an Error and never looked at by a CHECK.
#pragma once

namespace base {

/// Writes where and what failed to standard error and aborts. Any thread.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace base

#define CHECK(condition)                                    \
  do {                                                      \
    if (!(condition)) [[unlikely]]                          \
      ::base::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
