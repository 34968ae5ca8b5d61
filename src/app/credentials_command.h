// `hartslag credentials`: how the passwords and keys of the program that runs here stand, and replacing them.
#pragma once

#include <cstdio>
#include <span>
#include <string_view>

namespace app {

/// `list`, `rotate NAME` or `set NAME`, which takes the secret from `in`, and asks for it where somebody
/// types. Returns the exit status: 0; 1 when it cannot be done, or one is overdue; 2 for words that are none.
int credentials_command(std::span<const std::string_view> arguments, std::FILE* in, std::FILE* out,
                        std::FILE* errors);

}  // namespace app
