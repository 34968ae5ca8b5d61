// Each mistake is told at the very place where it stands, and with its cure. A case replaces a part of the
// example; `@@` in the replacement marks where the problem must be, and is taken out before reading.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/limits.h"
#include "policy/policy.h"
#include "policy/testing/example.h"

namespace policy {
namespace {

using ::testing::HasSubstr;
using testing::kExample;
using testing::replaced;
using testing::told;

struct Case {
  std::string_view from;
  std::string_view to;
  std::string_view what;
  std::string_view instead;
  /// Where the problem is when the replacement holds no mark: at the beginning of this text.
  std::string_view at = {};
};

/// Takes the mark out and says where it stood.
Position take_mark(std::string& yaml, std::string_view other) {
  const bool is_marked = yaml.contains("@@");
  const auto at = is_marked ? yaml.find("@@") : yaml.find(other);
  EXPECT_NE(at, std::string::npos);
  Position position;
  for (const char c : std::string_view{yaml}.substr(0, at)) {
    if (c == '\n') {
      position = {position.line + 1, 1};
    } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
      ++position.column;
    }
  }
  if (is_marked) yaml.erase(at, 2);
  return position;
}

class Mistake : public ::testing::TestWithParam<Case> {};

TEST_P(Mistake, IsToldWhereItStands) {
  const auto& [from, to, what, instead, other] = GetParam();
  auto yaml = replaced(kExample, from, to);
  const auto at = take_mark(yaml, other);
  const auto policy = Policy::parse(yaml);
  ASSERT_FALSE(policy);
  bool found = false;
  for (const auto& problem : policy.error()) {
    EXPECT_FALSE(problem.instead.empty());
    found |= problem.at == at && problem.what.contains(what) && problem.instead.contains(instead);
  }
  EXPECT_TRUE(found) << "expected " << at.line << ":" << at.column << ": " << what << "; " << instead
                     << "\ngot\n"
                     << told(policy.error());
}

INSTANTIATE_TEST_SUITE_P(
    Unknown, Mistake,
    ::testing::Values(
        Case{"purposes:\n", "@@purpses:\n", "unknown key 'purpses'", "write 'purposes'"},
        Case{"    basis: contract", "    @@bassis: contract", "unknown key 'bassis'", "write 'basis'"},
        Case{"basis: contract", "basis: @@contact", "'contact' is not known", "write 'contract'"},
        Case{"type: email,", "type: @@mail,", "'mail' is no type of a field", "write 'email'"},
        Case{"type: 'choice?',", "type: @@'choise?',", "'choise' is no type of a field", "write 'choice'"},
        Case{"[focused, idle]", "[focused, @@idel]", "'idel' is not known", "write 'idle'"},
        Case{"[opened]", "[@@openned]", "'openned' is not known", "write 'opened'"},
        Case{"records: [opened]", "attributes: [@@device]", "'device' is not known",
             "write one of: device-type"},
        Case{"records: [opened]", "logs: [@@uri]", "'uri' is not known", "write 'url'"},
        Case{"class: self-managed", "class: @@selfmanaged", "is not known", "write 'self-managed'"},
        Case{"then: anonymise", "then: @@anonymize", "is not known", "write 'anonymise'"},
        Case{"registration form", "@@registration from", "is not known", "write 'registration form'"},
        Case{"ask: every viewing", "ask: @@onse", "'onse' is not known", "write 'once'"},
        Case{"confirmed-by: person", "confirmed-by: @@machine", "'machine' is not known", "write 'person'"},
        Case{"languages: [en, nl]", "languages: [en, @@es]", "'es' is not known", "write"},
        Case{"[form, link]", "[form, @@letter]", "'letter' is not known", "write one of: form, link"},
        Case{"for: [entry, diploma]", "for: [@@entri, diploma]", "unknown purpose 'entri'", "write 'entry'"},
        Case{"needs: reading", "needs: @@readin", "unknown purpose 'readin'", "write 'reading'"},
        Case{"consent:\n  reading", "consent:\n  @@riding", "unknown purpose 'riding'", "write 'reading'"},
        Case{"refused: [door]", "refused: [@@doors]", "unknown datum 'doors'", "write 'door'"},
        Case{"country: BE }", "country: BE, @@phone: 1 }", "unknown key 'phone'", "write one of"},
        Case{"country: BE", "country: @@Belgium", "is no country", "as in BE"},
        Case{"hallo@leeszaal.example", "@@hallo", "is no e-mail address", "name@domain"}));

INSTANTIATE_TEST_SUITE_P(
    Missing, Mistake,
    ::testing::Values(
        Case{"policy: reading-room\n", "@@", "has no 'policy'", "begin with 'policy: <name>'"},
        Case{"  entry:\n    basis: contract\n", "  @@entry:\n", "'purposes.entry' has no 'basis'",
             "contract"},
        Case{"  door:\n    records: [opened]\n", "  @@door:\n", "does not say what it holds",
             "fields, facts"},
        Case{"    for: [entry]\n", "", "'data.door' has no 'for'", "without a purpose", "door:\n"},
        Case{"    for: [entry]\n", "    for: @@[]\n", "has no purpose", "name one"},
        Case{"    keep: 1 day after event end\n", "", "has no 'keep'", "14 days after event end", "door:\n"},
        Case{"    needs: reading\n", "    needs: @@[]\n", "holds no text", "write one text"},
        Case{"says: { en: To let you in., nl: Om u binnen te laten. }", "@@says: { en: To let you in. }",
             "'purposes.entry.says' has no text in 'nl'", "add 'nl: …'"},
        Case{"says: { en: To let you in., nl: Om u binnen te laten. }",
             "@@says: { nl: Om u binnen te laten. }", "has no text in 'en'", "every language"},
        Case{"says: { en: To let you in.,", "says: { @@fr: Entrez., en: To let you in.,",
             "'fr' is no language", "add it to 'languages'"},
        Case{"says: { en: To let you in.,", "says: { en: @@'',", "holds no text", "write one text"},
        Case{"label: { en: Name, nl: Naam }", "label: @@Naam", "is no text per language", "{ nl: …"}));

INSTANTIATE_TEST_SUITE_P(
    Terms, Mistake,
    ::testing::Values(
        Case{"1 day after event end", "@@30 days until", "no event ends the term '30 days until'",
             "'30 days after', and one of: event end"},
        Case{"1 day after event end", "@@while life", "no event ends", "'while account'"},
        Case{"1 day after event end", "@@1 day after the war", "no event ends", "event end"},
        Case{"1 day after event end", "@@for ever", "'for ever' is no term",
             "write it as in '14 days after event end'"},
        Case{"1 day after event end", "@@0 days after event end", "is no term", "from 1 to"},
        Case{"1 day after event end", "@@-1 days after event end", "is no term", "from 1 to"},
        Case{"1 day after event end", "@@10001 days after event end", "is no term", "10000"},
        Case{"1 day after event end", "@@2 day after event end", "'day' is no unit", "write 'days'"},
        Case{"1 day after event end", "@@3 fortnights after event end", "'fortnights' is no unit",
             "hours, days, weeks, months, years"}));

INSTANTIATE_TEST_SUITE_P(
    Contradictions, Mistake,
    ::testing::Values(
        Case{"basis: contract", "basis: @@consent", "rests on consent, but nothing says what a refusal means",
             "add 'consent: entry:'"},
        Case{"consent:\n  reading:", "consent:\n  @@entry:", "does not rest on consent", "'basis: consent'"},
        Case{"    costs: { en: No diploma., nl: Geen diploma. }\n", "",
             "a refusal costs 'diploma', which needs 'reading', and nobody is told", "add 'costs",
             "reading:\n    ask: every"},
        Case{"  diploma:\n", "  @@unused: { basis: consent, says: { en: a, nl: b } }\n  diploma:\n",
             "consent is asked for 'unused', but no datum is for it", "'for' of a datum"},
        Case{"  eyes:\n    facts: [focused, idle]", "  @@eyes:\n    facts: [visible, idle]",
             "holds facts without 'focused'", "add 'focused'"},
        Case{"for: [reading, diploma]", "for: @@[diploma]", "none of its purposes rests on consent",
             "add a purpose with 'basis: consent'"},
        Case{"    facts: [focused, idle]", "    facts: [focused, idle]\n    marks: @@[seen]",
             "two kinds of data", "two data"},
        Case{"class: self-managed", "class: @@pseudonymous", "say who somebody is",
             "'self-managed' or 'held'"},
        Case{"2 months after event end\n    then: erase", "2 months after event end\n    then: @@anonymise",
             "say who somebody is", "write 'erase'"},
        Case{"for: [entry]\n    class: pseudonymous", "for: [entry]\n    class: @@held",
             "stored without names", "write 'pseudonymous'"},
        Case{"2 months after event end", "2 months after event end\n    meanwhile: [@@reading]",
             "'card' is not for 'reading'", "entry"},
        Case{"2 months after event end", "2 months after event end\n    meanwhile: @@[]", "serves nothing",
             "name a purpose"},
        Case{"2 months after event end", "2 months\n    meanwhile: @@[entry]", "counts from its storing",
             "leave 'meanwhile' out"},
        Case{"law: BE\n", "law: BE\naccounts: { close-unused: 2 months, warn-before: @@62 days }\n",
             "the warning comes before the last use", "less than 2 months"},
        Case{"law: BE\n", "law: BE\n@@accounts: { warn-before: 1 day }\n", "close-unused", "2 years"},
        Case{"2 months after event end", "while account\n    meanwhile: @@[entry]", "goes at once",
             "leave 'meanwhile' out"},
        Case{"post: { type: email,", "post: { type: text,", "no field asks for an e-mail address",
             "'type: email'", "[form, link]"},
        Case{"called: { type: name,", "called: { type: email,", "several fields ask for an e-mail address",
             "keep one", "[form, link]"},
        Case{"post: { type: email,", "post: { type: 'email?',", "may stay empty", "without the question mark",
             "[form, link]"},
        Case{"[form, link]", "@@[]", "nothing opens", "[form]"},
        Case{"refused: [door]", "refused: @@[]", "'door' is stored after a refusal too", "add 'door'"},
        Case{"refused: [door]", "refused: [door, @@eyes]", "stored with consent only", "take it out"},
        Case{"    basis: consent\n", "    basis: consent\n    needs: @@diploma\n", "'reading' needs itself",
             "ring"},
        Case{"marks: [turned]", "records: [@@opened]", "'opened' is declared in two data", "one term"},
        Case{"for: [entry, diploma]", "for: [entry, @@entry]", "stands twice", "take one"},
        Case{"  door:\n", "  @@card:\n", "the key 'card' stands here twice", "the one on line 21"},
        Case{"choices: { high: { en: High, nl: Hoog }, low: { en: Low, nl: Laag } }",
             "choices: @@{ high: { en: High, nl: Hoog } }", "leaves no choice", "two choices"},
        Case{"shelf: { type: 'choice?', label: { en: Shelf, nl: Plank }, choices: { high: { en: High, nl: "
             "Hoog "
             "}, "
             "low: { en: Low, nl: Laag } } }",
             "@@shelf: { type: choice, label: { en: Shelf, nl: Plank } }", "nothing to choose from",
             "choices"},
        Case{"called: { type: name,", "called: { type: name, @@choices: { a: 1 },",
             "only a field of type choice", "leave 'choices' out"},
        Case{"controller: { name: Leeszaal vzw,", "controller: @@{ role: organiser, name: Leeszaal vzw,",
             "a role and a name", "one of the two"},
        Case{"    records: [opened]", "    records: [opened]\n    @@from: registration form", "only fields",
             "leave"}));

INSTANTIATE_TEST_SUITE_P(
    Spelling, Mistake,
    ::testing::Values(
        Case{"policy: reading-room", "policy: @@Reading Room", "'Reading Room' is no name", "small letters"},
        Case{"2026-11-01", "@@2026-02-30", "is no date", "2026-11-01"},
        Case{"  door:\n", "  @@Door:\n", "'Door' is no name", "small letters"},
        Case{"[turned]", "[@@Turned]", "'Turned' is no name", "small letters"},
        Case{"policy: reading-room", "policy: @@&name reading-room", "an anchor (&)", "leave it out"},
        Case{"policy: reading-room", "policy: @@!!str reading-room", "a tag (!)", "leave it out"},
        Case{"policy: reading-room", "policy: @@[a]", "holds no text", "one text"},
        Case{"policy: reading-room", "policy:@@\x01 reading-room", "control character 0x01", "take it out"},
        Case{"policy: reading-room", "policy: é@@\xff", "not UTF-8", "save the file as UTF-8"},
        Case{"Om u binnen te laten. }", "@@\"\\x07\" }", "a control character", "take it out"}));

TEST(Problems, AllAreToldAtOnceInOrder) {
  auto yaml = replaced(kExample, "basis: contract", "basis: contact");
  yaml = replaced(yaml, "keep: 1 day after event end", "keep: 1 day after");
  yaml = replaced(yaml, "refused: [door]", "refused: [dor]");
  const auto policy = Policy::parse(yaml);
  ASSERT_FALSE(policy);
  std::vector<Position> at;
  for (const auto& problem : policy.error()) at.push_back(problem.at);
  EXPECT_TRUE(std::ranges::is_sorted(at));
  EXPECT_THAT(at,
              ::testing::ElementsAre(Position{10, 12}, Position{37, 11}, Position{63, 14}, Position{63, 15}));
}

TEST(Problems, ColumnsCountCharacters) {
  const auto policy = Policy::parse(
      replaced(kExample, "{ en: To let you in., nl: Om u binnen te laten. }", "{ en: ééé, nl: é, xx: é }"));
  ASSERT_FALSE(policy);
  ASSERT_EQ(policy.error().size(), 1U);
  EXPECT_EQ(policy.error()[0].at, (Position{11, 29}));
}

TEST(Problems, QuestionMarksInBracketsNeedQuotes) {
  for (const std::string_view text :
       {"{ en: Why?, nl: b }", "{ en: Why? so, nl: b }", "{ en: a, nl: Waarom? }"}) {
    const auto policy =
        Policy::parse(replaced(kExample, "{ en: To let you in., nl: Om u binnen te laten. }", text));
    ASSERT_FALSE(policy) << text;
    EXPECT_THAT(policy.error(),
                ::testing::Contains(::testing::Field(&Problem::instead, HasSubstr("in quotes"))))
        << text;
  }
}

TEST(Problems, WhatIsNoPolicyIsOne) {
  for (const std::string_view yaml :
       {"", "   \n", "# nothing\n", "---\n", "a", "- a\n- b\n", "{", "a: b: c", "\t- x", "*a", "&a *a",
        "? [a]\n: b\n", "\"", "a: 1\n---\nb: 2\n", "%YAML 9.9\n---\na: 1", "!<tag:x> y", "{a: {b: {c: [}}}",
        "a: |99\n x"}) {
    const auto policy = Policy::parse(yaml);
    ASSERT_FALSE(policy) << yaml;
    EXPECT_FALSE(policy.error().empty()) << yaml;
  }
}

bool tells(std::string_view yaml, std::string_view what) {
  const auto policy = Policy::parse(yaml);
  if (policy) return false;
  return std::ranges::any_of(policy.error(),
                             [&](const Problem& problem) { return problem.what.contains(what); });
}

TEST(Limits, HoldAtTheLimitAndNotPastIt) {
  std::string padded{kExample};
  padded += "# " + std::string(kPolicyBytesMax - padded.size() - 2, 'x');
  ASSERT_EQ(padded.size(), kPolicyBytesMax);
  EXPECT_TRUE(Policy::parse(padded));
  EXPECT_TRUE(tells(padded + "x", "the file has more than"));

  const auto nested = [](std::size_t depth) {
    return "x: " + std::string(depth, '[') + std::string(depth, ']') + "\n";
  };
  EXPECT_FALSE(tells(nested(kDepthMax - 1), "in each other"));
  EXPECT_TRUE(tells(nested(kDepthMax), "in each other"));
  EXPECT_TRUE(tells(nested(20'000), "in each other"));

  // The map, its key and the list are three.
  const auto many = [](std::size_t count) {
    std::string text = "x: [a";
    for (std::size_t i = 1; i < count; ++i) text += ",a";
    return text + "]\n";
  };
  EXPECT_FALSE(tells(many(kNodesMax - 3), "values"));
  EXPECT_TRUE(tells(many(kNodesMax - 2), "values"));

  const auto named = [](std::size_t size) {
    return replaced(kExample, "policy: reading-room", "policy: " + std::string(size, 'a'));
  };
  EXPECT_TRUE(Policy::parse(named(kNameBytesMax)));
  EXPECT_TRUE(tells(named(kNameBytesMax + 1), "is no name"));

  const auto worded = [](std::size_t size) { return replaced(kExample, "We look.", std::string(size, 'a')); };
  EXPECT_TRUE(Policy::parse(worded(kTextBytesMax)));
  EXPECT_TRUE(tells(worded(kTextBytesMax + 1), "a text of more than"));

  EXPECT_TRUE(Policy::parse(replaced(kExample, "1 day after", "10000 days after")));

  std::string unknown;
  for (std::size_t i = 0; i < kProblemsMax + 50; ++i) unknown += "k" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(Policy::parse(unknown).error().size(), kProblemsMax);
}

TEST(Limits, AliasesAreNotFollowed) {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'k'; ++c) {
    const auto before = std::string{"*"} + static_cast<char>(c - 1);
    bomb += std::string{c} + ": &" + c + " [" + before;
    for (int i = 0; i < 8; ++i) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_TRUE(tells(bomb, "an alias (*)"));
  EXPECT_TRUE(tells(bomb, "an anchor (&)"));
}

TEST(Vocabulary, DecidesWhatMayBeDeclared) {
  Vocabulary vocabulary;
  vocabulary.attributes = {"device"};
  vocabulary.ends = {"event end", "account end"};
  auto yaml = replaced(kExample, "records: [opened]", "attributes: [device]");
  yaml = replaced(yaml, "1 day after event end", "1 day after account end");
  EXPECT_FALSE(Policy::parse(yaml));
  const auto policy = Policy::parse(yaml, vocabulary);
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->datum("door")->keep.after, "account end");
}

}  // namespace
}  // namespace policy
