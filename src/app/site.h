// What is the same for every surface: embedded files, the staff application's shell, the start page, error
// pages for people, and, in the demo, the mails.
#pragma once

#include <string_view>

#include "app/house.h"
#include "base/language.h"
#include "html/template.h"
#include "http/request.h"
#include "http/router.h"

namespace app {

/// What the address asks for, else what the browser prefers, else the policy's first.
base::Language language_of(const House& house, const http::Request& request);

/// The values of the frame around a page. `path` is where the language links lead.
html::Values frame_of(const House& house, base::Language language, std::string_view title,
                      std::string_view path);

/// The house outlives the router.
void add_site(http::Router& router, House& house);

}  // namespace app
