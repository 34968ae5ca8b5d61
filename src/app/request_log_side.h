// The server's own log in the house: what keeps it, and what ends it.
#pragma once

#include <vector>

#include "app/house.h"
#include "retention/surface.h"

namespace app {

/// Of the policy in force, in the folder `logs` of the data.
void open_request_log(House& house);

/// Writes what waits, and deletes what is as old as its term says. The house outlives them.
void add_request_log_jobs(std::vector<retention::Job>& jobs, House& house);

}  // namespace app
