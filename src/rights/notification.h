// The notification of an incident to the supervisory authority (GDPR 33(3)), in the order of the template
// that the authorities of the Union share: what kind of notification, who reports, what happened, whom and
// which data it concerns, what protected them, what may follow, what is done about it, who else was told. It
// is filled in from the policy in force, the incident and what is computed; nobody's name is in it.
//
// In JSON: {"incident", "phase", "made", "sections": [{"name", "title", "rows": [{"name", "label",
// "value"}]}]}, where names are the same in every language and in later versions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/result.h"
#include "rights/affected.h"
#include "rights/incident.h"

namespace rights {

class IncidentDesk;

struct NotificationRow {
  std::string name;
  std::string label;
  std::string value;
};

struct NotificationSection {
  std::string name;
  std::string title;
  std::vector<NotificationRow> rows;
};

struct Notification {
  IncidentId incident;
  base::Language language = base::Language::Nl;
  std::string title;
  std::string phase;
  base::Instant made;
  std::vector<NotificationSection> sections;
};

/// `phase` is of kNoticePhases.
base::Result<Notification> make_notification(IncidentDesk& desk, const Incident& incident,
                                             std::string_view phase, base::Language language);

std::string to_json(const Notification& notification);
std::string to_markdown(const Notification& notification);
/// A page that stands by itself.
std::string to_page(const Notification& notification);

}  // namespace rights
