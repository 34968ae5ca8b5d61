// What the policy's words are called in a notice, in one language. For notice, cookie page, register,
// and the pages on which people see the same of what is held of them.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "policy/document.h"
#include "policy/policy.h"
#include "texts/texts.h"

namespace policy {

class NoticeWords {
 public:
  NoticeWords(const Policy& policy, base::Language language);

  const Policy& policy() const { return policy_; }
  base::Language language() const { return language_; }

  std::string text(texts::Key key) const { return std::string{texts::get(language_, key)}; }
  std::string format(texts::Key key, std::initializer_list<texts::Value> values) const {
    return texts::format(language_, key, values);
  }
  const std::string& in(const Texts& texts) const { return texts.in(language_); }

  /// The text whose key is `stem` and the word, with its spaces and hyphens as underscores; the word itself
  /// where there is no such text.
  std::string word(std::string_view stem, std::string_view word) const;
  /// Several of them, with commas.
  std::string words(std::string_view stem, std::span<const std::string> words) const;

  std::string date(std::string_view iso) const;      ///< "zondag 1 november 2026"
  std::string span(const Span& span) const;          ///< "14 dagen"
  std::string within(const Span& span) const;        ///< "binnen 14 dagen", "meteen"
  std::string term(const Term& term) const;          ///< "14 dagen na het einde van het evenement"
  std::string fate(const Data& datum) const;         ///< what is done with it from its end on, in sentences
  std::string country(std::string_view code) const;  ///< "België"
  std::string basis(const Purpose& purpose) const;   ///< with its article
  std::string title(const Data& datum) const;        ///< the first sentence of what it says
  std::string titles(std::span<const std::string> data) const;
  std::string item(const Data& datum, std::string_view item) const;  ///< a field's label, a fact in words
  std::string category(const Data& datum, std::string_view item) const;
  std::string sources(const Data& datum) const;
  std::string purposes(const Data& datum) const;  ///< what each says, a line for each
  /// A recipient's name, or the party's.
  std::string who(std::string_view by) const;
  /// Of a country outside the EEA with its ground, else of the country alone.
  std::string transfer(const Recipient& recipient) const;

 private:
  std::string said(std::span<const std::string> purposes, std::string_view between) const;

  const Policy& policy_;
  base::Language language_;
};

/// "a, b, c"
std::string comma_list(const std::vector<std::string>& words);

}  // namespace policy
