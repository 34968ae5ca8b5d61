#include "policy/law.h"

#include <array>

#include "policy/words.h"

namespace policy {
namespace {

using enum LawParameter;

constexpr std::string_view kGdprApplies = "2018-05-25";

/// Ages stand for countries whose law sets one; elsewhere the Union's holds, which is the strictest.
constexpr auto kTable = std::to_array<LawRow>({
    {BreachToAuthority, "", kGdprApplies, {72, Unit::Hours}, "GDPR 33(1)"},
    {BreachToPeople, "", kGdprApplies, {72, Unit::Hours}, "GDPR 34(1), without undue delay"},
    {RequestAnswer, "", kGdprApplies, {1, Unit::Months}, "GDPR 12(3)"},
    {RequestExtension, "", kGdprApplies, {2, Unit::Months}, "GDPR 12(3)"},
    {ChildAge, "", kGdprApplies, {16, Unit::Years}, "GDPR 8(1)"},
    {ChildAge, "BE", "2018-09-05", {13, Unit::Years}, "Law of 30 July 2018, Article 7"},
    {ChildAge, "FR", kGdprApplies, {15, Unit::Years}, "Loi Informatique et Libertés, Article 45"},
    {ChildAge, "NL", kGdprApplies, {16, Unit::Years}, "UAVG, Article 5"},
    {AskAgainAfterRefusal, "", "2020-10-01", {6, Unit::Months}, "CNIL, recommendation of 17 September 2020"},
    {BreachToController, "", kGdprApplies, {0, Unit::Hours}, "GDPR 33(2), without undue delay"},
});

struct KnownAuthority {
  std::string_view word;
  std::string_view name;
  std::string_view complaints;
  std::string_view country;
};

constexpr auto kAuthorities = std::to_array<KnownAuthority>({
    {"be-gba", "Gegevensbeschermingsautoriteit",
     "https://www.gegevensbeschermingsautoriteit.be/burger/acties/klacht-indienen", "BE"},
    {"nl-ap", "Autoriteit Persoonsgegevens",
     "https://www.autoriteitpersoonsgegevens.nl/een-tip-of-klacht-indienen-bij-de-ap", "NL"},
    {"fr-cnil", "Commission nationale de l’informatique et des libertés", "https://www.cnil.fr/fr/plaintes",
     "FR"},
    {"de-bfdi", "Bundesbeauftragte für den Datenschutz und die Informationsfreiheit",
     "https://www.bfdi.bund.de/", "DE"},
    {"lu-cnpd", "Commission nationale pour la protection des données",
     "https://cnpd.public.lu/en/particuliers/faire-valoir.html", "LU"},
});

}  // namespace

std::span<const LawRow> law_table() { return kTable; }

std::optional<LawRow> law_on(LawParameter parameter, std::string_view country, std::string_view date) {
  // Dates are written year first, so that their order is that of their letters.
  const auto latest = [&](std::string_view whose) {
    std::optional<LawRow> found;
    for (const auto& row : kTable) {
      if (row.parameter == parameter && row.country == whose && row.from <= date) found = row;
    }
    return found;
  };
  if (!country.empty()) {
    if (const auto own = latest(country)) return own;
  }
  return latest("");
}

std::optional<Authority> authority(std::string_view word) {
  for (const auto& known : kAuthorities) {
    if (known.word == word) {
      return Authority{std::string{known.name}, std::string{known.complaints}, std::string{known.country}};
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> authority_words() {
  std::vector<std::string_view> words;
  for (const auto& known : kAuthorities) words.push_back(known.word);
  return words;
}

}  // namespace policy
