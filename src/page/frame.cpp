#include "page/frame.h"

#include <fmt/format.h>

#include "base/contains.h"
#include "http/negotiate.h"

namespace page {
std::string_view own_name(base::Language language) {
  switch (language) {
    case base::Language::Nl: return "Nederlands";
    case base::Language::Fr: return "Français";
    case base::Language::En: return "English";
    case base::Language::De: return "Deutsch";
  }
  return {};
}

base::Language choose_language(const Site& site, const http::Request& request, base::Language fallback) {
  const auto has = [&](base::Language language) { return base::contains(site.languages, language); };
  if (const auto asked = base::parse_language(request.query.text("lang")); asked && has(*asked))
    return *asked;
  const auto preferred = http::negotiate_language(request, fallback);
  return has(preferred) ? preferred : fallback;
}

base::Language choose_language(const Site& site, const http::Request& request) {
  return choose_language(site, request, site.languages.front());
}

html::Values frame(const Site& site, base::Language language, std::string_view title, std::string_view path) {
  html::Values values;
  values.set("page_title", fmt::format("{} · {}", title, site.organisation))
      .set("organisation", site.organisation)
      .show("shifted_clock", site.shifted_clock)
      .show("offers_updates", site.offers_updates);
  for (const auto other : site.languages) {
    values.add("language_link")
        .set("url", fmt::format("{}?lang={}", path, base::to_text(other)))
        .set("tag", base::to_text(other))
        .set("label", own_name(other))
        .show("current", other == language);
  }
  return values;
}

http::Response answer(const html::Template& page, base::Language language, const html::Values& values,
                      int status) {
  return http::Response::html(html::render(page, language, values), status);
}

}  // namespace page
