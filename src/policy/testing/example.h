// A small policy for tests, none of whose names is that of a shipped one.
#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>

#include "policy/policy.h"

namespace policy::testing {

inline constexpr std::string_view kExample = R"(policy: reading-room
languages: [en, nl]
in-force: 2026-11-01
opens-by: [form, link]
parties:
  controller: { name: Leeszaal vzw, contact: hallo@leeszaal.example, country: BE }
  authority: be-gba
purposes:
  entry:
    basis: contract
    says: { en: To let you in., nl: Om u binnen te laten. }
  reading:
    basis: consent
    says: { en: To see what is read., nl: Om te zien wat gelezen wordt. }
  diploma:
    basis: legal-obligation
    needs: reading
    confirmed-by: person
    says: { en: To give you a diploma., nl: Om u een diploma te geven. }
data:
  card:
    from: registration form
    fields:
      called: { type: name, label: { en: Name, nl: Naam } }
      post: { type: email, label: { en: E-mail, nl: E-mail } }
      shelf: { type: 'choice?', label: { en: Shelf, nl: Plank }, choices: { high: { en: High, nl: Hoog }, low: { en: Low, nl: Laag } } }
    says: { en: What you fill in., nl: Wat u invult. }
    for: [entry, diploma]
    class: self-managed
    keep: 2 months after event end
    then: erase
  door:
    records: [opened]
    says: { en: That you came., nl: Dat u kwam. }
    for: [entry]
    class: pseudonymous
    keep: 1 day after event end
    then: erase
  eyes:
    facts: [focused, idle]
    says: { en: Whether you read., nl: Of u las. }
    for: [reading, diploma]
    class: pseudonymous
    keep: 2 years after event end
    then: anonymise
  pages:
    marks: [turned]
    says: { en: Pages you turned., nl: Bladzijden die u omsloeg. }
    for: [reading]
    class: pseudonymous
    keep: 2 years after event end
    then: erase
consent:
  reading:
    ask: every viewing
    asks: { en: 'May we look?', nl: 'Mogen we kijken?' }
    explains: { en: We look., nl: We kijken. }
    costs: { en: No diploma., nl: Geen diploma. }
    accept: { en: Look, nl: Kijk }
    decline: { en: Look away, nl: Kijk weg }
    given: { en: We are looking., nl: We kijken. }
    declined: { en: We are not looking., nl: We kijken niet. }
    refused: [door]
law: BE
rights:
  access: { within: 7 days, formats: [page], by: controller }
  portability: { within: law, formats: [csv], by: controller }
  correction: { within: law, by: controller }
  erasure: { within: law, by: controller }
  restriction: { within: law, by: controller }
  withdrawal: { within: without delay, by: controller }
breach: { tell: { authority: law, people: 72 hours } }
places:
  desk: { says: { en: Our desk, nl: Onze balie }, country: BE, by: controller, holds: [card, door, eyes, pages] }
)";

/// `text` with `from`, which must be there, in the place of `to`.
inline std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result{text};
  const auto at = result.find(from);
  if (at == std::string::npos) return "no '" + std::string{from} + "' to replace";
  return result.replace(at, from.size(), to);
}

/// What `hartslag policy check` prints of them.
inline std::string told(std::span<const Problem> problems) {
  std::string all;
  for (const auto& problem : problems) all += to_text("policy", problem) + "\n";
  return all;
}

/// The policy that `yaml` must be.
inline Policy parsed(std::string_view yaml) {
  auto policy = Policy::parse(yaml);
  if (!policy) ADD_FAILURE() << told(policy.error());
  return std::move(policy).value();
}

}  // namespace policy::testing
