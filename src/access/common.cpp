#include "access/common.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "crypto/hash.h"

// Of common.S.
extern "C" {
extern const std::uint8_t
    hartslag_common_begin[];  // NOLINT(readability-identifier-naming): a symbol of the assembler
extern const std::uint8_t hartslag_common_end[];  // NOLINT(readability-identifier-naming)
}

namespace staff {

bool is_common(std::string_view text) {
  const std::span filter{hartslag_common_begin, hartslag_common_end};
  const auto digest = crypto::sha256(base::as_bytes(text));
  constexpr std::array<std::size_t, 8> kParts{0, 4, 8, 12, 16, 20, 24, 28};
  return std::ranges::all_of(kParts, [&](std::size_t at) {
    const auto bit = base::load_le<std::uint32_t>(digest.data() + at) % (filter.size() * 8);
    return ((filter[bit / 8] >> (bit % 8)) & 1U) != 0;
  });
}

}  // namespace staff
