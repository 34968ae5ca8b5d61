#include "surfaces/events/timeline_drawing.h"

#include <fmt/format.h>

namespace surfaces::events {
namespace {
constexpr double kWidth = 1000;
constexpr double kHeight = 40;
}  // namespace

std::string draw_timeline(std::span<const pulse::Presence> presences, std::int64_t from_ms,
                          std::int64_t until_ms) {
  const auto x = [&](std::int64_t at_ms) {
    return kWidth * static_cast<double>(at_ms - from_ms) / static_cast<double>(until_ms - from_ms);
  };
  std::string out =
      fmt::format(R"(<svg viewBox="0 0 {0} {1}" preserveAspectRatio="none" aria-hidden="true">)"
                  R"(<defs><pattern id="hatching" width="9" height="9" patternUnits="userSpaceOnUse">)"
                  R"(<path d="M-3 12L12 -3M-3 3L3 -3M6 12L12 6" stroke-width="3"/></pattern></defs>)"
                  R"(<rect class="ground" x="0" y="0" width="{0}" height="{1}"/>)",
                  kWidth, kHeight);
  for (const auto& presence : presences) {
    fmt::format_to(std::back_inserter(out), R"(<rect {} x="{:.2f}" y="0" width="{:.2f}" height="{}"/>)",
                   presence.active ? R"(class="active")" : "fill=\"url(#hatching)\"", x(presence.start_ms),
                   x(presence.end_ms) - x(presence.start_ms), kHeight);
  }
  return out + "</svg>";
}

}  // namespace surfaces::events
