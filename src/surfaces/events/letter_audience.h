// Who gets a letter, and who does not and why: whoever is chosen, has an address that is for the letter's
// purpose, agreed where that rests on agreement and has not taken it back, and wants to be written to.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/names.h"
#include "base/result.h"
#include "policy/permit.h"
#include "surfaces/events/event.h"
#include "surfaces/events/needs.h"

namespace vault {
struct PersonFields;
}

namespace surfaces::events {

enum class LetterTo { All, Present, Absent, Chosen };
std::optional<LetterTo> parse_letter_to(std::string_view name);  ///< "all", "present", "absent", "chosen"

struct LetterChoice {
  LetterTo to = LetterTo::All;
  std::set<base::ViewerNumber> viewers;  ///< for Chosen
};

/// Why somebody gets none.
enum class Unwritten { Restricted, NoAddress, Unagreed, Objected, OftenToday };
std::string_view to_text(Unwritten why);  ///< "restricted", "no_address", …

struct Addressee {
  base::PersonId person;
  base::ViewerNumber viewer;
  base::Language language = base::Language::Nl;
  std::string name;
  std::optional<bool> present;  ///< where the purpose may know
  std::optional<Unwritten> why;
};

/// Purposes that the address of who registers is for, in the policy's order.
std::vector<std::string> letter_purposes(const policy::Policy& policy);
/// Whether the use may know who was there: it covers that they came, or what they watched.
bool knows_presence(const policy::Policy& policy, const policy::UsePermit& use);

/// Whether somebody's last word, on each purpose with basis consent that this one rests on, was yes.
base::Result<bool> agrees_to(const policy::Policy& policy, consent::Ledger& consents,
                             std::string_view purpose, base::PropertyNumber property,
                             base::ViewerNumber viewer);
/// How they are called and their address, as far as the use covers them; `agreed` as of `agrees_to`.
struct WrittenTo {
  std::string name;
  std::string address;
};
WrittenTo written_to(const policy::Policy& policy, const vault::PersonFields& person,
                     const policy::UsePermit& use, bool agreed);

/// Errors: Denied where who was there is chosen by, and the use may not know it.
base::Result<std::vector<Addressee>> addressees_of(Needs& needs, const Event& event,
                                                   const policy::UsePermit& use, const LetterChoice& choice);

}  // namespace surfaces::events
