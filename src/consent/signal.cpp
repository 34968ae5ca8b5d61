#include "consent/signal.h"

#include <array>

namespace consent {

std::string_view to_text(Method method) {
  constexpr std::array<std::string_view, 5> kWords{"button", "gpc", "dnt", "switch", "mail"};
  return kWords[static_cast<std::size_t>(method)];
}

}  // namespace consent
