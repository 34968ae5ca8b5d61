// An event as the API spells it:
//
//   {"event": "open-day", "title": "…", "description": "…", "kind": "live"|"on-demand",
//    "state": "draft"|"open"|"live"|"ended", "starts": "…", "ends": "…", "runs_on": false,
//    "time_zone": "Europe/Brussels", "language": "nl", "fields": ["…"], "required": ["…"],
//    "opens_by": "form"|"link"|"both", "measured": true, "capacity": null,
//    "video": {"kind": "none"|"address"|"upload"|"live", "address": null, "captions": false},
//    "moments": [{"at": "…", "label": "…"}], "domains": ["https://www.example.org"], "registered": 0,
//    "links": {"registration": "https://…/e/open-day"}, "deletes_at": null, "anonymous_since": null}
//
// `state`, `registered`, `links` and what follows are only ever answered. `deletes_at` is when something that
// identifies goes next; null when nothing does, or when the end is not known yet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/result.h"
#include "http/problem.h"
#include "policy/policy.h"
#include "retention/schedule.h"
#include "surfaces/events/event.h"

namespace surfaces::events {

struct EventChange {
  Event event;  ///< with what was given put in
  std::vector<http::FieldError> wrong;
  /// Its end would be another one though it has begun: not for one person alone, where the policy says so.
  bool moves_end = false;
  /// A video address was given that is new, and is still to be examined (video_source.h).
  bool video_address_is_new = false;
};

struct ChangeContext {
  const policy::Policy& policy;
  base::Instant now;
  base::Language language;  ///< of what is said about wrong fields
  bool is_new = false;
  bool local_only = false;
};

/// Puts what `json` gives into `event`. Errors: Invalid when it is no JSON object.
base::Result<EventChange> change_event(Event event, std::string_view json, const ChangeContext& context);

/// What a new event is before anything is given.
Event new_event(const policy::Policy& policy, base::Instant now);

std::string event_json(const Event& event, std::int64_t registered, base::Instant now,
                       std::string_view origin, const retention::Fate& fate);
/// Of a list: without description, fields and links.
std::string events_json(const std::vector<std::pair<Event, std::int64_t>>& events, base::Instant now);

}  // namespace surfaces::events
