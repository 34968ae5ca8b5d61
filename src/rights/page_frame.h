// What the desk's public pages have in common: language, head, foot.
#pragma once

#include <string_view>

#include "base/language.h"
#include "html/template.h"
#include "http/request.h"
#include "http/response.h"
#include "policy/policy.h"

namespace rights {

struct Settings;

/// What the address asks for (`?lang=fr`), else what the browser prefers, else `fallback`; always one that
/// the policy has texts in.
base::Language page_language(const policy::Policy& policy, const http::Request& request,
                             base::Language fallback);

/// `path` is where the language links lead.
html::Values frame(const policy::Policy& policy, const Settings& settings, base::Language language,
                   std::string_view title, std::string_view path);

http::Response page(const html::Template& page, base::Language language, const html::Values& values,
                    int status = 200);

}  // namespace rights
