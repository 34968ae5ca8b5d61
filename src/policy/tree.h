// A YAML text as a tree that remembers where everything stood. Private to this module.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/problem.h"

namespace policy {

/// Collects what is wrong. Any one who adds past kProblemsMax is not heard.
class Problems {
 public:
  void add(Position at, std::string what, std::string instead);
  bool full() const;
  bool empty() const { return list_.empty(); }
  /// Ordered by position.
  std::vector<Problem> take() &&;

 private:
  std::vector<Problem> list_;
};

struct Entry;

struct Node {
  enum class Type { Empty, Scalar, List, Map };
  Type type = Type::Empty;
  Position at;
  std::string text;            ///< of a scalar
  std::vector<Node> items;     ///< of a list
  std::vector<Entry> entries;  ///< of a map, in order; no key twice

  const Entry* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Position at;
  Node value;
};

/// Reads one document. Adds a problem for bytes that are no text, bad YAML, a limit passed, anchors,
/// aliases, tags, a key that is no word or stands twice. None when there is nothing to go on with.
std::optional<Node> read_tree(std::string_view yaml, Problems& problems);

/// The tree as one string, the same for trees that say the same; the order of keys counts.
std::string canonical(const Node& node);

}  // namespace policy
