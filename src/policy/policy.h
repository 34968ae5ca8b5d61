// A policy: what an organisation declares that it collects, why, and for how long. What it does not
// declare cannot be stored. Written in YAML; policies/videoevent.yaml shows the whole language:
//
//   policy: videoevent              # a name
//   languages: [nl, fr, en, de]     # every text is there in each of these
//   in-force: 2026-11-01
//   opens-by: [form, link]          # how a registered viewer gets in; "form" alone when left out
//   parties:                        # controller, processor, officer: {name, contact, country}
//   purposes:                       # why: {basis, says, needs?, confirmed-by?}
//   data:                           # what: one of fields|facts|records|attributes|marks|logs,
//                                   #       and {says, for, class, keep, then}
//   consent:                        # per purpose with basis consent: what is asked, and what a refusal means
//
// Reading never stops at the first problem, and nothing unknown is passed over: it is a problem with its
// line and column. Anchors, aliases and tags of YAML are refused, since a policy is read by people.
//
// No purpose, field or datum has a name that the program knows. Code finds things by their structure: the
// data that hold facts, the field whose type is email, the purposes whose basis is consent.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/language.h"
#include "policy/problem.h"
#include "policy/vocabulary.h"

namespace policy {

/// A text in every language of the policy.
class Texts {
 public:
  Texts() = default;
  explicit Texts(std::array<std::string, 4> by_language) : by_language_(std::move(by_language)) {}
  /// In a language that the policy does not declare: the text in its first one.
  const std::string& in(base::Language language) const {
    return by_language_[static_cast<std::size_t>(language)];
  }
  bool operator==(const Texts&) const = default;

 private:
  std::array<std::string, 4> by_language_;
};

/// Article 6(1) of the GDPR, (a) to (f).
enum class Basis { Consent, Contract, LegalObligation, VitalInterest, PublicTask, LegitimateInterest };
std::string_view to_text(Basis basis);

struct Purpose {
  std::string name;
  Basis basis = Basis::Consent;
  Texts says;
  /// This purpose is served only where that one is; empty for none.
  std::string needs;
  /// A result for this purpose counts only once a person has confirmed it.
  bool confirmed_by_person = false;
  /// Changes whenever anything changes that somebody agreed to: basis, texts, data, terms. 32 hex digits.
  std::string fingerprint;
};

enum class FieldType { Text, Name, Email, Phone, Number, Date, Choice, YesNo };
std::string_view to_text(FieldType type);  ///< "text", …, "yes-no": as the policy writes it

struct Choice {
  std::string name;
  Texts label;
};

struct Field {
  std::string name;  ///< unique in the policy
  std::string data;  ///< the datum that it belongs to
  FieldType type = FieldType::Text;
  bool required = true;
  Texts label;
  std::vector<Choice> choices;  ///< of type Choice: two or more; else empty
};

/// The bits of a beat's fact set, as the heartbeat's contract numbers them.
enum class Fact : std::uint8_t {
  Visible = 1,
  Focused = 2,
  Playing = 4,
  Audible = 8,
  PictureInPicture = 16,
  FullScreen = 32,
  Idle = 64,
};
inline constexpr std::array kFacts{Fact::Visible,          Fact::Focused,    Fact::Playing, Fact::Audible,
                                   Fact::PictureInPicture, Fact::FullScreen, Fact::Idle};
std::string_view to_text(Fact fact);  ///< "visible", …, "picture-in-picture"
std::optional<Fact> parse_fact(std::string_view name);

enum class Kind { Fields, Facts, Records, Attributes, Marks, Logs };
std::string_view to_text(Kind kind);  ///< "fields", …: the key in the policy

/// Who can do what with a datum: nobody knows whose it is; the person edits and deletes it; on request.
enum class Class { Pseudonymous, SelfManaged, Held };
std::string_view to_text(Class kind);

enum class Unit { Days, Months, Years };

/// "14 days after event end"
struct Term {
  int count = 0;
  Unit unit = Unit::Days;
  std::string after;  ///< of Vocabulary::ends
  bool operator==(const Term&) const = default;
};

enum class Afterwards { Erase, Anonymise };

struct Data {
  std::string name;
  Kind kind = Kind::Records;
  /// What the kind's list holds: names of fields, facts, records, attributes, marks or log parts.
  std::vector<std::string> items;
  std::uint8_t facts = 0;  ///< the same as bits, for Kind::Facts
  std::string from;        ///< of Vocabulary::sources, for Kind::Fields; else empty
  Texts says;
  std::vector<std::string> purposes;  ///< `for`, in the order written; at least one
  Class data_class = Class::Pseudonymous;
  Term keep;
  Afterwards then = Afterwards::Erase;
};

/// What is asked for a purpose with basis consent, at every viewing.
struct ConsentRule {
  std::string purpose;
  Texts asks;                  ///< one question
  Texts explains;              ///< details, shown on demand
  std::optional<Texts> costs;  ///< what a refusal may cost; there whenever another purpose needs this one
  Texts accept;                ///< the words of the button that agrees
  Texts decline;               ///< the words of the one that refuses
  Texts given;                 ///< the state line while measured
  Texts declined;              ///< the state line while not
  std::vector<std::string> refused;  ///< the data of a viewing that are still stored after a refusal

  /// All that was put before the viewer, as it is kept in the consent ledger: a line each for question,
  /// cost, details and both buttons.
  std::string shown(base::Language language) const;
};

/// Who answers for what; `name` is empty where each property names its own.
struct Party {
  std::string name;
  std::string contact;  ///< an e-mail address; empty when `name` is
  std::string country;  ///< ISO 3166-1 alpha-2; may be empty
};

struct Parties {
  std::optional<Party> controller;
  std::optional<Party> processor;
  std::optional<Party> officer;
};

/// What a measured page may report.
struct Measurement {
  std::uint8_t facts = 0;             ///< all declared facts as bits; 0: this policy measures nothing
  std::vector<std::string> marks;     ///< all declared kinds of marks
  std::vector<std::string> purposes;  ///< with basis consent, to be asked for; in the order declared
};

/// A checked policy. Immutable; any thread may read.
class Policy {
 public:
  /// Reads and checks `yaml`. Errors: every problem found, ordered by position, at least one.
  static std::expected<Policy, std::vector<Problem>> parse(std::string_view yaml,
                                                           const Vocabulary& vocabulary = {});

  const std::string& name() const { return name_; }
  /// "2026-11-01-0123456789ab": the date in force and a hash of all that the file says. Comments, layout
  /// and line ends do not count; order does.
  const std::string& version() const { return version_; }
  const std::string& in_force() const { return in_force_; }  ///< "2026-11-01"
  const std::vector<base::Language>& languages() const { return languages_; }
  bool opens_by_form() const { return opens_by_form_; }
  bool opens_by_link() const { return opens_by_link_; }
  const Parties& parties() const { return parties_; }
  const std::vector<Purpose>& purposes() const { return purposes_; }
  const std::vector<Data>& data() const { return data_; }
  const std::vector<ConsentRule>& consents() const { return consents_; }

  /// What the registration form can ask, in the order declared.
  const std::vector<Field>& fields() const { return fields_; }

  /// Each is null when the policy declares no such thing.
  const Purpose* purpose(std::string_view name) const;
  const Data* datum(std::string_view name) const;
  const Field* field(std::string_view name) const;
  const Field* email_field() const;  ///< the first of type email
  const ConsentRule* consent(std::string_view purpose) const;
  /// The datum that declares this record, as in record("opened").
  const Data* record(std::string_view name) const;

  /// Names of the fields of type name, in order: together they are how somebody is called.
  std::vector<std::string> name_fields() const;
  const Measurement& measurement() const { return measurement_; }

 private:
  friend class Reader;
  Policy() = default;

  std::string name_;
  std::string version_;
  std::string in_force_;
  std::vector<base::Language> languages_;
  bool opens_by_form_ = true;
  bool opens_by_link_ = false;
  Parties parties_;
  std::vector<Purpose> purposes_;
  std::vector<Data> data_;
  std::vector<Field> fields_;
  std::vector<ConsentRule> consents_;
  Measurement measurement_;
};

}  // namespace policy
