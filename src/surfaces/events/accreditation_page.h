// What somebody reads on their own page of an accreditation, and where they object to what was decided.
#pragma once

#include <span>

#include "base/language.h"
#include "base/result.h"
#include "html/template.h"
#include "http/request.h"
#include "http/response.h"
#include "pulse/union.h"
#include "surfaces/events/event.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

/// Whose page it is, and what they watched.
struct OfViewer {
  const Event& event;
  base::PersonId person;
  base::Language language = base::Language::Nl;
  bool agreed = false;  ///< to be measured, at one viewing
  std::span<const pulse::Presence> presences;
  std::string objects_at;  ///< where the objection goes
};

/// Nothing where the policy has no such rule, or the event measures nobody.
base::Result<void> show_accreditation(html::Values& values, Parts& parts, const OfViewer& of);

/// Keeps what somebody has against the decision about them. Errors: Conflict where there is none; Invalid
/// for words that are missing or too long.
base::Result<void> object(Parts& parts, const Event& event, base::PersonId person,
                          const http::Request& request);

}  // namespace surfaces::events
