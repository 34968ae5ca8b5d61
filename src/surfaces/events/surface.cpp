#include "surfaces/events/surface.h"

#include <algorithm>
#include <iterator>

#include "surfaces/events/accreditation.h"
#include "surfaces/events/accreditation_api.h"
#include "surfaces/events/assignment.h"
#include "surfaces/events/ending.h"
#include "surfaces/events/entry.h"
#include "surfaces/events/event_api.h"
#include "surfaces/events/letter.h"
#include "surfaces/events/letter_api.h"
#include "surfaces/events/letter_page.h"
#include "surfaces/events/limits.h"
#include "surfaces/events/live.h"
#include "surfaces/events/measurement.h"
#include "surfaces/events/report_api.h"
#include "surfaces/events/report_definitions.h"
#include "surfaces/events/second_person.h"
#include "surfaces/events/viewer_pages.h"

namespace surfaces::events {

base::Result<retention::Surface> make_surface(Needs needs) {
  const auto parts = std::make_shared<Parts>(std::move(needs));
  RETURN_IF_ERROR(declare_all(*parts));
  RETURN_IF_ERROR(parts->media.resume());
  RETURN_IF_ERROR(queue_missing_confirmations(*parts));

  add_acts(parts->needs.approvals, parts);

  retention::Surface surface;
  surface.name = "events";
  add_pages(surface.routes, parts);
  add_event_api(surface.routes, parts);
  add_report_api(surface.routes, parts);
  add_entry_api(surface.routes, parts);
  add_assignment_api(surface.routes, parts);
  add_live(surface.routes, parts);
  add_accreditation_api(surface.routes, parts);
  add_letter_api(surface.routes, parts);
  surface.jobs.push_back(
      {"events.pack", std::chrono::seconds{1}, [parts] { return parts->media.pack_next(); }});
  surface.jobs.push_back({"events.seal", std::chrono::seconds{30}, [parts] { return seal_ended(*parts); }});
  surface.jobs.push_back({"events.letters", kLetterRound, [parts] { return queue_letters(parts->needs); }});
  surface.admit = [parts](const property::Property& property, std::string_view link) {
    return admit(*parts, property, link);
  };
  surface.origins = [parts](std::optional<base::PropertyNumber> property) {
    return property ? parts->origins.of(*property) : parts->origins.all();
  };
  surface.keeps.ends = {std::string{kEventEnd}, "stored"};
  surface.keeps.sources = policy::Vocabulary{}.typed;
  surface.keeps.sources.emplace_back("registration form");
  surface.keeps.records = {"opened"};
  surface.keeps.four_eyes = {std::string{approvals::kExport}, std::string{approvals::kMoveEnd}};
  surface.ends = [parts] { return ends_of_events(*parts); };
  surface.reports = report_definitions();
  surface.remove_old = [parts](base::Instant now) { return parts->guardians.remove_old(now); };
  surface.held = [parts](base::PersonId person) -> base::Result<std::vector<retention::HeldItem>> {
    ASSIGN_OR_RETURN(auto held, Accreditations(parts->needs).held(person));
    ASSIGN_OR_RETURN(auto letters, letters_held(parts->needs, person));
    std::ranges::move(letters, std::back_inserter(held));
    return held;
  };
  surface.accredited = [parts](base::PropertyNumber property) {
    return Accreditations(parts->needs).count(property);
  };
  surface.forget_watched = [parts](base::PropertyNumber property) {
    return Accreditations(parts->needs).forget(property);
  };
  surface.forget_person = [parts](base::PersonId person) -> base::Result<void> {
    RETURN_IF_ERROR(LetterStore(parts->needs.control, parts->needs.keys).forget(person));
    return Accreditations(parts->needs).forget(person);
  };
  surface.forget_property = [parts](base::PropertyNumber property) -> base::Result<void> {
    RETURN_IF_ERROR(Accreditations(parts->needs).forget(property));
    RETURN_IF_ERROR(LetterStore(parts->needs.control, parts->needs.keys).forget(property));
    return parts->guardians.forget_property(property);
  };
  surface.stop = [parts] { parts->media.stop(); };
  return surface;
}

}  // namespace surfaces::events
