#include "rights/surface.h"

#include "rights/desk.h"
#include "rights/desk_api.h"
#include "rights/incident_api.h"
#include "rights/incident_desk.h"
#include "rights/incoming.h"
#include "rights/limits.h"
#include "rights/order.h"
#include "rights/public_pages.h"
#include "rights/report_page.h"
#include "rights/second_person.h"

namespace rights {

retention::Surface make_surface(Desk& desk, IncidentDesk& incidents) {
  add_acts(desk.needs().approvals, desk);
  retention::Surface surface;
  surface.name = "rights";
  const auto throttle = std::make_shared<OpenThrottle>(desk.needs().clock);
  add_public_pages(surface.routes, desk, throttle);
  add_report_page(surface.routes, incidents, throttle);
  add_desk_api(surface.routes, desk);
  add_incident_api(surface.routes, incidents);
  add_order_api(surface.routes, desk);
  surface.jobs.push_back({"rights.clocks", kRound, [&desk] { return desk.look_at_clocks(); }});
  surface.jobs.push_back({"rights.incidents", kRound, [&incidents] { return incidents.look_at_clocks(); }});
  surface.jobs.push_back({"rights.mail", kSpoolRound, [&desk, &incidents] {
                            return desk.take_mails(
                                [&incidents](const SpoolName& about, const Incoming& mail) {
                                  return incidents.take_mail(about, mail);
                                });
                          }});
  surface.keeps.sources = {std::string{kByForm}, std::string{kByMail}};
  surface.remove_old = [&desk, &incidents](base::Instant now) -> base::Result<std::int64_t> {
    ASSIGN_OR_RETURN(const auto requests, desk.forget_old(now));
    ASSIGN_OR_RETURN(const auto texts, incidents.forget_old(now));
    return requests + texts;
  };
  surface.forget_person = [&desk, &incidents](base::PersonId person) -> base::Result<void> {
    RETURN_IF_ERROR(incidents.store().forget_person(person));
    RETURN_IF_ERROR(desk.needs().disclosures.forget_person(person));
    return desk.forget_person(person);
  };
  surface.forget_property = [&desk, &incidents](base::PropertyNumber property) -> base::Result<void> {
    RETURN_IF_ERROR(incidents.store().forget_property(property));
    RETURN_IF_ERROR(desk.needs().disclosures.forget_property(property));
    return desk.forget_property(property);
  };
  return surface;
}

}  // namespace rights
