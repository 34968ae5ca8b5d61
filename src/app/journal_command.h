// `hartslag journal`: verifies a journal without the program's data, and tells the key that it is verified
// with.
#pragma once

#include <span>
#include <string_view>

namespace app {

/// `verify FOLDER --key KEY [--since FILE] [--entry N]` or `key --data FOLDER [--master-key FILE]`. Returns
/// the exit status: 0 it verifies, 1 it does not or could not be done, 2 the arguments are wrong.
int journal_command(std::span<const std::string_view> arguments);

}  // namespace app
