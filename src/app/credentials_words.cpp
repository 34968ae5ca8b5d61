#include "app/credentials_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "texts/numbers.h"
#include "texts/texts.h"

namespace app {
namespace {

using texts::Key;

std::string word_of(base::Language language, std::string_view credential) {
  std::string name = fmt::format("register.credential.{}", credential);
  std::ranges::replace(name, ' ', '_');
  const auto key = texts::find(name);
  return std::string{key ? texts::get(language, *key) : credential};
}

/// Speaks of one credential.
class Speaker {
 public:
  Speaker(const credentials::Standing& standing, base::Language language, std::string_view zone)
      : standing_(standing), language_(language), zone_(zone), what_(word_of(language, standing.name)) {}

  std::vector<Sentence> sentences() {
    if (!standing_.used) {
      say(Standing::None, Key::CredentialsUnused);
      return std::move(said_);
    }
    const bool seen = standing_.current && standing_.current->seen_at;
    if (seen) say(Standing::Broken, Key::CredentialsSeen);
    if (standing_.overdue && !seen) say(Standing::Broken, Key::CredentialsOverdue);
    if (standing_.trouble) say(Standing::Attention, Key::CredentialsFailed);
    if (standing_.current) {
      if (standing_.current->made == credentials::Made::Given)
        say(Standing::Attention, Key::CredentialsGiven);
      say(standing_.due ? Standing::Kept : Standing::Attention, key_of_term());
    } else {
      say(Standing::Attention, Key::CredentialsMissing);
    }
    if (!standing_.rotates_by_itself) say(Standing::Kept, Key::CredentialsByHand);
    return std::move(said_);
  }

 private:
  Key key_of_term() const {
    if (!standing_.due) return Key::CredentialsNoTerm;
    return standing_.current->number == 1 ? Key::CredentialsMade : Key::CredentialsReplaced;
  }
  std::string when(std::optional<base::Instant> at) const {
    return at ? texts::date_time(language_, *at, zone_) : std::string{};
  }
  void say(Standing weight, Key key) {
    const auto& current = standing_.current;
    const auto since = key == Key::CredentialsFailed ? when(standing_.trouble->at)
                       : current                     ? when(current->current_at)
                                                     : std::string{};
    said_.push_back(
        {weight,
         texts::format(
             language_, key,
             {{"what", what_}, {"name", standing_.name}, {"when", since}, {"due", when(standing_.due)}})});
  }

  const credentials::Standing& standing_;
  base::Language language_;
  std::string_view zone_;
  std::string what_;
  std::vector<Sentence> said_;
};

}  // namespace

std::vector<Sentence> sentences_of(const credentials::Standing& standing, base::Language language,
                                   std::string_view zone) {
  return Speaker(standing, language, zone).sentences();
}

}  // namespace app
