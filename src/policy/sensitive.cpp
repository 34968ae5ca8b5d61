#include "policy/sensitive.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace policy {
namespace {

/// `word` is a phrase in small letters without accents. At an end of it, '*' stands for any letters.
struct Sign {
  std::string_view category;
  std::string_view word;
};

constexpr auto kDutch = std::to_array<Sign>({
    {"health", "*gezondheid*"},
    {"health", "medisch*"},
    {"health", "*ziekte*"},
    {"health", "ziek"},
    {"health", "aandoening*"},
    {"health", "*diagnose*"},
    {"health", "medicatie*"},
    {"health", "medicijn*"},
    {"health", "geneesmiddel*"},
    {"health", "*allergi*"},
    {"health", "allergisch*"},
    {"health", "*handicap*"},
    {"health", "invaliditeit*"},
    {"health", "arbeidsongeschikt*"},
    {"health", "zwanger*"},
    {"health", "vaccinatie*"},
    {"health", "gevaccineerd*"},
    {"health", "bloedgroep*"},
    {"race", "ras"},
    {"race", "etnisch*"},
    {"race", "etniciteit*"},
    {"race", "huidskleur*"},
    {"race", "afkomst*"},
    {"belief", "geloof*"},
    {"belief", "godsdienst*"},
    {"belief", "religi*"},
    {"belief", "levensbeschouw*"},
    {"belief", "levensovertuiging*"},
    {"belief", "kerklid*"},
    {"belief", "moslim*"},
    {"belief", "islamiti*"},
    {"belief", "joods"},
    {"belief", "boeddhis*"},
    {"belief", "hindoe*"},
    {"politics", "politiek*"},
    {"politics", "partijlid*"},
    {"politics", "stemgedrag*"},
    {"sexuality", "seksueel"},
    {"sexuality", "seksuele"},
    {"sexuality", "seksualiteit*"},
    {"sexuality", "geaardheid*"},
    {"sexuality", "homoseksu*"},
    {"sexuality", "lhbt*"},
    {"union", "*vakbond*"},
    {"union", "vakverenig*"},
    {"union", "syndicaal*"},
    {"union", "syndicale"},
    {"genetics", "genetisch*"},
    {"genetics", "erfelijk*"},
    {"genetics", "dna*"},
    {"biometrics", "biometri*"},
    {"biometrics", "vingerafdruk*"},
    {"biometrics", "gezichtsherkenning*"},
    {"biometrics", "irisscan*"},
    {"crime", "strafblad*"},
    {"crime", "strafregister*"},
    {"crime", "strafrechtelijk*"},
    {"crime", "veroordeling*"},
    {"national number", "rijksregister*"},
    {"national number", "burgerservicenummer*"},
    {"national number", "bsn*"},
    {"national number", "insz*"},
    {"national number", "rrn"},
    {"national number", "sofinummer*"},
    {"national number", "nationaal nummer"},
});

constexpr auto kFrench = std::to_array<Sign>({
    {"health", "sante"},
    {"health", "medica*"},
    {"health", "medicaux"},
    {"health", "maladie*"},
    {"health", "malade"},
    {"health", "diagnosti*"},
    {"health", "allergi*"},
    {"health", "handicap*"},
    {"health", "invalidite*"},
    {"health", "grossesse*"},
    {"health", "enceinte"},
    {"health", "vaccin*"},
    {"health", "groupe sanguin"},
    {"race", "race*"},
    {"race", "racial*"},
    {"race", "ethni*"},
    {"race", "couleur de peau"},
    {"belief", "religi*"},
    {"belief", "croyance*"},
    {"belief", "confession*"},
    {"belief", "culte"},
    {"belief", "convictions"},
    {"belief", "musulman*"},
    {"belief", "juif"},
    {"belief", "juive"},
    {"belief", "bouddhis*"},
    {"belief", "hindouis*"},
    {"politics", "politique*"},
    {"sexuality", "orientation sexuelle"},
    {"sexuality", "vie sexuelle"},
    {"sexuality", "sexualite*"},
    {"sexuality", "homosexu*"},
    {"sexuality", "lgbt*"},
    {"union", "syndicat*"},
    {"union", "syndical*"},
    {"union", "syndique*"},
    {"genetics", "genetique*"},
    {"genetics", "adn"},
    {"biometrics", "biometri*"},
    {"biometrics", "empreinte digitale"},
    {"biometrics", "empreintes digitales"},
    {"biometrics", "reconnaissance faciale"},
    {"crime", "casier judiciaire"},
    {"crime", "antecedents judiciaires"},
    {"crime", "condamnation*"},
    {"national number", "numero national"},
    {"national number", "registre national"},
    {"national number", "numero de securite sociale"},
    {"national number", "niss"},
});

constexpr auto kEnglish = std::to_array<Sign>({
    {"health", "health*"},
    {"health", "medical*"},
    {"health", "medicine*"},
    {"health", "medication*"},
    {"health", "disease*"},
    {"health", "illness*"},
    {"health", "diagnos*"},
    {"health", "allerg*"},
    {"health", "disab*"},
    {"health", "handicap*"},
    {"health", "pregnan*"},
    {"health", "vaccin*"},
    {"health", "blood type"},
    {"health", "blood group"},
    {"race", "race"},
    {"race", "racial*"},
    {"race", "ethnic*"},
    {"race", "skin colour"},
    {"race", "skin color"},
    {"belief", "belief*"},
    {"belief", "religio*"},
    {"belief", "faith"},
    {"belief", "church*"},
    {"belief", "denomination*"},
    {"belief", "muslim*"},
    {"belief", "jewish"},
    {"belief", "buddhis*"},
    {"belief", "hindu*"},
    {"politics", "politic*"},
    {"politics", "party membership"},
    {"sexuality", "sexual*"},
    {"sexuality", "sex life"},
    {"sexuality", "homosexual*"},
    {"sexuality", "lgbt*"},
    {"union", "trade union*"},
    {"union", "labour union*"},
    {"union", "labor union*"},
    {"union", "union member*"},
    {"genetics", "genetic*"},
    {"genetics", "dna"},
    {"biometrics", "biometric*"},
    {"biometrics", "fingerprint*"},
    {"biometrics", "facial recognition"},
    {"biometrics", "iris scan"},
    {"crime", "criminal record*"},
    {"crime", "criminal conviction*"},
    {"crime", "criminal offence*"},
    {"crime", "convictions"},
    {"crime", "police record*"},
    {"national number", "national number"},
    {"national number", "national register number"},
    {"national number", "national insurance number"},
    {"national number", "social security number"},
    {"national number", "ssn"},
});

constexpr auto kGerman = std::to_array<Sign>({
    {"health", "*gesundheit*"},
    {"health", "medizinisch*"},
    {"health", "medikament*"},
    {"health", "*krankheit*"},
    {"health", "krank"},
    {"health", "*diagnose*"},
    {"health", "*allergi*"},
    {"health", "*behinderung*"},
    {"health", "behindert*"},
    {"health", "schwanger*"},
    {"health", "impf*"},
    {"health", "geimpft*"},
    {"health", "blutgruppe*"},
    {"race", "rasse"},
    {"race", "rassisch*"},
    {"race", "ethni*"},
    {"race", "hautfarbe*"},
    {"race", "abstammung*"},
    {"belief", "religion*"},
    {"belief", "religios*"},
    {"belief", "glaube*"},
    {"belief", "konfession*"},
    {"belief", "weltanschau*"},
    {"belief", "kirchenzugehorigkeit*"},
    {"belief", "kirchenmitglied*"},
    {"belief", "muslim*"},
    {"belief", "judisch*"},
    {"belief", "buddhis*"},
    {"belief", "hindu*"},
    {"politics", "politisch*"},
    {"politics", "parteizugehorigkeit*"},
    {"politics", "parteimitglied*"},
    {"sexuality", "sexuell*"},
    {"sexuality", "sexualitat*"},
    {"sexuality", "homosexu*"},
    {"sexuality", "lgbt*"},
    {"union", "*gewerkschaft*"},
    {"genetics", "genetisch*"},
    {"genetics", "erbgut*"},
    {"genetics", "dna"},
    {"biometrics", "biometri*"},
    {"biometrics", "fingerabdruck*"},
    {"biometrics", "gesichtserkennung*"},
    {"crime", "vorstrafe*"},
    {"crime", "vorbestraft*"},
    {"crime", "fuhrungszeugnis*"},
    {"crime", "strafregister*"},
    {"national number", "nationalregisternummer*"},
    {"national number", "sozialversicherungsnummer*"},
    {"national number", "steueridentifikationsnummer*"},
    {"national number", "steuer id"},
});

/// Innocent phrases that hold one of the words above; a '*' at their end as there.
constexpr auto kInnocent = std::to_array<std::string_view>({
    // Where somebody works, and as what.
    "gezondheidszorg*",
    "gezondheidswerker*",
    "gezondheidssector*",
    "volksgezondheid*",
    "medisch specialis*",
    "medische specialis*",
    "medisch beroep*",
    "medische discipline*",
    "medisch secretar*",
    "health care*",
    "healthcare*",
    "health profession*",
    "health sector*",
    "public health",
    "medical special*",
    "medical profession*",
    "medical licen*",
    "medical registration*",
    "medical discipline*",
    "medical secretar*",
    "professionnel de sante",
    "professionnelle de sante",
    "profession de sante",
    "secteur de la sante",
    "sante publique",
    "specialite medicale",
    "secretaire medica*",
    "gesundheitswesen*",
    "gesundheitsberuf*",
    "gesundheitsfach*",
    "medizinische fachrichtung*",
    "medizinisches fachgebiet*",
    // Other meanings.
    "geloofwaardig*",
    "race number*",
    "race day*",
    "race distance*",
    "good faith",
    "faithful*",
    "politique de*",
    "politiques de*",
    "syndicat d initiative",
    "syndicat des coproprietaires",
    "syndicat de copropriete",
    "political science*",
    "politieke wetenschap*",
    "sciences politiques",
    "politische bildung",
    "politikwissenschaft*",
});

/// Letters of Latin-1 and Latin Extended-A without their accents, by their UTF-8 code point.
std::string_view plain_letters(std::uint32_t code) {
  struct Range {
    std::uint32_t from, to;
    std::string_view plain;
  };
  static constexpr auto kPlain = std::to_array<Range>({
      {0xc0, 0xc5, "a"},  {0xc6, 0xc6, "ae"}, {0xc7, 0xc7, "c"},    {0xc8, 0xcb, "e"}, {0xcc, 0xcf, "i"},
      {0xd1, 0xd1, "n"},  {0xd2, 0xd6, "o"},  {0xd8, 0xd8, "o"},    {0xd9, 0xdc, "u"}, {0xdd, 0xdd, "y"},
      {0xdf, 0xdf, "ss"}, {0xe0, 0xe5, "a"},  {0xe6, 0xe6, "ae"},   {0xe7, 0xe7, "c"}, {0xe8, 0xeb, "e"},
      {0xec, 0xef, "i"},  {0xf1, 0xf1, "n"},  {0xf2, 0xf6, "o"},    {0xf8, 0xf8, "o"}, {0xf9, 0xfc, "u"},
      {0xfd, 0xfd, "y"},  {0xff, 0xff, "y"},  {0x152, 0x153, "oe"},
  });
  for (const auto& range : kPlain) {
    if (code >= range.from && code <= range.to) return range.plain;
  }
  return " ";
}

/// Small letters and digits without accents; whatever else is there is one space between words.
std::string normalised(std::string_view text) {
  std::string plain = " ";
  const auto append = [&](std::string_view letters) {
    for (const char c : letters) {
      if (c != ' ' || plain.back() != ' ') plain += c;
    }
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if (byte < 0x80) {
      const char c = static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
      const bool counts = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      append(counts ? std::string_view{&c, 1} : " ");
    } else if ((byte & 0xe0) == 0xc0 && i + 1 < text.size()) {
      const auto next = static_cast<std::uint8_t>(text[++i]);
      append(plain_letters((byte & 0x1fU) << 6 | (next & 0x3fU)));
    } else if ((byte & 0xc0) != 0x80) {
      append(" ");
    }
  }
  append(" ");
  return plain;
}

/// Where the phrase stands in a normalised text, as it begins and ends; none when it does not.
std::optional<std::pair<std::size_t, std::size_t>> find_phrase(std::string_view text,
                                                               std::string_view phrase) {
  const bool any_before = phrase.starts_with('*');
  const bool any_after = phrase.ends_with('*');
  if (any_before) phrase.remove_prefix(1);
  if (any_after) phrase.remove_suffix(1);
  for (auto at = text.find(phrase); at != std::string_view::npos; at = text.find(phrase, at + 1)) {
    const auto end = at + phrase.size();
    if ((any_before || text[at - 1] == ' ') && (any_after || text[end] == ' ')) {
      return std::pair{at, any_after ? text.find(' ', end) : end};
    }
  }
  return std::nullopt;
}

void take_out_innocent(std::string& text) {
  for (const auto phrase : kInnocent) {
    while (const auto found = find_phrase(text, phrase)) {
      text.replace(found->first, found->second - found->first, "");
    }
  }
}

std::span<const Sign> signs_of(base::Language language) {
  switch (language) {
    case base::Language::Nl: return kDutch;
    case base::Language::Fr: return kFrench;
    case base::Language::En: return kEnglish;
    case base::Language::De: return kGerman;
  }
  return {};
}

}  // namespace

std::string special_category_in(std::string_view text, base::Language language) {
  auto plain = normalised(text);
  take_out_innocent(plain);
  for (const auto& sign : signs_of(language)) {
    if (find_phrase(plain, sign.word)) return std::string{sign.category};
  }
  return {};
}

std::string special_category_of(const Field& field, const std::vector<base::Language>& languages) {
  std::string found;
  const auto look = [&](std::string_view text, base::Language language) {
    if (found.empty()) found = special_category_in(text, language);
  };
  for (const auto language : base::kLanguages) {
    look(field.name, language);
    for (const auto& choice : field.choices) look(choice.name, language);
  }
  for (const auto language : languages) {
    look(field.label.in(language), language);
    for (const auto& choice : field.choices) look(choice.label.in(language), language);
  }
  return found;
}

}  // namespace policy
