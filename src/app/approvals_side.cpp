#include "app/approvals_side.h"

#include <algorithm>

#include "app/desk.h"
#include "app/house_time.h"
#include "approvals/api.h"

namespace app {

using base::Result;

namespace {

constexpr std::chrono::minutes kRunEvery{1};

}  // namespace

Result<void> open_approvals(House& house, approvals::Between between) {
  ASSIGN_OR_RETURN(
      house.approvals,
      approvals::Approvals::open(
          {.control = *house.control,
           .keys = *house.keys,
           .policy = *house.policy,
           .journal = *house.journal,
           .clock = *house.clock,
           .random = house.random,
           .mail = [&house](const outbox::Mail& mail) -> Result<void> {
             RETURN_IF_ERROR(house.outbox->queue(mail));
             return {};
           },
           .people_who_may =
               [&house](const staff::Permission& permission, base::OrganisationNumber organisation) {
                 return house.access->people_who_may(permission, organisation);
               },
           .wants_mail = [&house](base::PersonId person,
                                  base::OrganisationNumber organisation) -> Result<bool> {
             ASSIGN_OR_RETURN(const auto colleagues, house.members->of(organisation));
             const auto found = std::ranges::find(colleagues, person, &staff::Colleague::person);
             return found != colleagues.end() && found->told_of_approvals;
           },
           .person_of = [&house](base::MemberId member) -> Result<base::PersonId> {
             ASSIGN_OR_RETURN(const auto profile, house.access->profile(member));
             return profile.person;
           },
           .between = std::move(between)}));
  return {};
}

retention::Surface approvals_surface(House& house) {
  retention::Surface surface;
  surface.name = "approvals";
  approvals::add_api(surface.routes,
                     {.approvals = *house.approvals,
                      .access = *house.access,
                      .member_name = [&house](base::MemberId member) { return name_of(house, member); }});
  surface.jobs.push_back({"approvals.run", kLookEvery,
                          by_house_clock(house, kRunEvery, [&house] { return house.approvals->run(); })});
  surface.forget_property = [&house](base::PropertyNumber property) {
    return house.approvals->forget_property(property);
  };
  return surface;
}

}  // namespace app
