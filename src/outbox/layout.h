// Lays a mail out from its texts: once as plain text and once as HTML that any mail program shows. The text
// is taken apart before its placeholders are filled, so no value can make a paragraph or a button.
#pragma once

#include <string>
#include <string_view>

#include "base/language.h"
#include "base/result.h"
#include "outbox/outbox.h"

namespace outbox {

struct Layout {
  std::string subject;
  std::string text;
  std::string html;
};

/// The texts "mail.<template>.subject" and "mail.<template>.body" with `values`. Errors: Invalid when a
/// placeholder has no value, or a button or link does not lead to http:// or https://; NotFound without
/// texts.
base::Result<Layout> lay_out(base::Language language, std::string_view template_name, const Values& values,
                             std::string_view name, std::string_view organisation, const Extras& extras = {});

}  // namespace outbox
