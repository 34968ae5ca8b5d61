// Where chance comes from. Handed in to whoever needs it; only base/os_random.cpp asks the system.
#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <span>

namespace base {

/// Any thread may call at any time.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  std::uint64_t number();
};

/// getrandom(2): fit for keys and tokens.
class OsRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

/// Repeatable, for tests and demo data alone.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

}  // namespace base
