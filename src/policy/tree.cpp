#include "policy/tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <tuple>

#include "policy/limits.h"

namespace policy {

void Problems::add(Position at, std::string what, std::string instead) {
  if (!full()) list_.push_back({at, std::move(what), std::move(instead)});
}

bool Problems::full() const { return list_.size() >= kProblemsMax; }

std::vector<Problem> Problems::take() && {
  std::ranges::sort(list_, [](const Problem& one, const Problem& other) {
    return std::tie(one.at, one.what) < std::tie(other.at, other.what);
  });
  return std::move(list_);
}

const Entry* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &*found;
}

namespace {

/// Ends the parser's work from inside one of its callbacks, once a limit is passed.
struct Stop {};

/// The length of the UTF-8 sequence at the front of `text`, 0 when it is none (RFC 3629).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (first == 0xe0 && byte(1) < 0xa0) return 0;
  if (first == 0xed && byte(1) > 0x9f) return 0;  // Surrogates are no characters.
  if (first == 0xf0 && byte(1) < 0x90) return 0;
  if (first == 0xf4 && byte(1) > 0x8f) return 0;
  return length;
}

bool is_control(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
}

/// Tells of the first byte that is no text.
bool check_characters(std::string_view yaml, Problems& problems) {
  Position at;
  for (std::size_t i = 0; i < yaml.size();) {
    const auto length = sequence_length(yaml.substr(i));
    if (length == 0) {
      problems.add(at, "this byte is not UTF-8", "save the file as UTF-8");
      return false;
    }
    const char c = yaml[i];
    if (is_control(c) && c != '\r') {
      problems.add(at, fmt::format("control character {:#04x}", static_cast<unsigned char>(c)),
                   "take it out");
      return false;
    }
    i += length;
    if (c == '\n') {
      at = {at.line + 1, 1};
    } else {
      ++at.column;
    }
  }
  return true;
}

/// Turns the parser's events into a tree, without recursion: what is open is on a stack.
class Builder final : public YAML::EventHandler {
 public:
  Builder(std::string_view yaml, Problems& problems) : problems_(problems) {
    for (std::size_t start = 0; start <= yaml.size();) {
      const auto end = std::min(yaml.find('\n', start), yaml.size());
      lines_.push_back(yaml.substr(start, end - start));
      start = end + 1;
    }
  }

  /// The library counts from 0, and columns in bytes.
  Position position(const YAML::Mark& mark) const {
    if (mark.is_null() || mark.line < 0) return {};
    const auto line = static_cast<std::size_t>(mark.line);
    const auto column = static_cast<std::size_t>(std::max(mark.column, 0));
    if (line >= lines_.size()) return {mark.line + 1, 1};
    const auto before = lines_[line].substr(0, column);
    const auto characters =
        std::ranges::count_if(before, [](char c) { return (static_cast<std::uint8_t>(c) & 0xc0) != 0x80; });
    return {mark.line + 1, static_cast<int>(characters) + 1};
  }

  std::optional<Node> take() && { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, "", anchor);
    put(make(Node::Type::Empty, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    check(mark, "", 0);
    problems_.add(position(mark), "an alias (*)", "write out what is meant: a policy is read by people");
    put(make(Node::Type::Empty, mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check(mark, tag, anchor);
    if (std::ranges::any_of(value, is_control)) {
      problems_.add(position(mark), "a control character in a text", "take it out");
    }
    auto node = make(Node::Type::Scalar, mark);
    node.text = value;
    put(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Node::Type::List);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Node::Type::Map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    /// Of a map: its next key, once that is read.
    std::optional<Entry> key;
  };

  Node make(Node::Type type, const YAML::Mark& mark) const {
    Node node;
    node.type = type;
    node.at = position(mark);
    return node;
  }

  void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (++nodes_ > kNodesMax) {
      problems_.add(position(mark), fmt::format("more than {} values", kNodesMax), "make the policy smaller");
      throw Stop{};
    }
    // "?" and "!" are what the library calls plain and quoted texts without a tag.
    if (!tag.empty() && tag != "?" && tag != "!") {
      problems_.add(position(mark), "a tag (!)", "leave it out: a policy holds texts, lists and maps");
    }
    if (anchor != 0) {
      problems_.add(position(mark), "an anchor (&)", "leave it out: a policy is read by people");
    }
    if (problems_.full()) throw Stop{};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Type type) {
    check(mark, tag, anchor);
    if (stack_.size() >= kDepthMax) {
      problems_.add(position(mark), fmt::format("more than {} lists and maps in each other", kDepthMax),
                    "take some levels out");
      throw Stop{};
    }
    stack_.push_back({make(type, mark), std::nullopt});
  }

  void close() {
    Node node = std::move(stack_.back().node);
    stack_.pop_back();
    put(std::move(node));
  }

  void put(Node node) {
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& [parent, key] = stack_.back();
    if (parent.type == Node::Type::List) {
      parent.items.push_back(std::move(node));
    } else if (!key) {
      key = as_key(parent, std::move(node));
    } else {
      // A key that cannot stand was told of; what it holds goes with it.
      auto complete = *std::exchange(key, std::nullopt);
      if (!complete.key.empty()) {
        complete.value = std::move(node);
        parent.entries.push_back(std::move(complete));
      }
    }
  }

  Entry as_key(const Node& map, Node node) {
    if (node.type != Node::Type::Scalar || node.text.empty()) {
      problems_.add(node.at, "a key that is no word",
                    "write 'key: value', and a text with a question mark inside brackets in quotes");
      return {.key = "", .at = node.at, .value = {}};
    }
    if (const auto* first = map.find(node.text)) {
      problems_.add(node.at, fmt::format("the key '{}' stands here twice", node.text),
                    fmt::format("keep this one or the one on line {}", first->at.line));
      return {.key = "", .at = node.at, .value = {}};
    }
    return {.key = std::move(node.text), .at = node.at, .value = {}};
  }

  Problems& problems_;
  std::vector<std::string_view> lines_;
  std::vector<Open> stack_;
  std::optional<Node> root_;
  std::size_t nodes_ = 0;
};

void append_canonical(const Node& node, std::string& out) {
  const auto append_text = [&](const std::string& text) { out += fmt::format("{}:{}", text.size(), text); };
  switch (node.type) {
    case Node::Type::Empty: out += '~'; break;
    case Node::Type::Scalar: append_text(node.text); break;
    case Node::Type::List:
      out += '[';
      for (const auto& item : node.items) append_canonical(item, out);
      out += ']';
      break;
    case Node::Type::Map:
      out += '{';
      for (const auto& entry : node.entries) {
        append_text(entry.key);
        append_canonical(entry.value, out);
      }
      out += '}';
      break;
  }
}

}  // namespace

std::optional<Node> read_tree(std::string_view yaml, Problems& problems) {
  if (yaml.size() > kPolicyBytesMax) {
    problems.add({}, fmt::format("the file has more than {} bytes", kPolicyBytesMax),
                 "make the policy smaller");
    return std::nullopt;
  }
  if (!check_characters(yaml, problems)) return std::nullopt;
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (yaml.starts_with(kByteOrderMark)) yaml.remove_prefix(kByteOrderMark.size());

  Builder builder(yaml, problems);
  try {
    std::istringstream stream{std::string{yaml}};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      problems.add({}, "the file is empty", "begin with 'policy: <name>'");
      return std::nullopt;
    }
    auto root = std::move(builder).take();
    Builder rest(yaml, problems);
    if (parser.HandleNextDocument(rest)) {
      problems.add({}, "more than one document in the file", "take out what follows the line '---'");
      return std::nullopt;
    }
    return root;
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::Exception& exception) {
    problems.add(
        builder.position(exception.mark), fmt::format("this is not YAML: {}", exception.msg),
        "look at the indentation, quotes and brackets here and just before; inside brackets, write a text "
        "that holds a question mark, comma or colon in quotes");
    return std::nullopt;
  }
}

std::string canonical(const Node& node) {
  std::string out;
  append_canonical(node, out);
  return out;
}

}  // namespace policy
