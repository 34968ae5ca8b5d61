#include "access/agent.h"

#include <array>

namespace staff {
namespace {

struct Mark {
  std::string_view text;
  std::string_view name;
};

// Browsers claim to be those that they descend from: the first that is found counts.
constexpr auto kBrowsers = std::to_array<Mark>({
    {"Edg", "Edge"},
    {"OPR/", "Opera"},
    {"Vivaldi/", "Vivaldi"},
    {"SamsungBrowser/", "Samsung Internet"},
    {"Firefox/", "Firefox"},
    {"FxiOS/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"},
    {"Safari/", "Safari"},
});
constexpr auto kSystems = std::to_array<Mark>({
    {"iPhone", "iPhone"},
    {"iPad", "iPad"},
    {"Android", "Android"},
    {"CrOS", "ChromeOS"},
    {"Windows", "Windows"},
    {"Mac OS X", "macOS"},
    {"Linux", "Linux"},
});

template <std::size_t N>
std::string_view find(const std::array<Mark, N>& marks, std::string_view text) {
  for (const auto& mark : marks) {
    if (text.contains(mark.text)) return mark.name;
  }
  return {};
}

}  // namespace

std::string name_agent(std::string_view user_agent) {
  std::string name{find(kBrowsers, user_agent)};
  const auto system = find(kSystems, user_agent);
  if (!name.empty() && !system.empty()) name += ", ";
  return name += system;
}

}  // namespace staff
