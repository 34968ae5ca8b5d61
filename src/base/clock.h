// Where time comes from. Handed in to whoever needs it; only base/os_clock.cpp asks the system.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>

#include "base/result.h"
#include "base/time.h"

namespace base {

/// Any thread may call either function at any time.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall-clock time; may jump either way when somebody sets it.
  virtual Instant now() const = 0;
  /// Time since some fixed point, which never goes back.
  virtual std::chrono::nanoseconds monotonic() const = 0;
};

/// CLOCK_REALTIME and CLOCK_BOOTTIME.
class OsClock final : public Clock {
 public:
  Instant now() const override;
  std::chrono::nanoseconds monotonic() const override;
};

/// The system's clocks shifted by what a test writes into a file that the process inherited:
/// two little-endian int64, `passed_ms` (added to both clocks: time that went by) and `step_ms` (added to
/// the wall clock alone: somebody set it). The file is read anew at every call.
class DescriptorClock final : public Clock {
 public:
  /// Takes over `descriptor`. Errors: Invalid if it is not a readable file of at least 16 bytes.
  static Result<std::unique_ptr<Clock>> open(int descriptor);
  ~DescriptorClock() override;
  DescriptorClock(const DescriptorClock&) = delete;
  DescriptorClock& operator=(const DescriptorClock&) = delete;

  Instant now() const override;
  std::chrono::nanoseconds monotonic() const override;

 private:
  explicit DescriptorClock(const unsigned char* shared) : shared_(shared) {}
  OsClock system_;
  const unsigned char* shared_;
};

/// Stands still until it is moved.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : wall_ms_(to_ms(start)) {}
  Instant now() const override { return instant_from_ms(wall_ms_.load()); }
  std::chrono::nanoseconds monotonic() const override { return Millis{monotonic_ms_.load()}; }
  /// Time goes by.
  void advance(Millis by) {
    wall_ms_ += by.count();
    monotonic_ms_ += by.count();
  }
  /// Somebody sets the wall clock.
  void step(Millis by) { wall_ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> wall_ms_;
  std::atomic<std::int64_t> monotonic_ms_{1'000'000};
};

}  // namespace base
