#include "rights/surface.h"

#include "rights/desk.h"
#include "rights/desk_api.h"
#include "rights/incident_api.h"
#include "rights/incident_desk.h"
#include "rights/limits.h"
#include "rights/public_pages.h"

namespace rights {

retention::Surface make_surface(Desk& desk, IncidentDesk& incidents) {
  retention::Surface surface;
  surface.name = "rights";
  add_public_pages(surface.routes, desk);
  add_desk_api(surface.routes, desk);
  add_incident_api(surface.routes, incidents);
  surface.jobs.push_back({"rights.clocks", kRound, [&desk] { return desk.look_at_clocks(); }});
  surface.jobs.push_back({"rights.incidents", kRound, [&incidents] { return incidents.look_at_clocks(); }});
  surface.jobs.push_back({"rights.mail", kSpoolRound, [&desk] { return desk.take_mails(); }});
  surface.admit = [](const property::Property&, std::string_view) -> base::Result<retention::Visit> {
    return base::fail(base::Code::NotFound, "Requests are not viewed.");
  };
  surface.origins = [](std::optional<base::PropertyNumber>) {
    static const auto none = std::make_shared<const std::vector<std::string>>();
    return none;
  };
  surface.keeps.sources = {"contact form", "e-mail"};
  surface.remove_old = [&desk](base::Instant now) { return desk.forget_old(now); };
  surface.forget_person = [&desk, &incidents](base::PersonId person) -> base::Result<void> {
    RETURN_IF_ERROR(incidents.store().forget_person(person));
    return desk.forget_person(person);
  };
  surface.forget_property = [&desk, &incidents](base::PropertyNumber property) -> base::Result<void> {
    RETURN_IF_ERROR(incidents.store().forget_property(property));
    return desk.forget_property(property);
  };
  surface.stop = [] {};
  return surface;
}

}  // namespace rights
