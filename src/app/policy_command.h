// `hartslag policy notice|cookies|register FILE`: what the public pages show, from a file alone.
#pragma once

#include <cstdio>
#include <span>
#include <string_view>

namespace app {

inline constexpr std::string_view kPolicyCommandHelp =
    R"(  hartslag policy notice FILE    the privacy notice; --lang nl|fr|en|de --format html|md
  hartslag policy cookies FILE   the page of cookies; --lang, --format as above
  hartslag policy register FILE  the register of processing; --role controller|processor --lang
                                 --format html|md|csv|xlsx|json-ld --out FILE
)";

/// `arguments` begin with "notice", "cookies" or "register". Returns the exit status: 0 done, 1 the policy
/// has problems (told on `err`), 2 the arguments or the file are wrong.
int policy_command(std::span<const std::string_view> arguments, std::FILE* out, std::FILE* err);

}  // namespace app
