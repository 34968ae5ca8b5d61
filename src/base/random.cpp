#include "base/random.h"

#include <array>

#include "base/bytes.h"

namespace base {

std::uint64_t Random::number() {
  std::array<std::uint8_t, 8> bytes;
  fill(bytes);
  return load_le<std::uint64_t>(bytes.data());
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  std::scoped_lock lock(mutex_);
  for (auto& byte : out) byte = static_cast<std::uint8_t>(engine_() >> 56);
}

}  // namespace base
