// What a new version of a policy changes, in plain words, for whom.
//
// Compared is what the policy says, not how it is laid out: purposes, data, terms, recipients, places,
// rights, deadlines, stored items and how staff work. Texts that only read differently are told where
// somebody agreed to them, since consent is then asked again (Purpose::fingerprint).
#pragma once

#include <string>
#include <vector>

#include "base/language.h"
#include "policy/policy.h"

namespace policy {

enum class Concerned {
  People,     ///< whose data it is
  Organiser,  ///< who decides and reads the reports
  Officer,    ///< who watches over it, and whoever runs the installation
};

struct Change {
  Concerned whom = Concerned::People;
  std::string sentence;  ///< a whole one, unescaped
  bool operator==(const Change&) const = default;
};

/// Ordered by whom it concerns, then as the language orders its keys. In a language that the policy does not
/// have, what it says itself stands in its first one. Empty when nothing changes but words.
std::vector<Change> diff(const Policy& before, const Policy& after, base::Language language);

}  // namespace policy
