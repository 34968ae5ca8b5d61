#include <sys/random.h>

#include <cerrno>

#include "base/check.h"
#include "base/random.h"

namespace base {

void OsRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const auto got = ::getrandom(out.data(), out.size(), 0);
    if (got < 0) {
      // Without chance there are no keys: going on would be worse than stopping.
      CHECK(errno == EINTR);
      continue;
    }
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace base
