// What stands behind a promise now: figures of the stores, as sentences with their dates.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "app/promise_catalogue.h"
#include "base/language.h"
#include "base/result.h"

namespace app {

struct House;

/// From best to worst, so that of several the worst counts.
enum class Standing {
  Kept,
  Possible,  ///< the program can keep it; nothing runs that could show so
  None,      ///< no surface yet
  Attention,
  Broken,
};
std::string_view to_text(Standing standing);  ///< "kept", "possible", …

struct Shown {
  Standing standing = Standing::Kept;
  std::vector<std::string> evidence = {};  ///< what is read first
  std::vector<std::string> details = {};   ///< what unfolds
};

/// By Evidence.
using AllEvidence = std::array<Shown, kEvidences>;

/// Asks every store once. Errors: what they answer.
base::Result<AllEvidence> collect_evidence(House& house, base::Language language);

}  // namespace app
