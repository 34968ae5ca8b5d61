// What people may ask for and how soon they are answered; what is done when something went wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/term.h"
#include "policy/texts.h"

namespace policy {

/// What the program does when a request is granted. A right with a name of its own says which ("does:").
enum class RightAct : std::uint8_t {
  Access,       ///< everything that is held of the person, computed (GDPR Article 15)
  Portability,  ///< the raw records as a file (20)
  Correction,   ///< fields are corrected (16)
  Erasure,      ///< (17)
  Restriction,  ///< kept, and used for nothing else (18)
  Objection,    ///< the purposes named are no longer served (21)
  Withdrawal,   ///< consent is taken back (7(3))
  HandOver,     ///< the portability file goes to another organisation (20(2))
  Answer,       ///< a person answers in words: whatever right a policy invents
};
std::string_view to_text(
    RightAct act);  ///< "access", …, "hand-over", "answer": also the usual names of rights

struct Right {
  std::string name;  ///< the key; an act's own word, or any name together with `does` and `says`
  RightAct act = RightAct::Answer;
  Texts says;   ///< empty for a usual name: the program has the words
  Span within;  ///< counted from receipt
  /// Of "page", "csv", "json", in the order written; empty where nothing is handed over.
  std::vector<std::string> formats;
  /// Which role answers ("officer", "controller", "processor"); one per kind of request.
  std::string by = "officer";
};

/// How somebody shows who they are.
enum class IdentityProof : std::uint8_t {
  LinkAndCode,       ///< "personal link and mailed code"
  RedactedDocument,  ///< "redacted document"
};
std::string_view to_text(IdentityProof proof);

struct Rights {
  std::vector<Right> list;  ///< in the order written
  std::vector<IdentityProof> identity;
  /// What a request by mail must have, of "date", "signature", "identity"; who sends less is told what is
  /// missing.
  std::vector<std::string> needs;

  const Right* find(std::string_view name) const;
  /// The first that does this; null for none.
  const Right* of(RightAct act) const;
};

enum class Told : std::uint8_t { Controller, Authority, People };
std::string_view to_text(Told whom);  ///< "controller", "authority", "people"

struct BreachDuty {
  Told whom = Told::Authority;
  Span within;  ///< counted from the moment at which one was aware of it
  /// Written as "law": told in the cases in which the law wants it (GDPR 33(1), 34(1) and (3)). A policy that
  /// writes a time promises to tell of every breach.
  bool by_law = false;
};

struct Breach {
  std::vector<BreachDuty> tell;
  /// What must be on record before an incident closes, of "remedy", "policy decision".
  std::vector<std::string> closed_with;
};

/// What becomes of an account that nobody uses any more.
struct UnusedAccounts {
  Span closed_after;   ///< counted from its last use; 0: the policy closes none
  Span warned_before;  ///< so long before that its owner is told, by mail
  bool are_closed() const { return closed_after.count > 0; }
  bool operator==(const UnusedAccounts&) const = default;
};

/// Who is too young to decide alone, and what happens then.
struct Minors {
  int age = 0;  ///< nobody under it without a parent's or guardian's consent; 0: the policy does not ask
  bool guardian_confirms = false;  ///< by mail; else a minor is refused
};

}  // namespace policy
