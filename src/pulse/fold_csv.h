// `hartslag fold`: the fold as a filter of CSV, for checking figures and for data from elsewhere.
//
// Input: the header `session,at_ms,facts`, then a beat per line in order of arrival, sessions interleaved.
// LF or CRLF, the last line end optional; no quoting, no byte order mark, no blank lines. A session is
// 1 … 64 characters of [0-9A-Za-z_-], at_ms decimal 0 … 2^53-1, facts -1 … 127. Numbers are plain
// digits, leading zeros allowed; "-1" is the only one with a sign. A line has at most 4096 bytes.
//
// Output: the header `session,start_ms,end_ms,facts`, then a line per interval, LF, ordered by session
// (bytewise) and start. Nothing is written before the input has ended without error, and what is kept
// grows with sessions and intervals, never with beats.
#pragma once

#include <cstdio>
#include <span>
#include <string_view>

namespace pulse {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;  ///< reading or writing failed
inline constexpr int kExitWrong = 2;   ///< the arguments or the input are wrong

/// Runs `hartslag fold` with `arguments` (those after "fold": [--gap MS]). Returns the exit status; what
/// is wrong is told on `err`, for the input as "line N: …", N from 1. One thread per set of files.
int fold_command(std::span<const std::string_view> arguments, std::FILE* in, std::FILE* out, std::FILE* err);

}  // namespace pulse
