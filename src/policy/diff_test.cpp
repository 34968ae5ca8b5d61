#include "policy/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/files.h"
#include "policy/check.h"
#include "policy/testing/example.h"

namespace policy {
namespace {

using base::Language;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kExample;
using testing::parsed;
using testing::replaced;

/// What the language has beside the example, whose last part is its places.
constexpr std::string_view kMore =
    R"(  loft: { says: { en: A loft, nl: Een zolder }, country: NL, by: attic, holds: [door] }
recipients:
  attic: { name: Zolder nv, country: NL, role: processor, does: { en: Keeps it., nl: Bewaart het. }, policy: 'https://zolder.example/privacy', assessed: 2026-01-02, agreement: 2026-01-03, gets: [door] }
minors: { age: 16, guardian: refused }
refuses: [health, race]
cookies:
  theme: { where: local storage, kind: preference, says: { en: Light or dark., nl: Licht of donker. }, lifetime: until you clear it, read-by: controller }
staff: { factors: 2, four-eyes: [export], acknowledge: { rules: { title: { en: Rules, nl: Regels }, text: { en: Be quiet., nl: Wees stil. } } }, training: { books: { title: { en: Books, nl: Boeken }, valid: 1 year } } }
credentials: { mail: 90 days }
)";

const std::string kWhole = std::string{kExample} + std::string{kMore};

std::vector<std::string> told(std::string_view from, std::string_view to, Language language = Language::En) {
  std::vector<std::string> sentences;
  for (const auto& change : diff(parsed(kWhole), parsed(replaced(kWhole, from, to)), language)) {
    constexpr std::array<std::string_view, 3> kWhom{"people: ", "organiser: ", "officer: "};
    sentences.push_back(std::string{kWhom[static_cast<std::size_t>(change.whom)]} + change.sentence);
  }
  return sentences;
}

const std::string kAgain =
    "people: Consent for “To see what is read” is asked again, since what you said yes to has changed.";

TEST(Diff, TellsNothingOfWhatStaysTheSame) {
  EXPECT_THAT(told("policy: reading-room", "policy: reading-room # a remark"), IsEmpty());
  EXPECT_THAT(told("nl: Om u binnen te laten.", "nl: Om u welkom te heten."), IsEmpty());
}

TEST(Diff, TellsPeopleWhatIsKeptAndHowLong) {
  EXPECT_THAT(told("1 day after event end", "3 months after event end"),
              ElementsAre("people: “That you came”: now kept 3 months after the end of the event (was: 1 day "
                          "after the end of the event)."));
  EXPECT_THAT(told("facts: [focused, idle]", "facts: [focused, idle, playing]"),
              ElementsAre(kAgain, HasSubstr("people: “Whether you read” now also holds: ")));
  EXPECT_THAT(
      told("      shelf: { type: 'choice?', label: { en: Shelf, nl: Plank }, choices: { high: { en: High, "
           "nl: Hoog }, low: { en: Low, nl: Laag } } }\n",
           ""),
      ElementsAre("people: “What you fill in” no longer holds: Shelf."));
  EXPECT_THAT(told("for: [entry]\n    class", "for: [entry, diploma]\n    class"),
              ElementsAre("people: “That you came” now also serves this: To give you a diploma."));
  EXPECT_THAT(told("1 day after event end\n    then: erase", "1 day after event end\n    then: anonymise"),
              ElementsAre("people: After its term “That you came” is made anonymous, no longer erased."));
  constexpr std::string_view kTwoMonths = "keep: 2 months after event end\n";
  constexpr std::string_view kForEntry = "keep: 2 months after event end\n    meanwhile: [entry]\n";
  EXPECT_THAT(
      told(kTwoMonths, kForEntry),
      ElementsAre(
          "people: Once its term has begun, “What you fill in” now serves only this: To let you in."));
}

TEST(Diff, SaysWhenConsentIsAskedAgain) {
  EXPECT_THAT(told("May we look?", "May we gaze?"), ElementsAre(kAgain));
  EXPECT_THAT(
      told("2 years after event end\n    then: anonymise", "3 years after event end\n    then: anonymise"),
      ElementsAre(kAgain, HasSubstr("3 years")));
}

TEST(Diff, TellsWhoElseGetsDataAndWhere) {
  EXPECT_THAT(told("NL, role: processor", "US, transfer: adequacy, role: processor"),
              ElementsAre(HasSubstr("people: Zolder nv: now in ")));
  EXPECT_THAT(told("gets: [door]", "gets: [door, card]"),
              ElementsAre("people: Zolder nv now also gets: What you fill in."));
  EXPECT_THAT(told("assessed: 2026-01-02, ", ""),
              ElementsAre("officer: Zolder nv is no longer active: its assessment or agreement is missing."));
  EXPECT_THAT(told("country: BE, by: controller", "country: FR, by: controller"),
              ElementsAre(kAgain, HasSubstr("people: Our desk: now in ")));
}

TEST(Diff, TellsEachWhatConcernsThem) {
  EXPECT_THAT(told("access: { within: 7 days", "access: { within: 2 weeks"),
              ElementsAre(HasSubstr("answered within 2 weeks now (was: within 7 days).")));
  EXPECT_THAT(told("people: 72 hours", "people: without delay"),
              ElementsAre("people: If something goes wrong, you are told at once."));
  EXPECT_THAT(told("age: 16", "age: 18"),
              ElementsAre("people: Whoever is under 18 needs a parent or guardian."));
  EXPECT_THAT(told("[health, race]", "[health]"), ElementsAre(HasSubstr("people: May now be asked for")));
  EXPECT_THAT(told("staff: {", "staff: { browsers: known,"),
              ElementsAre("officer: Staff now sign in with browsers that are known alone."));
  EXPECT_THAT(told("four-eyes: [export]", "four-eyes: [export, restore]"),
              ElementsAre("organiser: Now waits for a second person: restore."));
  EXPECT_THAT(told("Wees stil.", "Wees heel stil."),
              ElementsAre("officer: A new version, which everybody acknowledges anew: Rules."));
  EXPECT_THAT(told("nl: Wees stil. }", "nl: Wees stil. }, again-after: 1 year"),
              ElementsAre("officer: Acknowledged again after 1 year: Rules."));
  EXPECT_THAT(told("rules: {", "house: {"),
              ElementsAre("officer: Staff acknowledge it before anything else: Rules.",
                          "officer: Staff no longer acknowledge it: Rules."));
  EXPECT_THAT(told("valid: 1 year", "valid: 2 years"),
              ElementsAre("officer: Training that now counts for 2 years: Books."));
  EXPECT_THAT(told("books: {", "film: {"),
              ElementsAre("officer: Staff follow it before anything else, and it counts for 1 year: Books.",
                          "officer: Staff no longer have to follow it: Books."));
  EXPECT_THAT(told("mail: 90 days", "mail: 30 days"),
              ElementsAre("officer: Is renewed after 30 days at most: mail."));
  EXPECT_THAT(told("  theme: {", "  shade: {"),
              ElementsAre("people: New on your device: shade. Light or dark.",
                          "people: No longer on your device: theme."));
  EXPECT_THAT(told("[form, link]", "[link]"),
              ElementsAre("organiser: The way in which viewers get in changes."));
}

TEST(Diff, SpeaksEachLanguage) {
  for (const auto language : base::kLanguages) {
    const auto sentences = told("1 day after event end", "2 days after event end", language);
    ASSERT_EQ(sentences.size(), 1U);
    EXPECT_THAT(sentences.front(), HasSubstr(language == Language::Nl ? "Dat u kwam" : "That you came"));
  }
}

TEST(Diff, CommandSaysForWhom) {
  const base::Path folder{::testing::TempDir()};
  base::OsFiles files;
  const auto before = folder / "hartslag-before.yaml";
  const auto after = folder / "hartslag-after.yaml";
  ASSERT_TRUE(base::replace_file(files, before, base::as_bytes(kWhole)));
  ASSERT_TRUE(
      base::replace_file(files, after, base::as_bytes(replaced(kWhole, "mail: 90 days", "mail: 30 days"))));
  const auto run = [](std::vector<std::string_view> arguments, int status) {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* out = ::open_memstream(&text, &size);
    EXPECT_EQ(diff_command(arguments, out), status);
    std::fclose(out);
    std::string written(text, size);
    std::free(text);
    return written;
  };
  EXPECT_THAT(
      run({before.native(), after.native()}, 0),
      HasSubstr("\n\nFor the officer and the operators\n- Is renewed after 30 days at most: mail.\n"));
  EXPECT_THAT(run({before.native(), before.native(), "--lang", "nl"}, 0),
              HasSubstr("\nEr verandert niets.\n"));
  EXPECT_THAT(run({before.native(), "/nowhere.yaml"}, 2), HasSubstr("/nowhere.yaml"));
  EXPECT_THAT(run({before.native()}, 2), HasSubstr("policy diff OLD NEW"));
  EXPECT_THAT(run({before.native(), after.native(), "--lang", "es"}, 2), HasSubstr("--lang"));
  ASSERT_TRUE(files.remove(before));
  ASSERT_TRUE(files.remove(after));
}

}  // namespace
}  // namespace policy
