// The acts on an event that may wait for a second person (approvals/act.h): taking its viewers along in a
// file, and moving the end of an event that has begun, since the terms of its data count from it.
#pragma once

#include <memory>
#include <string>

#include "access/access.h"
#include "approvals/approvals.h"
#include "surfaces/events/assignment.h"
#include "surfaces/events/event.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

/// The journal's word for it, and what it says of it.
inline constexpr std::string_view kEndMoved = "events.end_moved";
std::string end_detail(const Event& before, const Event& after);

/// Hands the acts in; once, before anything is asked.
void add_acts(approvals::Approvals& approvals, const std::shared_ptr<Parts>& parts);

/// For the purposes of the commission. `format`: "csv", "xlsx".
base::Result<approvals::Approval> ask_export(Parts& parts, const Event& event, const Commission& commission,
                                             const std::string& format, const staff::Member& by);
/// From the end that it has to the one of `moved`.
base::Result<approvals::Approval> ask_move_end(Parts& parts, const Event& event, const Event& moved,
                                               const staff::Member& by);

}  // namespace surfaces::events
