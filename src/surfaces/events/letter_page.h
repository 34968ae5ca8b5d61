// What somebody reads on their own page of letters to them, and where they say that they want no more.
#pragma once

#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/result.h"
#include "html/template.h"
#include "http/request.h"
#include "retention/surface.h"
#include "surfaces/events/event.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

/// `address` is that of their own page.
base::Result<void> show_letters(html::Values& values, Parts& parts, const Event& event, base::PersonId person,
                                base::Language language, std::string_view address);

/// By a person's press, or by a program's post (RFC 8058 §3.2): whatever the body says that is not the page's
/// own word for wanting them again, it asks for no more. True when it was the page's form.
base::Result<bool> take_letters_answer(Parts& parts, const Event& event, base::PersonId person,
                                       const http::Request& request);

/// What is held of a person of letters, for an answer to them.
base::Result<std::vector<retention::HeldItem>> letters_held(Needs& needs, base::PersonId person);

}  // namespace surfaces::events
