// Whatever a text is, what is taken for an address can stand in a header and in an SMTP command as it is.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "mail/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (!mail::is_address(text)) return 0;
  CHECK(text.find('@') == text.rfind('@') && text.find('@') > 0 && !text.ends_with('@'));
  for (const char c : text)
    CHECK(c > ' ' && c < 127 && std::string_view{"<>()[],;:\\\""}.find(c) == std::string_view::npos);
  return 0;
}
