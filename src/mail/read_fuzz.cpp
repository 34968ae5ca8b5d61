// Any bytes are read without harm.
#include <cstddef>
#include <cstdint>

#include "mail/read.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)mail::read({reinterpret_cast<const char*>(data), size});
  return 0;
}
