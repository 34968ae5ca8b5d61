// `hartslag certificate verify FILE --key KEY`: offline, with the file and the public key alone.
#pragma once

#include <cstdio>
#include <span>
#include <string_view>

namespace app {

/// `arguments`: without "certificate". Exit status 0: it is what the key signed; 1: it is not; 2: no
/// certificate, no key, or wrong words.
int certificate_command(std::span<const std::string_view> arguments, std::FILE* out, std::FILE* error);

}  // namespace app
