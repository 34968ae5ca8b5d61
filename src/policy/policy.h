// A policy: what an organisation declares that it collects, why, and for how long. What it does not
// declare cannot be stored. Written in YAML; policies/videoevent.yaml shows the whole language:
//
//   policy: videoevent              # a name
//   languages: [nl, fr, en, de]     # every text is there in each of these
//   in-force: 2026-11-01
//   law: BE                         # whose law sets what the policy leaves to it (law.h)
//   opens-by: [form, link]          # how a registered viewer gets in; "form" alone when left out
//   parties:                        # controller, processor, officer, privacy-contact, authority
//   purposes:                       # why: {basis, says, needs?, confirmed-by?}
//   data:                           # what: one of fields|facts|records|attributes|marks|logs,
//                                   #       and {says, from?, for, class, keep, meanwhile?, then}
//   consent:                        # per purpose with basis consent: what is asked, and what a refusal means
//   recipients: places: systems: decisions:     # who else, where, with what, and what is decided by rule
//   rights: breach: minors: accounts: refuses: disclosures:
//   updates:                        # mails that one can subscribe to: {title, says, for, at-most-every}
//   cookies: glossary: staff: credentials:
//
// docs/policy.md explains each key to whoever writes a policy.
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
#include "policy/parties.h"
#include "policy/problem.h"
#include "policy/rights.h"
#include "policy/stored_item.h"
#include "policy/term.h"
#include "policy/texts.h"
#include "policy/vocabulary.h"

namespace policy {

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
  /// Of "contact", "identification", "payment", "interest", "professional", "other"; what the register calls
  /// it.
  std::string category = "contact";
  std::string example;  ///< an invented value, for the register; empty: the program has one for the type
  std::vector<Choice> choices;  ///< of type Choice: two or more; else empty
  /// The special category that it asks for (sensitive.h), of Vocabulary::special_categories; empty for none.
  std::string special = {};
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

enum class Afterwards { Erase, Anonymise };

struct Data {
  std::string name;
  Kind kind = Kind::Records;
  /// What the kind's list holds: names of fields, facts, records, attributes, marks or log parts.
  std::vector<std::string> items;
  std::uint8_t facts = 0;         ///< the same as bits, for Kind::Facts
  std::vector<std::string> from;  ///< of Vocabulary::sources, for Kind::Fields at least one; else empty
  Texts says;
  std::vector<std::string> purposes;  ///< `for`, in the order written; at least one
  Class data_class = Class::Pseudonymous;
  Term keep;
  /// The purposes, of those above, that it may still serve once the moment that its term counts from has
  /// come: from then on it is read for these, and no longer added to or changed. Empty: nothing changes
  /// before its end.
  std::vector<std::string> meanwhile;
  Afterwards then = Afterwards::Erase;
};

/// When somebody is asked: at each viewing anew, or once until they say otherwise.
enum class AskWhen { EveryViewing, Once };

/// What is asked for a purpose with basis consent.
struct ConsentRule {
  std::string purpose;
  AskWhen ask = AskWhen::EveryViewing;
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

/// Mails that somebody can subscribe to.
struct Update {
  std::string name;
  Texts title;
  Texts says;
  std::string purpose;  ///< with basis consent or legitimate interest
  Span every;           ///< at most one mail in each
};

/// What a measured page may report.
struct Measurement {
  std::uint8_t facts = 0;          ///< all declared facts as bits; 0: this policy measures nothing
  std::vector<std::string> marks;  ///< all declared kinds of marks
  /// With basis consent, to be asked for before a viewing, in the order declared: those that are asked at
  /// every viewing, and those that facts or marks are for.
  std::vector<std::string> purposes;
};

/// A word of the glossary, beside those that the program explains in every notice.
struct GlossaryEntry {
  Texts word;
  Texts means;
};

/// A text that members of staff agree to before they get at anything.
struct Acknowledgement {
  std::string name;
  Texts title;
  Texts text;
  bool is_signed = false;  ///< by typing one's name; else by saying that one has read it
  Span again_after;        ///< so long after it was agreed to it is asked again; 0: as long as the text holds
  /// Changes whenever title, text or the way of agreeing does. 16 hex digits.
  std::string version;
};

/// Something that members of staff have followed, not longer ago than this, before they get at anything.
struct Training {
  std::string name;
  Texts title;
  Span valid;
};

/// How staff work with the data.
struct StaffRules {
  int factors = 2;
  std::vector<Acknowledgement> acknowledge;
  std::vector<Training> training;  ///< no name twice in both lists together
  /// Only in browsers that were vouched for.
  bool known_devices = false;
  /// Acts that wait for a second person, of Vocabulary::four_eyes.
  std::vector<std::string> four_eyes;
};

/// A password or key of the installation and how long it may be used at most.
struct RotationRule {
  std::string credential;  ///< of Vocabulary::credentials
  Span every;
};

/// How much a policy has to say.
enum class Extent {
  Whole,  ///< the policy of an organisation: the law, an authority and a contact, places, rights, breaches
  Part,   ///< what the program brings along for its own needs; the organisation's policy says the rest
};

/// A checked policy. Immutable; any thread may read.
class Policy {
 public:
  /// Reads and checks `yaml`. Errors: every problem found, ordered by position, at least one.
  static std::expected<Policy, std::vector<Problem>> parse(std::string_view yaml,
                                                           const Vocabulary& vocabulary = {},
                                                           Extent extent = Extent::Whole);

  const std::string& name() const { return name_; }
  /// "2026-11-01-0123456789ab": the date in force and a hash of all that the file says. Comments, layout
  /// and line ends do not count; order does.
  const std::string& version() const { return version_; }
  const std::string& in_force() const { return in_force_; }  ///< "2026-11-01"
  /// ISO 3166-1 alpha-2 of the country whose law sets what the policy leaves to it; empty: the Union's alone.
  const std::string& law() const { return law_; }
  const std::vector<base::Language>& languages() const { return languages_; }
  bool opens_by_form() const { return opens_by_form_; }
  bool opens_by_link() const { return opens_by_link_; }
  const Parties& parties() const { return parties_; }
  const std::vector<Purpose>& purposes() const { return purposes_; }
  const std::vector<Data>& data() const { return data_; }
  const std::vector<ConsentRule>& consents() const { return consents_; }
  const std::vector<Update>& updates() const { return updates_; }
  const std::vector<Recipient>& recipients() const { return recipients_; }
  const std::vector<Place>& places() const { return places_; }
  const std::vector<System>& systems() const { return systems_; }
  const std::vector<Decision>& decisions() const { return decisions_; }
  /// The one that the program itself prepares, from what somebody watched; null when there is none.
  const Decision* attendance_rule() const;
  const Rights& rights() const { return rights_; }
  const Breach& breach() const { return breach_; }
  const Minors& minors() const { return minors_; }
  const UnusedAccounts& unused_accounts() const { return unused_accounts_; }
  /// Special categories that are never collected, of Vocabulary::special_categories; all of them for a policy
  /// that does not say.
  const std::vector<std::string>& refuses() const { return refuses_; }
  /// Grounds on which data may go to somebody outside, of Vocabulary::grounds.
  const std::vector<std::string>& disclosure_grounds() const { return disclosure_grounds_; }
  const std::vector<StoredItem>& stored_items() const { return stored_items_; }
  const std::vector<GlossaryEntry>& glossary() const { return glossary_; }
  const StaffRules& staff() const { return staff_; }
  const std::vector<RotationRule>& credentials() const { return credentials_; }

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
  const Recipient* recipient(std::string_view name) const;
  const Update* update(std::string_view name) const;
  /// The field for the e-mail address of who subscribes; there whenever there are updates.
  const Field* subscriber_address() const;
  /// Who runs the machine of this name, as in Place::by; nothing when no recipient and no system has it.
  std::optional<std::string> runs(std::string_view host) const;

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
  std::vector<Update> updates_;
  std::string law_;
  std::vector<Recipient> recipients_;
  std::vector<Place> places_;
  std::vector<System> systems_;
  std::vector<Decision> decisions_;
  Rights rights_;
  Breach breach_;
  Minors minors_;
  UnusedAccounts unused_accounts_;
  std::vector<std::string> refuses_;
  std::vector<std::string> disclosure_grounds_;
  std::vector<StoredItem> stored_items_;
  std::vector<GlossaryEntry> glossary_;
  StaffRules staff_;
  std::vector<RotationRule> credentials_;
  Measurement measurement_;
};

}  // namespace policy
