#include "base/clock.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"

namespace base {
namespace {

constexpr std::size_t kSharedSize = 16;

std::chrono::nanoseconds read_clock(clockid_t id) {
  timespec at{};
  ::clock_gettime(id, &at);
  return std::chrono::seconds{at.tv_sec} + std::chrono::nanoseconds{at.tv_nsec};
}

}  // namespace

Instant OsClock::now() const { return Instant{std::chrono::floor<Millis>(read_clock(CLOCK_REALTIME))}; }
std::chrono::nanoseconds OsClock::monotonic() const { return read_clock(CLOCK_BOOTTIME); }

Result<std::unique_ptr<Clock>> DescriptorClock::open(int descriptor) {
  struct stat about{};
  if (::fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode) ||
      about.st_size < static_cast<off_t>(kSharedSize)) {
    return fail(Code::Invalid, "--clock-fd wants the descriptor of a file of at least 16 bytes");
  }
  void* shared = ::mmap(nullptr, kSharedSize, PROT_READ, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  if (shared == MAP_FAILED) return fail(Code::Invalid, "--clock-fd: the descriptor cannot be read");
  return std::unique_ptr<Clock>(new DescriptorClock(static_cast<const unsigned char*>(shared)));
}

DescriptorClock::~DescriptorClock() { ::munmap(const_cast<unsigned char*>(shared_), kSharedSize); }

Instant DescriptorClock::now() const {
  auto passed = load_le<std::int64_t>(shared_);
  auto step = load_le<std::int64_t>(shared_ + 8);
  return system_.now() + Millis{passed} + Millis{step};
}

std::chrono::nanoseconds DescriptorClock::monotonic() const {
  return system_.monotonic() + Millis{load_le<std::int64_t>(shared_)};
}

}  // namespace base
