// The program's commands.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace app {

/// Runs what the arguments (without the program's name) ask for; returns the exit status: 0 done, 1 it could
/// not be done, 2 the arguments or the input are wrong.
int run_command(const std::vector<std::string_view>& arguments);

}  // namespace app
