// The passwords that guessers try first: those that were seen most often in breaches, and the words and first
// names that many are made of, in the program's four languages. They come from Debian's packages
// python3-zxcvbn, john-data, wamerican, wdutch, wfrench and wngerman, as a Bloom filter that
// tools/embed_passwords.mjs writes, and describes, while building: nobody else is asked about anybody's
// password. One password in 1700 that is not among them is taken for one that is.
#pragma once

#include <string_view>

namespace staff {

/// `text` in small letters.
bool is_common(std::string_view text);

}  // namespace staff
