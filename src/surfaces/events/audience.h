// The people of an event and what each of them watched: the vault's names joined with the store's time.
// Joining them is an act: whoever calls records it first.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/permit.h"
#include "pulse/report.h"
#include "pulse/snapshot.h"
#include "surfaces/events/event.h"
#include "surfaces/events/needs.h"

namespace vault {
struct PersonFields;
}

namespace surfaces::events {

enum class ConsentShown { None, Given, Refused };
std::string_view to_text(ConsentShown consent);

/// One registered viewer.
struct PersonRow {
  base::PersonId person;
  base::ViewerNumber viewer;
  std::string name;  ///< the fields of type name, joined
  std::string email;
  base::Instant registered;
  ConsentShown consent = ConsentShown::None;
  pulse::ViewerFigures figures;  ///< over the planned duration
  std::vector<pulse::Presence> presences;
  bool accredited = false;  ///< by a person; only where the use is for that
};

/// How somebody is called and written to: the fields of type name, joined, and the address.
struct Called {
  std::string name;
  std::string email;
};

/// What of it may be used so; the rest is left empty. `agreed`: they consented to being measured.
Called called(const policy::Policy& policy, const vault::PersonFields& person, const policy::UsePermit& use,
              bool agreed);
/// Whether time that was watched may be used so.
bool shows_time(const policy::Policy& policy, const policy::UsePermit& use);

/// Everybody who registered, in order of registration, absent ones with empty figures. What the use does not
/// cover is left empty, and whoever would be empty altogether is left out.
base::Result<std::vector<PersonRow>> audience_of(Needs& needs, const Event& event,
                                                 const policy::UsePermit& use);

/// A viewer's handle in the API: 16 hexadecimal digits that name nobody and are good for one event alone.
std::string handle_of(base::ViewerNumber viewer);
/// Errors: NotFound.
base::Result<base::ViewerNumber> viewer_of(std::string_view handle);

/// The viewers' table of the contract:
/// name,email,first_seen,last_seen,active_s,open_s,share,checks,accredited.
std::string audience_csv(const std::vector<PersonRow>& rows);
/// Times in the event's own zone, as its header says.
base::Result<std::string> audience_xlsx(const std::vector<PersonRow>& rows, const Event& event);
std::string audience_json(const std::vector<PersonRow>& rows);

}  // namespace surfaces::events
