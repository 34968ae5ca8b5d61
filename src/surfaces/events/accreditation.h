// Accreditation: what the policy's rule proposes of who watched, and what a person decided. The rule only
// proposes (`watched` of a decision in the policy); nothing counts until a member of staff confirmed it, who
// may decide otherwise with a reason. Whoever it is about reads it on their own page and may object, which
// asks for another decision. Only who agreed to be measured is proposed, or decided about.
//
// A decision lies in control.db, by the vault's id of the person and without what they watched; its words are
// sealed under that person's own key. It goes with the person, and with what was watched.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/names.h"
#include "base/result.h"
#include "pulse/report.h"
#include "retention/surface.h"
#include "surfaces/events/needs.h"

namespace policy {
struct Decision;
}
namespace sql {
class Row;
}

namespace surfaces::events {

struct Accreditation {
  bool granted = false;
  base::Instant decided;
  base::MemberId by;
  std::string reason;                     ///< may be empty where it is as proposed
  std::optional<base::Instant> objected;  ///< and nobody decided since
  std::string words;                      ///< of the objection
  std::string policy_version;
};

/// Whether the rule proposes somebody of those figures who agreed to be measured.
bool is_proposed(const policy::Decision& rule, const pulse::ViewerFigures& figures);

/// Any thread. Errors of all: what the stores answer.
class Accreditations {
 public:
  explicit Accreditations(Needs& needs) : needs_(needs) {}

  base::Result<std::map<base::PersonId, Accreditation>> of(base::PropertyNumber property);
  base::Result<std::optional<Accreditation>> find(base::PropertyNumber property, base::PersonId person);
  base::Result<void> put(base::PropertyNumber property, base::PersonId person, const Accreditation& decided);
  /// How many were granted it.
  base::Result<std::int64_t> count(base::PropertyNumber property);
  /// What is held of a person, for an answer to them.
  base::Result<std::vector<retention::HeldItem>> held(base::PersonId person);
  base::Result<void> forget(base::PersonId person);
  base::Result<void> forget(base::PropertyNumber property);

 private:
  /// Nothing once the person's key is destroyed.
  base::Result<std::optional<Accreditation>> read(const sql::Row& row);

  Needs& needs_;
};

}  // namespace surfaces::events
