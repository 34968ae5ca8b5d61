// The catalogue of promises: what policies of such organisations say in public, and what the program adds.
// Each row has an id, the words of texts `promises.<id>`, when a policy binds it, and what shows that it is
// kept.
//
// A row binds by what a policy declares, and never by a policy's name: whoever measures viewings is bound by
// the rows about measuring. So a policy that nobody has seen before gets the rows that are its own.
//
// A row without evidence has no surface in this program yet, and says so. One that has evidence is kept by
// the program, and a test in tests/promises carries its id; a test compares the two.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "policy/policy.h"

namespace app {

/// What an installation can show of a promise.
enum class Evidence {
  None,          ///< no surface yet
  Construction,  ///< the program is built so, and its own test finds out when it is not
  Policy,        ///< the policy in force
  Deletion,      ///< terms: what was executed last, what is next, what is late
  Consent,       ///< answers by version of the policy
  Requests,      ///< the clocks of what people ask
  Incidents,     ///< the clocks of what went wrong
  Erasures,      ///< erasures with their certificates
  Journal,       ///< acts recorded, and how many of them are signed
  Backup,        ///< the last backup and the last one restored
  Transport,     ///< how pages are reached
  RequestLog,    ///< the server's own log: from when its oldest lines are, and when they go
  Credentials,   ///< passwords and keys: when they were replaced last, when they will be, what is late
  Recipients,    ///< who else gets data, and may
  Assignments,   ///< on which organisers get reports, and what they got
  Disclosures,   ///< what went to somebody who is no recipient, and why
  Members,       ///< who works here, and who of them may take files along
  Duties,        ///< what members do before anything else, and who still has to
  Updates,       ///< subscriptions, the last mail of each update, and the marks of who unsubscribed
};
/// Counted from the last of them.
inline constexpr std::size_t kEvidences = static_cast<std::size_t>(Evidence::Updates) + 1;

struct CatalogueRow {
  std::string_view id;  ///< "E21"
  bool (*binds)(const policy::Policy& policy);
  std::array<Evidence, 2> evidence{};
  /// Where the surface is there for some policies that the row binds, and not for all of them; null: for all.
  bool (*only_for)(const policy::Policy& policy) = nullptr;

  bool has_surface(const policy::Policy& policy) const {
    return evidence.front() != Evidence::None && (only_for == nullptr || only_for(policy));
  }
};

/// Every row, in the order of the catalogue: N, E, M, T, C, B, X.
std::span<const CatalogueRow> promise_catalogue();

}  // namespace app
