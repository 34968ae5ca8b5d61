// 32 secret bytes, kept from being copied and wiped when they are no longer needed.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"

namespace crypto {

inline constexpr std::size_t kKeySize = 32;

/// One thread at a time changes it; any may read it. Moving from it leaves 32 zero bytes behind.
class SecretKey {
 public:
  static SecretKey draw(base::Random& random);
  /// Errors: Invalid unless there are exactly 32 bytes. The caller wipes its own copy (`wipe`).
  static base::Result<SecretKey> from_bytes(base::ByteView bytes);

  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&& other) noexcept;
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;
  ~SecretKey();

  /// A second copy has to be asked for by name.
  SecretKey clone() const;
  std::span<const std::uint8_t, kKeySize> bytes() const { return bytes_; }

 private:
  SecretKey() = default;
  std::array<std::uint8_t, kKeySize> bytes_{};
};

/// Overwrites with zeros in a way that no optimiser removes.
void wipe(std::span<std::uint8_t> bytes);

}  // namespace crypto
