// The commands `hartslag policy check FILE` and `hartslag policy diff OLD NEW`.
#pragma once

#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "policy/vocabulary.h"

namespace policy {

class Policy;

/// Writes a line `file:line:column: what; instead` per problem, or one line that says what the policy
/// declares and a line `note: …` for each declaration that nothing of `kept` executes. Returns the exit
/// status: 0 in order, 1 problems, 2 the file cannot be read.
int check_command(const std::string& path, std::FILE* out, const Kept& kept);

/// Reads and checks a file, telling as above. None when that failed; then `status` is 1 or 2.
std::optional<Policy> read_policy(const std::string& path, std::FILE* out, int& status);

/// `policy diff OLD NEW [--lang nl]`: a heading for each who is concerned, and a line for each change.
/// Returns the exit status: 0 told, 1 one of the two has problems, which are told, 2 wrong arguments.
int diff_command(std::span<const std::string_view> arguments, std::FILE* out);

}  // namespace policy
