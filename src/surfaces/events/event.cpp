#include "surfaces/events/event.h"

#include <algorithm>
#include <array>

#include "surfaces/events/limits.h"

namespace surfaces::events {
namespace {

template <class Enum, std::size_t size>
std::optional<Enum> find_name(const std::array<std::string_view, size>& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

constexpr std::array<std::string_view, 2> kKinds{"live", "on-demand"};
constexpr std::array<std::string_view, 4> kStates{"draft", "open", "live", "ended"};
constexpr std::array<std::string_view, 3> kOpensBy{"form", "link", "both"};
constexpr std::array<std::string_view, 4> kVideoKinds{"none", "address", "upload", "live"};

}  // namespace

std::string_view to_text(Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view to_text(State state) { return kStates[static_cast<std::size_t>(state)]; }
std::string_view to_text(OpensBy opens_by) { return kOpensBy[static_cast<std::size_t>(opens_by)]; }
std::string_view to_text(VideoKind kind) { return kVideoKinds[static_cast<std::size_t>(kind)]; }

std::optional<Kind> parse_kind(std::string_view text) { return find_name<Kind>(kKinds, text); }
std::optional<OpensBy> parse_opens_by(std::string_view text) { return find_name<OpensBy>(kOpensBy, text); }
std::optional<VideoKind> parse_video_kind(std::string_view text) {
  return find_name<VideoKind>(kVideoKinds, text);
}

base::Instant end_of(const Event& event) {
  if (!event.runs_on) return event.ends;
  const auto latest = event.ends + kRunsOnMax;
  return event.closed ? std::clamp(*event.closed, event.ends, latest) : latest;
}

State state_at(const Event& event, base::Instant now) {
  if (!event.opened) return State::Draft;
  if (now < event.starts) return State::Open;
  return now < end_of(event) ? State::Live : State::Ended;
}

bool has_begun(const Event& event, base::Instant now) { return event.opened && now >= event.starts; }

}  // namespace surfaces::events
