// What members do before anything else (access/duties.h), over HTTP and on the machine itself.
//
//   GET   /api/v1/me/duties                    what one has to do and has done, with the texts
//   POST  /api/v1/me/duties/{duty}             one agrees: {"version", "language", "name"?}
//   POST  /api/v1/members/{member}/trainings   a colleague's training is recorded: {"training", "followed"}
//   POST  /staff/record-training               the same by the operator, at the local listener
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "app/house.h"
#include "http/router.h"

namespace app {

/// How a colleague stands: [{"duty", "kind", "title", "state", "ends"}], without texts and signatures.
base::Result<nlohmann::json> duties_json(const House& house, base::MemberId member);
/// What a member's own page says of it: {"open", "ends": [{"duty", "title", "at"}]}, of what ends soon.
base::Result<nlohmann::json> duties_in_short(const House& house, const staff::Member& member);
/// A text in every language of the policy.
nlohmann::json in_all_languages(const policy::Policy& policy, const policy::Texts& texts);

/// `words`: ADDRESS DAY, and the name of a training where the policy knows several.
base::Result<void> record_training_locally(House& house, std::string_view words);

/// The house outlives the router.
void add_duty_api(http::Router& router, House& house);

}  // namespace app
