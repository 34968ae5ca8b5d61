// What an officer says of an incident, as the desk's interface takes it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "rights/incident_desk.h"

namespace rights {

/// Errors: Invalid ("what: a text").
base::Result<IncidentChange> read_change(const nlohmann::json& given);

}  // namespace rights
