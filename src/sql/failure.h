// What an exception of SOCI means to us. Private to this module: it includes SOCI.
#pragma once

#include <exception>
#include <stdexcept>
#include <string_view>

#include "base/result.h"

namespace sql {

struct Failure {
  base::Error error;
  /// Another transaction got in the way: the same may succeed when it is done again.
  bool retryable = false;
  /// The connection is of no more use.
  bool broken = false;
};

/// Of a text that no database keeps whole. Whoever sent it is told, and nothing of ours failed.
struct UnstorableText : std::invalid_argument {
  UnstorableText() : std::invalid_argument("A text holds a null character.") {}
};

/// `name` is the query's. The message holds nothing that was bound to it: PostgreSQL tells the values that
/// violate a constraint, and SOCI all of them, so only the first line about a wrong statement is passed on.
Failure read_failure(std::string_view name, const std::exception& exception);

}  // namespace sql
