// `hartslag policy check FILE`
#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include "policy/vocabulary.h"

namespace policy {

class Policy;

/// Writes a line `file:line:column: what; instead` per problem, or one line that says what the policy
/// declares and a line `note: …` for each declaration that nothing of `kept` executes. Returns the exit
/// status: 0 in order, 1 problems, 2 the file cannot be read.
int check_command(const std::string& path, std::FILE* out, const Kept& kept);

/// Reads and checks a file, telling as above. None when that failed; then `status` is 1 or 2.
std::optional<Policy> read_policy(const std::string& path, std::FILE* out, int& status);

}  // namespace policy
