// A text is one key or none, and a key written in either spelling is that key again.
#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "vault/master_key.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto key = vault::parse_master_key({reinterpret_cast<const char*>(data), size});
  if (!key) {
    CHECK(key.error().code == base::Code::Invalid);
    return 0;
  }
  for (const auto& text : {base::to_hex(key->bytes()), base::to_base64(key->bytes()) + "\n"})
    CHECK(std::ranges::equal(vault::parse_master_key(text)->bytes(), key->bytes()));
  return 0;
}
