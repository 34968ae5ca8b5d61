// No text opens but what was made under the key: of what the fuzzer finds, nothing may open; and a token
// made from its bytes opens to what went in.
#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "pulse/limits.h"
#include "pulse/token.h"

namespace {

pulse::TokenMint make_mint() {
  const std::array<std::uint8_t, 32> bytes{1, 2, 3};
  return pulse::TokenMint{std::move(*crypto::SecretKey::from_bytes(bytes))};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto mint = make_mint();
  const auto now = base::instant_from_ms(0);
  CHECK(!mint.open({reinterpret_cast<const char*>(data), size}, now));

  std::array<std::uint8_t, 48> bytes{};
  std::copy_n(data, std::min(size, bytes.size()), bytes.begin());
  pulse::Token token;
  std::copy_n(bytes.begin(), 16, token.session.bytes.begin());
  token.viewer.value = base::load_le<std::uint64_t>(bytes.data() + 16);
  token.property.value = base::load_le<std::uint32_t>(bytes.data() + 24);
  token.slot = base::load_le<std::uint32_t>(bytes.data() + 28);
  token.permitted = static_cast<pulse::Facts>(bytes[32] & 127);
  token.issued_ms = base::load_le<std::int64_t>(bytes.data() + 33) & ((std::int64_t{1} << 48) - 1);
  token.expires_ms =
      token.issued_ms + 1 + base::load_le<std::uint32_t>(bytes.data() + 41) % pulse::kTokenLifeMaxMs;
  auto text = mint.make(token);
  const auto opened = mint.open(text, now);
  CHECK(opened && *opened == token);
  const auto at = bytes[45] % text.size();
  text[at] = text[at] == 'A' ? 'B' : 'A';
  CHECK(!mint.open(text, now));
  return 0;
}
