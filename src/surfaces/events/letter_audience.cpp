#include "surfaces/events/letter_audience.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/contains.h"
#include "base/trim.h"
#include "consent/ledger.h"
#include "mail/message.h"
#include "policy/policy.h"
#include "pulse/engine.h"
#include "surfaces/events/assignment.h"
#include "surfaces/events/audience.h"
#include "surfaces/events/letter.h"
#include "surfaces/events/limits.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Result;

constexpr std::array<std::string_view, 4> kChoices{"all", "present", "absent", "chosen"};
constexpr std::array<std::string_view, 5> kReasons{"restricted", "no_address", "unagreed", "objected",
                                                   "often_today"};

/// The purposes with basis consent among this one and those that it needs.
std::vector<const policy::Purpose*> consents_under(const policy::Policy& policy, std::string_view purpose) {
  std::vector<const policy::Purpose*> all;
  // Ends, since the parser refuses purposes that need each other in a ring.
  for (const auto* one = policy.purpose(purpose); one != nullptr; one = policy.purpose(one->needs)) {
    if (one->basis == policy::Basis::Consent) all.push_back(one);
    if (one->needs.empty()) break;
  }
  return all;
}

/// Who was there, as far as the use may know it: who came, or who watched and agreed to be measured.
Result<std::set<base::ViewerNumber>> present_in(Needs& needs, const Event& event,
                                                const policy::UsePermit& use) {
  std::set<base::ViewerNumber> present;
  auto snapshot = needs.engine.snapshot(event.property);
  // Nobody could open it yet, or its term has ended.
  if (!snapshot && (snapshot.error().code == Code::NotFound || snapshot.error().code == Code::Gone))
    return present;
  if (!snapshot) return base::fail(snapshot.error());
  const auto* opened = needs.policy.record("opened");
  const bool by_opening = opened != nullptr && use.covers(opened->name);
  const auto sessions = snapshot->sessions();
  RETURN_IF_ERROR(snapshot->visit_viewers([&](const pulse::ViewerRow& row) {
    const bool agreed =
        std::ranges::any_of(row.sessions, [&](std::uint32_t session) { return sessions[session].consented; });
    if (row.viewer && (by_opening || agreed)) present.insert(row.viewer);
  }));
  return present;
}

/// What is asked of everybody, read once.
struct Known {
  std::set<base::PersonId> objections;
  std::map<base::PersonId, std::int64_t> today;
  bool rests_on_consent = false;
};

Result<Known> known_of(Needs& needs, const Event& event, const policy::UsePermit& use) {
  LetterStore store(needs.control, needs.keys);
  Known known;
  ASSIGN_OR_RETURN(known.objections, store.objections(event.property));
  ASSIGN_OR_RETURN(known.today, store.to_each_since(event.property, needs.clock.now() - kLetterDay));
  known.rests_on_consent = !consents_under(needs.policy, use.purposes().front()).empty();
  return known;
}

Result<std::optional<Unwritten>> why_not(Needs& needs, const Known& known, const vault::PersonFields& person,
                                         const policy::UsePermit& use, std::string& name) {
  const auto id = person.person.id;
  ASSIGN_OR_RETURN(const bool restricted, needs.is_restricted(id));
  if (restricted) return Unwritten::Restricted;
  bool agreed = true;
  if (known.rests_on_consent) {
    ASSIGN_OR_RETURN(agreed, agrees_to(needs.policy, needs.consents, use.purposes().front(),
                                       person.person.property, person.person.viewer));
  }
  const auto [called, address] = written_to(needs.policy, person, use, agreed);
  name = called;
  const auto* field = needs.policy.email_field();
  const auto* given = field == nullptr ? nullptr : person.find(field->name);
  if (given == nullptr || !mail::is_address(base::trimmed(*given))) return Unwritten::NoAddress;
  if (address.empty()) return Unwritten::Unagreed;
  if (known.objections.contains(id)) return Unwritten::Objected;
  const auto today = known.today.find(id);
  if (today != known.today.end() && today->second >= kLettersPerViewerDay) return Unwritten::OftenToday;
  return std::nullopt;
}

}  // namespace

std::optional<LetterTo> parse_letter_to(std::string_view name) {
  const auto found = std::ranges::find(kChoices, name);
  if (found == kChoices.end()) return std::nullopt;
  return static_cast<LetterTo>(found - kChoices.begin());
}

std::string_view to_text(Unwritten why) { return kReasons[static_cast<std::size_t>(why)]; }

std::vector<std::string> letter_purposes(const policy::Policy& policy) {
  std::vector<std::string> purposes;
  const auto* address = policy.email_field();
  if (address == nullptr || !base::contains(report_data(policy), address->data)) return purposes;
  const auto* datum = policy.datum(address->data);
  for (const auto& purpose : policy.purposes()) {
    if (base::contains(datum->purposes, purpose.name)) purposes.push_back(purpose.name);
  }
  return purposes;
}

bool knows_presence(const policy::Policy& policy, const policy::UsePermit& use) {
  const auto* opened = policy.record("opened");
  return (opened != nullptr && use.covers(opened->name)) || shows_time(policy, use);
}

Result<bool> agrees_to(const policy::Policy& policy, consent::Ledger& consents, std::string_view purpose,
                       base::PropertyNumber property, base::ViewerNumber viewer) {
  const auto asked = consents_under(policy, purpose);
  if (asked.empty()) return true;
  ASSIGN_OR_RETURN(const auto history, consents.history(property, viewer));
  return std::ranges::all_of(asked, [&](const policy::Purpose* one) {
    const auto last = std::ranges::find_if(history.rbegin(), history.rend(), [&](const auto& entry) {
      return entry.purpose == one->name && entry.state != consent::State::Asked;
    });
    return last != history.rend() && last->state == consent::State::Given &&
           last->fingerprint == one->fingerprint;
  });
}

WrittenTo written_to(const policy::Policy& policy, const vault::PersonFields& person,
                     const policy::UsePermit& use, bool agreed) {
  if (!agreed) return {};
  auto [name, address] = called(policy, person, use, agreed);
  return {.name = std::move(name), .address = std::string{base::trimmed(address)}};
}

Result<std::vector<Addressee>> addressees_of(Needs& needs, const Event& event, const policy::UsePermit& use,
                                             const LetterChoice& choice) {
  const bool knows = knows_presence(needs.policy, use);
  if (!knows && (choice.to == LetterTo::Present || choice.to == LetterTo::Absent))
    return base::fail(Code::Denied, "Who was there may not be used for this purpose.");
  std::set<base::ViewerNumber> present;
  if (knows) {
    ASSIGN_OR_RETURN(present, present_in(needs, event, use));
  }
  ASSIGN_OR_RETURN(const auto known, known_of(needs, event, use));
  const auto is_chosen = [&](base::ViewerNumber viewer) {
    switch (choice.to) {
      case LetterTo::All: return true;
      case LetterTo::Present: return present.contains(viewer);
      case LetterTo::Absent: return !present.contains(viewer);
      case LetterTo::Chosen: return choice.viewers.contains(viewer);
    }
    return false;
  };
  std::vector<Addressee> all;
  const auto read =
      needs.vault.each_person(event.property, [&](const vault::PersonFields& person) -> Result<void> {
        if (!is_chosen(person.person.viewer)) return {};
        Addressee one{.person = person.person.id,
                      .viewer = person.person.viewer,
                      .language = person.person.language,
                      .name = {},
                      .present = {},
                      .why = {}};
        if (knows) one.present = present.contains(one.viewer);
        ASSIGN_OR_RETURN(one.why, why_not(needs, known, person, use, one.name));
        all.push_back(std::move(one));
        return {};
      });
  if (!read && read.error().code != Code::Gone) return base::fail(read.error());
  return all;
}

}  // namespace surfaces::events
