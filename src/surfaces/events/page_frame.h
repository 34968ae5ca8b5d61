// What the pages of a viewer have in common: language, head, foot.
#pragma once

#include <string_view>

#include "base/language.h"
#include "html/template.h"
#include "http/request.h"
#include "http/response.h"
#include "policy/policy.h"
#include "surfaces/events/needs.h"

namespace surfaces::events {

/// What the address asks for (`?lang=fr`), else what the browser prefers, else `fallback`; always one that
/// the policy has texts in.
base::Language page_language(const policy::Policy& policy, const http::Request& request,
                             base::Language fallback);

/// The links to the same page in the policy's other languages.
void show_languages(html::Values& values, const policy::Policy& policy, base::Language language,
                    std::string_view path);

/// The values of the frame around a page. `path` is where the language links lead.
html::Values frame(const Needs& needs, base::Language language, std::string_view title,
                   std::string_view path);

http::Response page(const html::Template& page, base::Language language, const html::Values& values,
                    int status = 200);

/// The browser says for its user that nothing optional may be recorded (Sec-GPC or DNT).
bool refused_by_signal(const http::Request& request);

}  // namespace surfaces::events
