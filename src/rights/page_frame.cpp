#include "rights/page_frame.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/negotiate.h"
#include "rights/desk.h"

namespace rights {
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

html::Values frame(const policy::Policy& policy, const Settings& settings, base::Language language,
                   std::string_view title, std::string_view path) {
  html::Values values;
  values.set("page_title", fmt::format("{} · {}", title, settings.organisation))
      .set("organisation", settings.organisation)
      .show("shifted_clock", settings.shifted_clock);
  for (const auto other : policy.languages()) {
    values.add("language_link")
        .set("url", fmt::format("{}?lang={}", path, base::to_text(other)))
        .set("tag", base::to_text(other))
        .set("label", own_name(other))
        .show("current", other == language);
  }
  return values;
}

http::Response page(const html::Template& page, base::Language language, const html::Values& values,
                    int status) {
  return http::Response::html(html::render(page, language, values), status);
}

}  // namespace rights
