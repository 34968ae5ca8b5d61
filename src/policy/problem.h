// What is wrong with a policy, where, and what to write instead.
#pragma once

#include <string>
#include <string_view>

namespace policy {

/// Both count from 1; columns count characters, not bytes.
struct Position {
  int line = 1;
  int column = 1;
  auto operator<=>(const Position&) const = default;
};

struct Problem {
  Position at;
  std::string what;     ///< "unknown key 'purpse'"
  std::string instead;  ///< "write 'purposes'"; never empty
  bool operator==(const Problem&) const = default;
};

/// "file.yaml:12:3: what; instead"
std::string to_text(std::string_view file, const Problem& problem);

}  // namespace policy
