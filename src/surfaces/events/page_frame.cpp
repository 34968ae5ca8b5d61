#include "surfaces/events/page_frame.h"

#include <fmt/format.h>

#include <algorithm>

#include "consent/signal.h"
#include "http/negotiate.h"

namespace surfaces::events {
namespace {

std::string_view own_name(base::Language language) {
  switch (language) {
    case base::Language::Nl: return "Nederlands";
    case base::Language::Fr: return "Français";
    case base::Language::En: return "English";
    case base::Language::De: return "Deutsch";
  }
  return {};
}

}  // namespace

base::Language page_language(const policy::Policy& policy, const http::Request& request,
                             base::Language fallback) {
  const auto& known = policy.languages();
  const auto has = [&](base::Language language) { return std::ranges::find(known, language) != known.end(); };
  if (const auto asked = base::parse_language(request.query.text("lang")); asked && has(*asked))
    return *asked;
  const auto preferred = http::negotiate_language(request, fallback);
  return has(preferred) ? preferred : fallback;
}

void show_languages(html::Values& values, const policy::Policy& policy, base::Language language,
                    std::string_view path) {
  for (const auto other : policy.languages()) {
    values.add("language_link")
        .set("url", fmt::format("{}?lang={}", path, base::to_text(other)))
        .set("tag", base::to_text(other))
        .set("label", own_name(other))
        .show("current", other == language);
  }
}

html::Values frame(const Needs& needs, base::Language language, std::string_view title,
                   std::string_view path) {
  html::Values values;
  values.set("page_title", fmt::format("{} · {}", title, needs.settings.organisation))
      .set("organisation", needs.settings.organisation)
      .show("shifted_clock", needs.settings.shifted_clock);
  show_languages(values, needs.policy, language, path);
  return values;
}

http::Response page(const html::Template& page, base::Language language, const html::Values& values,
                    int status) {
  return http::Response::html(html::render(page, language, values), status);
}

bool refused_by_signal(const http::Request& request) {
  return consent::signal_refuses(request.header("Sec-GPC") == "1", request.header("DNT") == "1").has_value();
}

}  // namespace surfaces::events
