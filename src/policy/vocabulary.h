// What this program is able to do with what a policy declares. A policy may declare anything in these
// lists and nothing else: a declared record that no code writes, or a term that nothing ends, would be a
// promise without a keeper. Surfaces add their words; app hands the sum to Policy::parse.
#pragma once

#include <string>
#include <vector>

namespace policy {

struct Vocabulary {
  /// Points in time that terms count from, as in "14 days after event end".
  std::vector<std::string> ends{"event end"};
  /// Where fields come from.
  std::vector<std::string> sources{"registration form"};
  std::vector<std::string> records{"opened"};
  /// Attributes of a session that the program reports; none yet.
  std::vector<std::string> attributes;
  /// What the server's own log lines may hold beside what is about nobody; none yet.
  std::vector<std::string> logs;
};

}  // namespace policy
