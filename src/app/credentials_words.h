// How a password or key stands, in sentences: /staff/promises, `hartslag promises` and `hartslag credentials
// list` say the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/promise_evidence.h"
#include "base/language.h"
#include "credentials/keeper.h"

namespace app {

struct Sentence {
  /// None: about nothing that this installation has.
  Standing weight = Standing::Kept;
  std::string text;
};

/// What weighs most first.
std::vector<Sentence> sentences_of(const credentials::Standing& standing, base::Language language,
                                   std::string_view zone);

}  // namespace app
