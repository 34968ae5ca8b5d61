#include "app/services_side.h"

#include "app/credentials_words.h"
#include "app/desk.h"
#include "base/contains.h"
#include "rights/clock.h"
#include "services/api.h"
#include "services/permissions.h"
#include "surfaces/events/video_source.h"

namespace app {

using base::Result;

namespace {

Result<std::vector<services::Colleague>> colleagues_of(House& house) {
  ASSIGN_OR_RETURN(const auto able, house.access->people_who_may(services::kUseCredentials));
  ASSIGN_OR_RETURN(const auto members, house.members->of(base::kHouse));
  std::vector<services::Colleague> colleagues;
  for (const auto& one : members) {
    if (!base::contains(able, one.person)) continue;
    ASSIGN_OR_RETURN(auto name, name_of(house, one.id));
    colleagues.push_back({one.id, std::move(name)});
  }
  return colleagues;
}

}  // namespace

Result<void> open_services(House& house) {
  const bool local_only = house.options.is_local();
  ASSIGN_OR_RETURN(house.services,
                   services::Services::open({.control = *house.control,
                                             .keeper = *house.credentials,
                                             .approvals = *house.approvals,
                                             .journal = *house.journal,
                                             .clock = *house.clock,
                                             .random = house.random,
                                             .is_origin =
                                                 [local_only](std::string_view origin) {
                                                   return surfaces::events::is_origin(origin, local_only);
                                                 },
                                             .local_only = local_only,
                                             .mail = [&house](const outbox::Mail& mail) -> Result<void> {
                                               RETURN_IF_ERROR(house.outbox->queue(mail));
                                               return {};
                                             },
                                             .people_who_may =
                                                 [&house](const staff::Permission& permission) {
                                                   return house.access->people_who_may(permission);
                                                 }}));
  return {};
}

retention::Surface services_surface(House& house) {
  retention::Surface surface;
  surface.name = "credentials";
  services::add_api(
      surface.routes,
      {.services = *house.services,
       .access = *house.access,
       .member_name = [&house](base::MemberId member) { return name_of(house, member); },
       .colleagues = [&house] { return colleagues_of(house); },
       .says =
           [&house](const credentials::Standing& standing, base::Language language) {
             std::vector<std::string> says;
             for (auto& one : sentences_of(standing, language, rights::zone_of(house.policy->law())))
               says.push_back(std::move(one.text));
             return says;
           }});
  return surface;
}

}  // namespace app
