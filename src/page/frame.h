// What every page for people has around it, whichever surface it belongs to: title, head with the languages
// to choose from, foot. The layout itself is html/layouts/frame.html.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "html/template.h"
#include "http/request.h"
#include "http/response.h"

namespace page {

/// What all pages of an installation share. Immutable, for any thread.
struct Site {
  /// The name in the head.
  std::string organisation;
  /// What the policy has texts in, the policy's first one first.
  std::vector<base::Language> languages;
  /// The clock is a test's: every page says so.
  bool shifted_clock = false;
  /// There are updates to subscribe to: every page leads to them.
  bool offers_updates = false;
};

/// What a language calls itself, so that whoever reads no other finds it: "Français".
std::string_view own_name(base::Language language);

/// What the address asks for (`?lang=fr`), else what the browser prefers, else `fallback`; always one that
/// the site has texts in, provided that `fallback` is.
base::Language choose_language(const Site& site, const http::Request& request, base::Language fallback);
/// The same, with the site's first language to fall back on.
base::Language choose_language(const Site& site, const http::Request& request);

/// The values of the frame around a page. `path` is where the language links lead, without a query.
html::Values frame(const Site& site, base::Language language, std::string_view title, std::string_view path);

/// The page, filled in.
http::Response answer(const html::Template& page, base::Language language, const html::Values& values,
                      int status = 200);

}  // namespace page
