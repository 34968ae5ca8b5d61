// The keys of the language, in one table. The reader refuses a key that is not in it and asks for one that
// must be there; the JSON Schema for editors is written from it; a test looks for each in docs/policy.md. So
// the three cannot come to disagree. Private to this module.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/vocabulary.h"

namespace policy {

/// A map of the language, with keys of its own.
enum class Map {
  None,
  Root,
  Parties,
  Controller,
  Party,
  Authority,
  Purpose,
  Datum,
  Field,
  Consent,
  Recipient,
  Place,
  System,
  Decision,
  Rights,
  Right,
  OwnRight,
  Breach,
  Tell,
  Minors,
  Accounts,
  StoredItem,
  GlossaryEntry,
  Staff,
  Acknowledgement,
  Training,
  Update,
};

/// What a key may hold.
enum class Form {
  Text,          ///< one text, the same in every language
  Texts,         ///< a text per language
  Name,          ///< [a-z][a-z0-9-]*
  NameList,      ///< names, each once
  Date,          ///< 2026-11-01
  Country,       ///< ISO 3166-1 alpha-2
  MailAddress,   ///< name@domain
  HttpsAddress,  ///< https://…
  HostList,      ///< names of machines, in small letters, each once
  Term,          ///< 14 days after event end; 6 months; while account
  Span,          ///< 90 days
  SpanOrLaw,     ///< 72 hours, without delay, or law
  AgeOrLaw,      ///< 16, or law
  Number,        ///< 1 or 2
  Percent,       ///< 80%
  FieldType,     ///< text, or text? when it may be left empty
  Lifetime,      ///< 8 hours, until the browser closes, until you clear it
  Word,          ///< one of `words`
  WordList,      ///< some of `words`, each once
  WordOrList,    ///< either
  MapOf,         ///< the keys of `map`
  WordOrMap,     ///< one of `words`, or the keys of `map`
  NamedMaps,     ///< any names, each with the keys of `map`
  NamedTexts,    ///< any names, each with a text per language
  WordSpans,     ///< some of `words` as keys, each with a span
};

/// A list of words that a key chooses from.
enum class Words {
  None,
  Languages,
  Ways,
  Countries,
  Organiser,
  Authorities,
  Bases,
  Person,
  FieldTypes,
  FieldCategories,
  Facts,
  Sources,
  Records,
  Attributes,
  Logs,
  Classes,
  Afterwards,
  AskWhen,
  RecipientRoles,
  Transfers,
  Roles,
  Acts,
  OwnActs,
  Formats,
  IdentityProofs,
  RequestNeeds,
  Closings,
  Guardians,
  SpecialCategories,
  Grounds,
  StoredWheres,
  StoredKinds,
  FourEyes,
  StaffBrowsers,
  Agreeing,
  Credentials,
};

enum class Need {
  May,
  Whole,  ///< in the policy of a whole organisation (Extent::Whole)
  Must,
};

struct Key {
  std::string_view name;
  Form form = Form::Text;
  Need need = Need::May;
  /// What the key is for, as an editor shows it.
  std::string_view says = {};
  Words words = Words::None;
  Map map = Map::None;
  /// What to write when it is missing; empty: follows from the form.
  std::string_view instead = {};
};

/// The keys of a map, in the order in which the documentation explains them.
std::span<const Key> keys_of(Map map);

/// The words of a list, in the order of the enumerators that they stand for.
std::vector<std::string_view> words_of(Words words, const Vocabulary& vocabulary);

/// What to add when the key is missing.
std::string instead_of(const Key& key, const Vocabulary& vocabulary);

}  // namespace policy
