// Whatever is sent, what is kept is short and of letters, digits, a comma and spaces.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "request_log/browser_type.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto type = request_log::browser_type({reinterpret_cast<const char*>(data), size});
  CHECK(type.size() <= 40);
  constexpr std::string_view kKept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789, ";
  CHECK(type.find_first_not_of(kKept) == std::string_view::npos);
  return 0;
}
