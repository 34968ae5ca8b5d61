#include "request_log/browser_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "request_log/limits.h"

namespace request_log {
namespace {

struct Sign {
  std::string_view text;  ///< in the User-Agent
  std::string_view name;
};

/// In the order in which they are looked for: many browsers name those that they descend from.
constexpr auto kBrowsers = std::to_array<Sign>({{"Edg/", "Edge"},
                                                {"EdgA/", "Edge"},
                                                {"EdgiOS/", "Edge"},
                                                {"OPR/", "Opera"},
                                                {"SamsungBrowser/", "Samsung Internet"},
                                                {"FxiOS/", "Firefox"},
                                                {"Firefox/", "Firefox"},
                                                {"CriOS/", "Chrome"},
                                                {"Chrome/", "Chrome"},
                                                {"Version/", "Safari"}});
constexpr auto kSystems = std::to_array<Sign>({{"iPhone", "iOS"},
                                               {"iPad", "iOS"},
                                               {"Android", "Android"},
                                               {"Windows", "Windows"},
                                               {"CrOS", "ChromeOS"},
                                               {"Mac OS X", "macOS"},
                                               {"Linux", "Linux"}});
/// In small letters.
constexpr auto kPrograms = std::to_array<std::string_view>(
    {"bot", "crawl", "spider", "curl/", "wget/", "python", "monitor", "headlesschrome"});
constexpr std::size_t kVersionDigitsMax = 4;

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(
      out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

std::string_view number_at(std::string_view text) {
  const auto digits = text.find_first_not_of("0123456789");
  return text.substr(0, std::min(digits, kVersionDigitsMax));
}

}  // namespace

std::string browser_type(std::string_view user_agent) {
  const auto agent = user_agent.substr(0, kAgentBytesMax);
  const auto small = lower(agent);
  const auto is_program = [&](std::string_view sign) { return small.contains(sign); };
  if (std::ranges::any_of(kPrograms, is_program)) return "bot";
  for (const auto& [text, name] : kBrowsers) {
    const auto at = agent.find(text);
    if (at == std::string_view::npos) continue;
    auto type = fmt::format("{} {}", name, number_at(agent.substr(at + text.size())));
    const auto is_on = [&](const Sign& sign) { return agent.contains(sign.text); };
    if (const auto system = std::ranges::find_if(kSystems, is_on); system != kSystems.end())
      type += fmt::format(", {}", system->name);
    return type;
  }
  return "other";
}

}  // namespace request_log
