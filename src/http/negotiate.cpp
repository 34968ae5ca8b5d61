#include "http/negotiate.h"

#include <optional>
#include <string>

#include "http/request.h"
#include "http/token.h"

namespace http {

namespace {

/// qvalue of RFC 9110 §12.4.2 in thousandths; absent if malformed.
std::optional<int> parse_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int weight = (text[0] - '0') * 1000;
  if (text.size() == 1) return weight;
  if (text[1] != '.') return std::nullopt;
  int unit = 100;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') return std::nullopt;
    weight += (c - '0') * unit;
    unit /= 10;
  }
  return weight <= 1000 ? std::optional{weight} : std::nullopt;
}

struct Weighted {
  std::string_view name;
  int weight = 1000;
};

/// The next item of "nl-BE;q=0.8, *;q=0.1"; one whose weight is malformed gets none.
Weighted take_weighted(std::string_view& rest) {
  auto item = take_until(rest, ',');
  Weighted weighted{take_until(item, ';')};
  while (!item.empty()) {
    auto parameter = take_until(item, ';');
    const auto key = take_until(parameter, '=');
    if (key == "q" || key == "Q") weighted.weight = parse_weight(trim(parameter)).value_or(0);
  }
  return weighted;
}

bool names(const Request& request, std::string_view header, std::string_view value) {
  for (const auto field : request.headers) {
    if (!equal_ignoring_case(field.name, header)) continue;
    auto rest = field.value;
    while (!rest.empty()) {
      const auto item = take_weighted(rest);
      if (item.weight > 0 && equal_ignoring_case(item.name, value)) return true;
    }
  }
  return false;
}

}  // namespace

base::Language negotiate_language(std::string_view accept_language, base::Language fallback) {
  auto best = fallback;
  int best_weight = 0;
  while (!accept_language.empty()) {
    const auto item = take_weighted(accept_language);
    if (item.weight <= best_weight) continue;
    std::string tag{item.name.substr(0, 3)};
    for (auto& c : tag)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    if (const auto language = base::parse_language(tag)) {
      best = *language;
      best_weight = item.weight;
    }
  }
  return best;
}

base::Language negotiate_language(const Request& request, base::Language fallback) {
  return negotiate_language(request.header("accept-language").value_or(""), fallback);
}

bool accepts_encoding(const Request& request, std::string_view encoding) {
  return names(request, "accept-encoding", encoding);
}

bool accepts_html(const Request& request) { return names(request, "accept", "text/html"); }

}  // namespace http
