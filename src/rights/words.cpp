#include "rights/words.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "texts/texts.h"

namespace rights {
namespace {

using texts::Key;

struct RightWords {
  policy::RightAct act;
  std::array<std::string_view, 14> stems;  ///< beginnings of words; empty ones stand for nothing
};

/// What people write when they mean a right, in four languages, folded as `fold` does.
constexpr std::array kRightWords{
    RightWords{policy::RightAct::Access,
               {"inzage", "inkijk", "opvragen", "welke gegevens", "acces", "access", "copy of my data",
                "droit d'acc", "auskunft", "einsicht", "copie de mes", "kopie van mijn", "article 15",
                "artikel 15"}},
    RightWords{policy::RightAct::Erasure,
               {"wissen", "gewist", "verwijder", "vergeten", "effac", "suppri", "erase", "erasure", "delete",
                "loschen", "losch", "forget", "artikel 17", "article 17"}},
    RightWords{policy::RightAct::Correction,
               {"verbeter", "corrig", "rechtzet", "rectif", "correct", "berichtig", "korrig", "onjuist",
                "inexact", "falsch", "wijzig", "modifi", "artikel 16", "article 16"}},
    RightWords{policy::RightAct::Portability,
               {"overdra", "overdraagbaar", "portab", "machine-readable", "ubertragbar", "dataportabil",
                "meenemen", "artikel 20", "article 20", "", "", "", "", ""}},
    RightWords{policy::RightAct::Restriction,
               {"beperk", "limit", "restrict", "einschrank", "artikel 18", "article 18", "", "", "", "", "",
                "", "", ""}},
    RightWords{policy::RightAct::Objection,
               {"bezwaar", "verzet", "oppos", "object", "widerspr", "artikel 21", "article 21", "", "", "",
                "", "", "", ""}},
    RightWords{policy::RightAct::Withdrawal,
               {"toestemming intrek", "intrek", "retir", "withdraw", "widerruf", "", "", "", "", "", "", "",
                "", ""}},
    RightWords{policy::RightAct::HandOver,
               {"doorgeven aan", "overmaken aan", "transmettre a", "hand over", "transfer to",
                "weitergeben an", "", "", "", "", "", "", "", ""}}};

/// Lower case without accents, as far as these four languages have them; anything else stays.
std::string fold(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 30> kAccents{
      {{"à", 'a'}, {"â", 'a'}, {"ä", 'a'}, {"á", 'a'}, {"ç", 'c'}, {"è", 'e'}, {"é", 'e'}, {"ê", 'e'},
       {"ë", 'e'}, {"î", 'i'}, {"ï", 'i'}, {"í", 'i'}, {"ô", 'o'}, {"ö", 'o'}, {"ó", 'o'}, {"ù", 'u'},
       {"û", 'u'}, {"ü", 'u'}, {"ú", 'u'}, {"À", 'a'}, {"Â", 'a'}, {"Ä", 'a'}, {"Ç", 'c'}, {"È", 'e'},
       {"É", 'e'}, {"Ê", 'e'}, {"Î", 'i'}, {"Ô", 'o'}, {"Ö", 'o'}, {"Ü", 'u'}}};
  std::string folded;
  while (!text.empty()) {
    const auto accent =
        std::ranges::find_if(kAccents, [&](const auto& one) { return text.starts_with(one.first); });
    if (accent != kAccents.end()) {
      folded += accent->second;
      text.remove_prefix(accent->first.size());
      continue;
    }
    const char c = text.front();
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    text.remove_prefix(1);
  }
  return folded;
}

std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view kBetween = " \t\r\n.,;:!?()[]<>\"'/-";
  std::vector<std::string_view> words;
  while (true) {
    const auto begin = text.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const auto end = std::min(text.find_first_of(kBetween), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

int count_of(std::string_view text, std::span<const std::string_view> stems) {
  int count = 0;
  for (const auto stem : stems) {
    if (stem.empty()) continue;
    for (auto at = text.find(stem); at != std::string_view::npos; at = text.find(stem, at + stem.size())) {
      const bool begins = at == 0 || !((text[at - 1] >= 'a' && text[at - 1] <= 'z'));
      if (begins) ++count;
    }
  }
  return count;
}

}  // namespace

std::string right_name(const policy::Right& right, base::Language language) {
  if (const auto words = right.says.in(language); !words.empty()) return std::string{words};
  switch (right.act) {
    case policy::RightAct::Access: return std::string{texts::get(language, Key::RightsNameAccess)};
    case policy::RightAct::Portability: return std::string{texts::get(language, Key::RightsNamePortability)};
    case policy::RightAct::Correction: return std::string{texts::get(language, Key::RightsNameCorrection)};
    case policy::RightAct::Erasure: return std::string{texts::get(language, Key::RightsNameErasure)};
    case policy::RightAct::Restriction: return std::string{texts::get(language, Key::RightsNameRestriction)};
    case policy::RightAct::Objection: return std::string{texts::get(language, Key::RightsNameObjection)};
    case policy::RightAct::Withdrawal: return std::string{texts::get(language, Key::RightsNameWithdrawal)};
    case policy::RightAct::HandOver: return std::string{texts::get(language, Key::RightsNameHandOver)};
    case policy::RightAct::Answer: break;
  }
  return right.name;
}

std::string_view basis_name(policy::Basis basis, base::Language language) {
  switch (basis) {
    case policy::Basis::Consent: return texts::get(language, Key::RightsBasisConsent);
    case policy::Basis::Contract: return texts::get(language, Key::RightsBasisContract);
    case policy::Basis::LegalObligation: return texts::get(language, Key::RightsBasisLegalObligation);
    case policy::Basis::VitalInterest: return texts::get(language, Key::RightsBasisVitalInterest);
    case policy::Basis::PublicTask: return texts::get(language, Key::RightsBasisPublicTask);
    case policy::Basis::LegitimateInterest: return texts::get(language, Key::RightsBasisLegitimateInterest);
  }
  return {};
}

std::optional<base::Language> guess_language(std::string_view text) {
  // Words that come often in one of them and hardly ever in the others, in the order of base::kLanguages.
  constexpr std::array<std::array<std::string_view, 12>, 4> kCommon{
      {{"het", "een", "ik", "van", "mijn", "wil", "graag", "niet", "uw", "gegevens", "voor", "alle"},
       {"je", "les", "mes", "des", "vous", "est", "pas", "une", "donnees", "que", "pour", "votre"},
       {"the", "my", "please", "you", "would", "data", "and", "this", "have", "your", "like", "about"},
       {"ich", "und", "meine", "mir", "bitte", "der", "nicht", "ihre", "daten", "mochte", "uber", "alle"}}};
  const auto folded = fold(text);
  std::array<int, 4> counts{};
  for (const auto word : words_of(folded)) {
    for (std::size_t i = 0; i < counts.size(); ++i)
      counts[i] += std::ranges::count(kCommon[i], word) > 0 ? 1 : 0;
  }
  const auto best = std::ranges::max_element(counts);
  if (*best < 2 || std::ranges::count(counts, *best) > 1) return std::nullopt;
  return base::kLanguages[static_cast<std::size_t>(best - counts.begin())];
}

const policy::Right* guess_right(const policy::Policy& policy, std::string_view text) {
  const auto folded = fold(text);
  const policy::Right* found = nullptr;
  int most = 0;
  bool tied = false;
  for (const auto& words : kRightWords) {
    const auto* right = policy.rights().of(words.act);
    if (right == nullptr) continue;
    const int count = count_of(folded, words.stems);
    if (count == 0 || count < most) continue;
    tied = count == most;
    if (count > most) {
      most = count;
      found = right;
    }
  }
  return tied ? nullptr : found;
}

}  // namespace rights
