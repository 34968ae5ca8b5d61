#include "policy/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/files.h"
#include "policy/check.h"
#include "policy/testing/example.h"
#include "policy/unkept.h"

namespace policy {
namespace {

using base::Language;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kExample;
using testing::parsed;
using testing::replaced;
using ::testing::StartsWith;
using testing::told;

const base::Path kShipped = base::Path{HARTSLAG_SOURCE} / "policies" / "videoevent.yaml";

std::string shipped() {
  base::OsFiles files;
  const auto bytes = base::read_file(files, kShipped, 1 << 20);
  EXPECT_TRUE(bytes);
  return std::string{base::as_text(*bytes)};
}

TEST(Policy, FindsThingsByWhatTheyAre) {
  const auto policy = parsed(kExample);
  EXPECT_EQ(policy.name(), "reading-room");
  EXPECT_EQ(policy.in_force(), "2026-11-01");
  EXPECT_THAT(policy.languages(), ElementsAre(Language::En, Language::Nl));
  EXPECT_TRUE(policy.opens_by_form());
  EXPECT_TRUE(policy.opens_by_link());
  EXPECT_EQ(policy.parties().controller->contact, "hallo@leeszaal.example");
  EXPECT_FALSE(policy.parties().officer);

  const auto& measurement = policy.measurement();
  EXPECT_EQ(measurement.facts, 2 | 64);
  EXPECT_THAT(measurement.marks, ElementsAre("turned"));
  EXPECT_THAT(measurement.purposes, ElementsAre("reading"));

  EXPECT_EQ(policy.record("opened")->name, "door");
  EXPECT_EQ(policy.record("closed"), nullptr);
  EXPECT_EQ(policy.email_field()->name, "post");
  EXPECT_THAT(policy.name_fields(), ElementsAre("called"));

  ASSERT_EQ(policy.fields().size(), 3U);
  const auto& shelf = policy.fields()[2];
  EXPECT_EQ(shelf.data, "card");
  EXPECT_EQ(shelf.type, FieldType::Choice);
  EXPECT_FALSE(shelf.required);
  EXPECT_TRUE(policy.fields()[0].required);
  ASSERT_EQ(shelf.choices.size(), 2U);
  EXPECT_EQ(shelf.choices[1].name, "low");
  EXPECT_EQ(shelf.choices[1].label.in(Language::Nl), "Laag");

  const auto* card = policy.datum("card");
  EXPECT_EQ(card->keep, (Term{{2, Unit::Months}, "event end"}));
  EXPECT_EQ(card->then, Afterwards::Erase);
  EXPECT_EQ(card->data_class, Class::SelfManaged);
  EXPECT_THAT(card->from, ElementsAre("registration form"));
  EXPECT_THAT(card->purposes, ElementsAre("entry", "diploma"));
  EXPECT_EQ(policy.datum("door")->keep, (Term{{1, Unit::Days}, "event end"}));
  EXPECT_TRUE(policy.purpose("diploma")->confirmed_by_person);
  EXPECT_EQ(policy.purpose("diploma")->needs, "reading");
}

TEST(Policy, GivesTextsInEveryLanguageAndTheFirstForOthers) {
  const auto policy = parsed(kExample);
  const auto* rule = policy.consent("reading");
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->shown(Language::Nl), "Mogen we kijken?\nGeen diploma.\nWe kijken.\nKijk\nKijk weg");
  EXPECT_EQ(rule->asks.in(Language::En), "May we look?");
  EXPECT_EQ(rule->asks.in(Language::De), "May we look?");
  EXPECT_EQ(policy.consent("entry"), nullptr);
}

TEST(Policy, VersionFollowsWhatIsSaidAndNotHowItIsLaidOut) {
  const auto version = parsed(kExample).version();
  EXPECT_THAT(version, ::testing::MatchesRegex("2026-11-01-[0-9a-f]{12}"));
  EXPECT_EQ(parsed("# a remark\n" + std::string{kExample}).version(), version);
  EXPECT_EQ(
      parsed(replaced(kExample, "keep: 1 day after event end", "keep:   '1 day after event end'")).version(),
      version);
  EXPECT_EQ(parsed("\xef\xbb\xbf" + std::string{kExample}).version(), version);
  std::string windows;
  for (const char c : kExample) windows += c == '\n' ? "\r\n" : std::string{c};
  EXPECT_EQ(parsed(windows).version(), version);

  EXPECT_NE(parsed(replaced(kExample, "Geen diploma.", "Geen diploma!")).version(), version);
  EXPECT_NE(parsed(replaced(kExample, "keep: 1 day ", "keep: 2 days ")).version(), version);
  EXPECT_THAT(parsed(replaced(kExample, "2026-11-01", "2026-12-24")).version(), StartsWith("2026-12-24-"));
}

TEST(Policy, FingerprintChangesWithWhatSomebodyAgreedToAlone) {
  const auto policy = parsed(kExample);
  const auto& before = policy.purpose("reading")->fingerprint;
  EXPECT_EQ(before.size(), 32U);
  const auto after = [](std::string_view from, std::string_view to) {
    return parsed(replaced(kExample, from, to)).purpose("reading")->fingerprint;
  };
  EXPECT_EQ(after("To let you in.", "To welcome you."), before);
  EXPECT_EQ(after("Leeszaal vzw", "Leeszaal nv"), before);
  EXPECT_NE(after("To see what is read.", "To see all."), before);
  EXPECT_NE(after("May we look?", "May we gaze?"), before);
  EXPECT_NE(after("[focused, idle]", "[focused, idle, audible]"), before);
  EXPECT_NE(after("2 years after", "3 years after"), before);
  EXPECT_NE(after("for: [reading]", "for: [reading, entry]"), before);
}

TEST(Policy, TheShippedOneIsInOrder) {
  const auto policy = parsed(shipped());
  EXPECT_EQ(policy.languages().size(), 4U);
  EXPECT_EQ(policy.measurement().facts, 7);
  ASSERT_EQ(policy.measurement().purposes.size(), 1U);
  const auto* rule = policy.consent(policy.measurement().purposes.front());
  for (const auto language : base::kLanguages) {
    EXPECT_TRUE(rule->costs->in(language).size() > 40) << base::to_text(language);
    EXPECT_THAT(rule->explains.in(language), ::testing::Not(HasSubstr("\n")));
  }
  EXPECT_NE(policy.record("opened"), nullptr);
  EXPECT_TRUE(policy.email_field()->required);
  EXPECT_EQ(policy.name_fields().size(), 2U) << "who registers, and who asks for something";
  for (const auto& datum : policy.data()) {
    const bool is_asked = !datum.from.empty() && datum.from.front() != "registration form";
    if (datum.kind == Kind::Logs || is_asked) continue;
    EXPECT_EQ(datum.keep, (Term{{14, Unit::Days}, "event end"})) << datum.name;
  }
}

std::string checked(const std::string& path, int status) {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* out = ::open_memstream(&text, &size);
  Kept kept;
  kept.ends = {"event end"};
  kept.records = {"opened"};
  EXPECT_EQ(check_command(path, out, kept), status);
  std::fclose(out);
  std::string written(text, size);
  std::free(text);
  return written;
}

TEST(Check, SaysWhereWhatAndWhatInstead) {
  EXPECT_THAT(checked(kShipped.string(), 0), HasSubstr("in order: videoevent 2026-11-01-"));
  EXPECT_THAT(checked("/nowhere/policy.yaml", 2), StartsWith("/nowhere/policy.yaml: "));

  const base::Path file = base::Path{::testing::TempDir()} / "hartslag-check.yaml";
  base::OsFiles files;
  const auto yaml = replaced(replaced(kExample, "in-force", "in-farce"), "    for: [entry]\n", "");
  ASSERT_TRUE(base::replace_file(files, file, base::as_bytes(yaml)));
  EXPECT_EQ(
      checked(file.string(), 1),
      file.string() + ":1:1: the policy has no 'in-force'; add 'in-force: <year>-<month>-<day>'\n" +
          file.string() + ":3:1: unknown key 'in-farce'; write 'in-force'\n" + file.string() +
          ":32:3: 'data.door' has no 'for'; add 'for: [<purpose>]': nothing is stored without a purpose\n");
  ASSERT_TRUE(base::replace_file(files, file, base::as_bytes(kExample)));
  EXPECT_THAT(
      checked(file.string(), 0),
      HasSubstr("\nnote: 'card' comes in by 'registration form', which this program does not offer yet\n"));
  ASSERT_TRUE(files.remove(file));
}

TEST(Unkept, TellsWhatNothingHereDoes) {
  auto yaml = replaced(kExample, "1 day after event end", "while account");
  yaml +=
      "recipients:\n"
      "  mover: { name: Verhuis, country: BE, role: processor, does: { en: a, nl: b }, policy: "
      "'https://verhuis.example/', gets: [] }\n"
      "credentials: { mail: 90 days, database: 1 year }\n"
      "staff: { four-eyes: [export, release] }\n";
  const auto policy = parsed(yaml);
  Kept kept;
  kept.ends = {"event end"};
  kept.sources = {"registration form"};
  kept.four_eyes = {"export"};
  Kept more;
  more.credentials = {"mail"};
  more.ends = {"event end", "stored"};
  add(kept, more);
  EXPECT_THAT(kept.ends, ElementsAre("event end", "stored"));
  EXPECT_THAT(
      unkept(policy, kept),
      ElementsAre("nothing here writes 'opened' of 'door' (records), so none is stored",
                  "the term of 'door' counts from 'account end', which no part of this program tells yet",
                  "nothing goes to 'mover' until its assessment is on record",
                  "the rotation of 'database' is not watched by this program yet",
                  "'release' is to wait for a second person, and nothing of that name does here yet"));
}

}  // namespace
}  // namespace policy
