// Who is affected by an incident: computed from what vault, attention store and journal hold, not guessed.
//
// With acts of the journal named, it happened by them (an export that went to the wrong place, a stolen
// account that looked around). Of what was done with a request the journal knows whose it was: affected are
// the requester and those whom the request is about. Of any other act it does not, by design: affected is
// whoever's data lay in the act's property when it was done. Without any act the store itself was reached,
// and affected is whoever's data lay there before the incident's end. Somebody's data lay there when they
// hold a value of one of the data that the incident names, stored until then.
//
// What cannot be known is told beside the figures: people who were erased since, an end that is still open,
// acts past what one answer lists.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/language.h"
#include "base/names.h"
#include "base/result.h"
#include "journal/journal.h"
#include "rights/incident.h"
#include "rights/request.h"

namespace rights {

class Desk;

struct AffectedPerson {
  base::PropertyNumber property;
  base::PersonId person;
  base::Language language = base::Language::Nl;
  bool has_address = false;  ///< that a letter can be mailed to
};

struct AffectedProperty {
  base::PropertyNumber property;
  std::string slug;  ///< empty for the staff's own accounts
  std::int64_t people = 0;
  /// Everybody there; else those alone whom the acts touched.
  bool is_whole = true;
};

struct Affected {
  std::vector<AffectedPerson> people;  ///< once per property, in order of registration
  std::vector<AffectedProperty> properties;
  std::map<base::Language, std::int64_t> languages;
  std::map<std::string, std::int64_t> data;  ///< people by datum
  std::int64_t records = 0;                  ///< values and sessions
  std::int64_t gone = 0;                     ///< erased since it began, so not among `people`
  std::int64_t unreachable = 0;              ///< of `people`, those without an address
  /// What members and the program did with these properties while it lasted: at most kActsListed, the latest.
  std::vector<journal::Entry> acts;
  bool acts_cut = false;
};

/// Whom an act touched, where the journal knows it. Errors: those of the stores.
base::Result<std::optional<std::vector<Subject>>> touched_by(Desk& desk, const journal::Act& act);

/// Errors: Invalid for a property or datum that there is not, those of the stores.
base::Result<Affected> compute_affected(Desk& desk, const Incident& incident);

}  // namespace rights
