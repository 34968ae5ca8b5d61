// `hartslag backup` and `hartslag restore`, for the operator.
//
//   backup --to FILE [--from http://127.0.0.1:8081]       of the program that serves there, while it serves
//   backup --to FILE --data FOLDER [--master-key FILE]    of a folder where none runs
//   backup keys --to FILE --data FOLDER                   the key store, in the place of its last copy
//   restore FILE --data FOLDER --keys FILE [--master-key FILE]
//   restore --drill FILE --keys FILE --policy FILE [--master-key FILE] [--from http://…]
//
// A file is written under another name and put in its place when it is whole; an error leaves none.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"

namespace app {

base::Result<void> backup_command(std::span<const std::string_view> words);
base::Result<void> restore_command(std::span<const std::string_view> words);

}  // namespace app
