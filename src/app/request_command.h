// `hartslag request receive`: what a mail server pipes a mail into.
#pragma once

#include <cstdio>
#include <span>
#include <string_view>

namespace app {

/// Puts the mail on `in` into the spool of `--data FOLDER` (rights/incoming.h). Returns the exit status: 0
/// once the mail is on stable storage, 75 (EX_TEMPFAIL) when the mail server has to try again later, 65 for a
/// mail that is too large, 64 for words that are none.
int request_command(std::span<const std::string_view> arguments, std::FILE* in, std::FILE* errors);

}  // namespace app
