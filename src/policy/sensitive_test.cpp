#include "policy/sensitive.h"

#include <gtest/gtest.h>

#include "policy/policy.h"
#include "policy/testing/example.h"

namespace policy {
namespace {

using base::Language;
using testing::kExample;
using testing::replaced;

TEST(Sensitive, IsSeenInEveryLanguage) {
  struct Case {
    Language language;
    std::string_view text;
    std::string_view category;
  };
  using enum Language;
  for (const auto& [language, text, category] : {
           Case{Nl, "Heeft u een allergie?", "health"},
           {Nl, "Voedselallergieën", "health"},
           {Nl, "ZIEKTE", "health"},
           {Nl, "Geloofsovertuiging", "belief"},
           {Nl, "Lid van een vakbond", "union"},
           {Nl, "Rijksregisternummer", "national number"},
           {Nl, "Seksuele geaardheid", "sexuality"},
           {Nl, "Huidskleur of ras", "race"},
           {Nl, "Politieke voorkeur", "politics"},
           {Nl, "Strafblad (uittreksel)", "crime"},
           {Fr, "État de santé", "health"},
           {Fr, "Données médicales", "health"},
           {Fr, "Opinions politiques", "politics"},
           {Fr, "Origine ethnique", "race"},
           {Fr, "Numéro de registre national", "national number"},
           {Fr, "Affiliation syndicale", "union"},
           {En, "Medical conditions", "health"},
           {En, "blood-group", "health"},
           {En, "Religion", "belief"},
           {En, "Ethnicity", "race"},
           {En, "Trade union membership", "union"},
           {En, "Fingerprint", "biometrics"},
           {En, "Criminal record", "crime"},
           {De, "Glaube", "belief"},
           {De, "Religiöse Überzeugung", "belief"},
           {De, "Schwerbehinderung", "health"},
           {De, "Pollenallergie", "health"},
           {De, "Gewerkschaftsmitglied", "union"},
           {De, "Politische Meinung", "politics"},
           {De, "Sexualität", "sexuality"},
           {De, "Führungszeugnis", "crime"},
       }) {
    EXPECT_EQ(special_category_in(text, language), category) << text;
  }
}

TEST(Sensitive, InnocentWordsPass) {
  struct Case {
    Language language;
    std::string_view text;
  };
  using enum Language;
  for (const auto& [language, text] : {
           Case{Nl, "Gezondheidszorgberoep"},
           {Nl, "Werkt u in de gezondheidszorg?"},
           {Nl, "Medisch specialisme"},
           {Nl, "Ziekenhuis"},
           {Nl, "Terras"},
           {Nl, "Geloofwaardigheid van de spreker"},
           {Nl, "Klasse of grasmat"},
           {Nl, "Geslacht"},
           {Nl, "Nationaliteit"},
           {Nl, "Dieetwensen"},
           {Nl, "Accreditatienummer"},
           {Fr, "J'ai lu la politique de confidentialité"},
           {Fr, "Professionnel de santé"},
           {Fr, "Syndicat d'initiative"},
           {Fr, "Spécialité médicale"},
           {Fr, "Terrasse"},
           {Fr, "Sexe"},
           {En, "Health care profession"},
           {En, "Healthcare organisation"},
           {En, "Medical specialty"},
           {En, "Race number"},
           {En, "Trace of a grace"},
           {En, "European Union country"},
           {En, "Political science degree"},
           {En, "Dietary wishes"},
           {En, "Gender"},
           {De, "Gesundheitswesen"},
           {De, "Medizinische Fachrichtung"},
           {De, "Krankenhaus"},
           {De, "Terrasse"},
           {De, "Politikwissenschaft"},
       }) {
    EXPECT_EQ(special_category_in(text, language), "") << text;
  }
  EXPECT_EQ(special_category_in("\xc3", Nl), "");
  EXPECT_EQ(special_category_in("", Nl), "");
}

std::string problem_of(std::string_view from, std::string_view to, std::string_view more = "") {
  const auto policy = Policy::parse(replaced(kExample, from, to) + std::string{more});
  return policy ? "none" : policy.error().front().what;
}

TEST(Sensitive, NoFieldOfAPolicyAsksForIt) {
  // By its name, a label in any of its languages, a choice.
  EXPECT_EQ(problem_of("called: {", "allergies: {"),
            "the field 'allergies' asks for sensitive data (health)");
  EXPECT_EQ(problem_of("nl: Naam }", "nl: Godsdienst }"),
            "the field 'called' asks for sensitive data (belief)");
  EXPECT_EQ(problem_of("high: { en: High,", "high: { en: Pregnant,"),
            "the field 'shelf' asks for sensitive data (health)");
  EXPECT_EQ(problem_of("nl: Naam }", "nl: Naam }", "refuses: [race]\n"), "none");
  EXPECT_EQ(problem_of("nl: Naam }", "nl: Ras }", "refuses: [race]\n"),
            "the field 'called' asks for sensitive data (race)");
}

TEST(Sensitive, WhatIsNotRefusedNeedsConsent) {
  EXPECT_EQ(problem_of("nl: Naam }", "nl: Ras }", "refuses: [health]\n"),
            "the field 'called' asks for sensitive data (race) for a purpose without consent");
  const auto own =
      "  body:\n    from: registration form\n    fields: { skin: { type: text, label: { en: Skin "
      "colour, nl: Huidskleur } } }\n    says: { en: a, nl: b }\n    for: [reading]\n    class: held\n"
      "    keep: 6 months\n    then: erase\nconsent:\n";
  auto yaml = replaced(replaced(kExample, "consent:\n", own), "[card, door,", "[body, card, door,");
  EXPECT_FALSE(Policy::parse(yaml));
  const auto policy = Policy::parse(yaml + "refuses: [health]\n");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->field("skin")->special, "race");
}

}  // namespace
}  // namespace policy
