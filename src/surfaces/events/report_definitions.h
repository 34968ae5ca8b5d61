// What an organiser receives of an event, field by field: one place, from which the export takes its columns
// and the privacy notice its list.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "retention/surface.h"

namespace surfaces::events {

/// Of the viewers' table in all its forms, in order, as the contract spells them.
inline constexpr std::array<std::string_view, 9> kViewerColumns{
    "name", "email", "first_seen", "last_seen", "active_s", "open_s", "share", "checks", "accredited"};

/// Every report there is; a test holds them against what the program answers.
std::vector<retention::ReportDefinition> report_definitions();

}  // namespace surfaces::events
