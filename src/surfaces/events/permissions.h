// What members of staff may do with events.
#pragma once

#include <array>

#include "access/permission.h"

namespace surfaces::events {

/// Counts, figures and curves: nobody's name.
inline constexpr staff::Permission kViewReport{
    "view_report",
    {staff::Role::Owner, staff::Role::Organiser, staff::Role::Moderator, staff::Role::Analyst,
     staff::Role::Officer, staff::Role::Support}};
/// Who registered and who watched, on the page.
inline constexpr staff::Permission kSeeNames{
    "see_names", {staff::Role::Owner, staff::Role::Organiser, staff::Role::Moderator, staff::Role::Support}};
/// Make and change events, their video, and on whose assignment they are.
inline constexpr staff::Permission kManageEvent{"manage_event", {staff::Role::Owner, staff::Role::Organiser}};
/// Open and close an event, and enter by hand who was there.
inline constexpr staff::Permission kRunEvent{
    "run_event", {staff::Role::Owner, staff::Role::Organiser, staff::Role::Moderator}};

/// Confirm or refuse what a rule proposes of who watched.
inline constexpr staff::Permission kAccredit{"accredit", {staff::Role::Owner, staff::Role::Organiser}};

/// Write to viewers, without seeing their addresses.
inline constexpr staff::Permission kContactViewers{
    "contact_viewers", {staff::Role::Owner, staff::Role::Organiser, staff::Role::Support}};

inline constexpr std::array kPermissions{kViewReport, kSeeNames, kManageEvent,
                                         kRunEvent,   kAccredit, kContactViewers};

}  // namespace surfaces::events
