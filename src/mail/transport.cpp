#include "mail/transport.h"

#include <array>

namespace mail {

std::string_view to_text(Outcome outcome) {
  constexpr std::array<std::string_view, 4> kNames{"accepted", "temporary", "permanent", "unknown"};
  return kNames[static_cast<std::size_t>(outcome)];
}

}  // namespace mail
