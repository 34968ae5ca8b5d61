#include "policy/schema.h"
#include "base/contains.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/files.h"
#include "policy/keys.h"
#include "policy/policy.h"
#include "policy/testing/example.h"
#include "policy/tree.h"

namespace policy {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kExample;
using testing::replaced;

/// The schema's patterns are such that POSIX reads them as JavaScript does.
bool matches(const std::string& text, const std::string& pattern) {
  regex_t compiled;
  EXPECT_EQ(::regcomp(&compiled, pattern.c_str(), REG_EXTENDED | REG_NOSUB), 0) << pattern;
  const bool found = ::regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  ::regfree(&compiled);
  return found;
}

/// As much of a validator as the schema uses keywords; says what does not hold.
class Validator {
 public:
  explicit Validator(const Json& root) : root_(root) {}

  bool holds(const Json& schema, const Node& node) {
    std::vector<std::string> before = std::move(faults);
    faults.clear();
    check(schema, node, "");
    const bool ok = faults.empty();
    faults = std::move(before);
    return ok;
  }

  void check(const Json& schema, const Node& node, const std::string& at) {
    for (const auto& [word, value] : schema.items()) {
      if (word == "$ref") {
        check(root_.at(Json::json_pointer(value.get<std::string>().substr(1))), node, at);
      } else if (word == "type") {
        if (!has_type(value, node)) fault(at, "no " + value.get<std::string>());
      } else if (word == "enum") {
        if (!base::contains(value, Json(node.text))) fault(at, "none of the words");
      } else if (word == "const") {
        if (value != Json(node.text)) fault(at, "not the word");
      } else if (word == "pattern") {
        if (!matches(node.text, value.get<std::string>())) fault(at, "no match: " + node.text);
      } else if (word == "minimum" || word == "maximum") {
        const int sign = word == "minimum" ? 1 : -1;
        if (has_type("integer", node) && sign * (std::stoi(node.text) - value.get<int>()) < 0) {
          fault(at, "out of range");
        }
      } else if (word == "required") {
        for (const auto& key : value) {
          if (node.find(key.get<std::string>()) == nullptr) fault(at, "lacks " + key.get<std::string>());
        }
      } else if (word == "anyOf" || word == "oneOf") {
        const auto count = std::ranges::count_if(value, [&](const Json& one) { return holds(one, node); });
        if (word == "anyOf" ? count == 0 : count != 1) fault(at, "alternatives: " + std::to_string(count));
      } else if (word == "not") {
        if (holds(value, node)) fault(at, "what must not be");
      } else if (word == "items") {
        for (const auto& item : node.items) check(value, item, at + "[]");
      } else if (word == "properties" || word == "additionalProperties") {
        if (word == "properties") check_entries(schema, node, at);
      } else if (word == "minLength") {
        if (node.text.empty()) fault(at, "empty");
      } else if (word == "minProperties") {
        if (node.entries.empty()) fault(at, "empty");
      } else {
        static const std::set<std::string> kOther{"$schema",     "$defs",     "title",        "description",
                                                  "uniqueItems", "maxLength", "propertyNames"};
        EXPECT_TRUE(kOther.contains(word)) << word;
      }
    }
    if (!schema.contains("properties") && schema.contains("additionalProperties")) {
      check_entries(schema, node, at);
    }
  }

  std::vector<std::string> faults;

 private:
  static bool has_type(const Json& type, const Node& node) {
    const auto word = type.get<std::string>();
    if (word == "object") return node.type == Node::Type::Map;
    if (word == "array") return node.type == Node::Type::List;
    if (node.type != Node::Type::Scalar) return false;
    return word == "string" || matches(node.text, "^-?[0-9]{1,6}$");
  }

  void check_entries(const Json& schema, const Node& node, const std::string& at) {
    const auto properties = schema.value("properties", Json::object());
    const auto others = schema.value("additionalProperties", Json(true));
    for (const auto& entry : node.entries) {
      const auto inner = at + "/" + entry.key;
      if (properties.contains(entry.key)) {
        check(properties.at(entry.key), entry.value, inner);
      } else if (others.is_object()) {
        check(others, entry.value, inner);
      } else if (others == Json(false)) {
        fault(inner, "an unknown key");
      }
    }
  }

  void fault(const std::string& at, const std::string& what) { faults.push_back(at + ": " + what); }
  const Json& root_;
};

std::vector<std::string> faults_of(std::string_view yaml) {
  static const auto root = Json::parse(schema());
  Problems problems;
  const auto tree = read_tree(yaml, problems);
  EXPECT_TRUE(tree && problems.empty());
  Validator validator(root);
  validator.check(root, *tree, "");
  return validator.faults;
}

std::string text_of(const base::Path& path) {
  base::OsFiles files;
  return std::string{base::as_text(base::read_file(files, path, 1 << 20).value())};
}

TEST(Schema, TakesEveryShippedPolicy) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(base::Path{HARTSLAG_SOURCE} / "policies")) {
    if (entry.path().extension() != ".yaml") continue;
    ++count;
    EXPECT_THAT(faults_of(text_of(entry.path())), IsEmpty()) << entry.path();
  }
  EXPECT_GE(count, 1);
  EXPECT_THAT(faults_of(kExample), IsEmpty());
}

TEST(Schema, RefusesWhatTheReaderRefuses) {
  const auto first = [](std::string_view from, std::string_view to) {
    const auto yaml = replaced(kExample, from, to);
    EXPECT_FALSE(Policy::parse(yaml)) << to;
    const auto faults = faults_of(yaml);
    return faults.empty() ? std::string{"none"} : faults.front();
  };
  EXPECT_EQ(first("purposes:", "purpses:"), "/purpses: an unknown key");
  EXPECT_THAT(first("in-force: 2026-11-01\n", ""), HasSubstr("lacks in-force"));
  EXPECT_THAT(first("basis: contract", "basis: contact"), HasSubstr("/purposes/entry/basis"));
  EXPECT_THAT(first("1 day after event end", "soon"), HasSubstr("/data/door/keep"));
  EXPECT_THAT(first("    from: registration form\n", ""), HasSubstr("/data/card: alternatives"));
  EXPECT_THAT(first("facts: [focused, idle]", "facts: [focused, idle]\n    marks: [a]"),
              HasSubstr("/data/eyes: alternatives"));
  EXPECT_THAT(first("type: email,", "type: mail,"), HasSubstr("/data/card/fields/post/type"));
  EXPECT_THAT(first("{ en: Name, nl: Naam }", "{ en: Name, es: Nombre }"), HasSubstr("label/es"));
  EXPECT_THAT(
      first("controller: { name: Leeszaal vzw,", "controller: { role: organiser, name: Leeszaal vzw,"),
      HasSubstr("/parties/controller: alternatives"));
  EXPECT_THAT(first("policy: reading-room", "policy: reading-room\nminors: { age: 99, guardian: refused }"),
              HasSubstr("/minors/age"));
  EXPECT_THAT(first("access: { within: 7 days", "access: { in: 7 days"), HasSubstr("/rights/access"));
  EXPECT_THAT(first("law: BE\n", ""), HasSubstr("lacks law"));
}

TEST(Keys, AreExplainedInTheDocumentation) {
  const auto text = text_of(base::Path{HARTSLAG_SOURCE} / "docs" / "policy.md");
  for (int map = 1; map <= static_cast<int>(Map::Update); ++map) {
    for (const auto& key : keys_of(static_cast<Map>(map))) {
      EXPECT_THAT(text, HasSubstr("`" + std::string{key.name} + "`")) << map;
      EXPECT_FALSE(key.says.empty()) << key.name;
    }
  }
  const Vocabulary vocabulary;
  for (int list = 1; list <= static_cast<int>(Words::Credentials); ++list) {
    for (const auto word : words_of(static_cast<Words>(list), vocabulary)) {
      if (static_cast<Words>(list) == Words::Countries) continue;
      EXPECT_THAT(text, HasSubstr("`" + std::string{word} + "`")) << list;
    }
  }
}

}  // namespace
}  // namespace policy
