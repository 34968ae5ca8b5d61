#include "policy/problem.h"

#include <fmt/format.h>

namespace policy {

std::string to_text(std::string_view file, const Problem& problem) {
  return fmt::format("{}:{}:{}: {}; {}", file, problem.at.line, problem.at.column, problem.what,
                     problem.instead);
}

}  // namespace policy
