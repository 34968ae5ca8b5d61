// What members of staff may do at the data protection officer's desk. The desk is that of the organisation
// that operates the installation: it answers for all of it.
#pragma once

#include <array>

#include "access/permission.h"

namespace rights {

/// What people ask about their data, with their names.
inline constexpr staff::Permission kAnswerRequests{
    "answer_requests", {staff::Role::Owner, staff::Role::Officer}, staff::Reach::House};
/// What went wrong with data: whom it affects, who is told.
inline constexpr staff::Permission kHandleIncidents{
    "handle_incidents", {staff::Role::Owner, staff::Role::Officer}, staff::Reach::House};
/// Proofs of identity, and what they prove.
inline constexpr staff::Permission kSeeIdentity{
    "see_identity", {staff::Role::Owner, staff::Role::Officer}, staff::Reach::House};

inline constexpr std::array kPermissions{kAnswerRequests, kHandleIncidents, kSeeIdentity};

}  // namespace rights
