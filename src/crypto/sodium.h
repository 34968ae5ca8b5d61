// Libsodium has to be initialised once before anything of it is used.
#pragma once

namespace crypto {

/// Any thread, as often as one likes.
void start_sodium();

}  // namespace crypto
