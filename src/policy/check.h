// `hartslag policy check FILE`
#pragma once

#include <cstdio>
#include <string>

#include "policy/vocabulary.h"

namespace policy {

/// Writes a line `file:line:column: what; instead` per problem, or one line that says what the policy
/// declares. Returns the exit status: 0 in order, 1 problems, 2 the file cannot be read.
int check_command(const std::string& path, std::FILE* out, const Vocabulary& vocabulary = {});

}  // namespace policy
