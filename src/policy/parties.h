// Who and where: parties, recipients, places, systems.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/texts.h"

namespace policy {

/// Who answers for what; `name` is empty where each property names its own (`role: organiser`).
struct Party {
  std::string name;
  std::string contact;  ///< an e-mail address; empty when `name` is
  std::string country;  ///< ISO 3166-1 alpha-2; may be empty
};

/// A supervisory authority, by a word of the table in law.h ("be-gba") or written out.
struct Authority {
  std::string name;
  std::string complaints;  ///< https address of its page for complaints
  std::string country;
};

struct Parties {
  std::optional<Party> controller;
  std::optional<Party> processor;
  std::optional<Party> officer;
  /// Where people write to with a question or a request: `privacy-contact`, else the officer, else whoever
  /// is named. An e-mail address; empty only when nobody is named.
  std::string privacy_contact;
  /// Where misuse and weaknesses are reported, when that is another address; may be empty.
  std::string report_contact;
  std::optional<Authority> authority;

  /// The address that is published for reports.
  const std::string& reports_to() const { return report_contact.empty() ? privacy_contact : report_contact; }
};

enum class RecipientRole { Processor, Controller, Authority };
std::string_view to_text(RecipientRole role);  ///< "processor", …

/// On which ground data may leave the European Economic Area: Articles 45 to 49 of the GDPR.
enum class Transfer { None, Adequacy, StandardClauses, BindingRules, Consent, Contract };
std::string_view to_text(Transfer ground);  ///< "none", "adequacy", "standard-clauses", …

/// Whoever else gets data; nobody who is not declared does.
struct Recipient {
  std::string name;     ///< the key: "hosting"
  std::string called;   ///< "Serverhuis NV"
  std::string country;  ///< ISO 3166-1 alpha-2
  RecipientRole role = RecipientRole::Processor;
  Texts does;                     ///< its function
  std::string policy;             ///< https address of its own policy
  std::string assessed;           ///< "2026-02-10"; empty: not yet, so it is not active
  std::string agreement;          ///< date of the signed agreement; empty: none, so a processor is not active
  std::vector<std::string> gets;  ///< data
  Transfer transfer = Transfer::None;
  std::vector<std::string> hosts;  ///< its machines to which the program itself sends

  /// Policy, assessment and, for a processor, agreement are there: something may flow to it.
  bool is_active() const;
};

/// Where data lie.
struct Place {
  std::string name;
  Texts says;
  std::string country;
  std::string by;                  ///< a recipient's name, or "controller" or "processor"
  std::vector<std::string> holds;  ///< data
};

/// A system that processes data (N05).
struct System {
  std::string name;
  Texts says;
  std::string place;               ///< of Place::name
  std::vector<std::string> hosts;  ///< as Recipient::hosts
};

/// Something that is decided or scored automatically, and who confirms it (C08).
struct Decision {
  std::string name;
  Texts says;
  Texts logic;  ///< how, in words
  std::string purpose;
  /// Whoever actively watched at least so many hundredths of the planned duration is proposed, 1 … 100; 0
  /// where the program works nothing out.
  int watched = 0;
  /// Always true: a decision that nobody confirms is refused by the language.
  bool confirmed_by_person = true;
};

/// Of the 30 countries of the European Economic Area?
bool is_in_eea(std::string_view country);

}  // namespace policy
