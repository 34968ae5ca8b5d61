// The answer to a request, computed from what is there: every value with its purposes, basis, source, the
// version of the policy that permitted it and the day on which it ends; what was measured; what was agreed
// to; which mails went out; who took or saw the data, from the journal; who got a copy; who else gets them;
// how anything is decided by rule; where to complain.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/language.h"
#include "base/result.h"
#include "consent/ledger.h"
#include "crypto/sign.h"
#include "policy/policy.h"
#include "pulse/snapshot.h"
#include "retention/surface.h"
#include "rights/request.h"
#include "rights/zip.h"

namespace disclosure {
class Book;
}
namespace journal {
class Journal;
}
namespace outbox {
class Outbox;
}
namespace pulse {
class Engine;
}
namespace vault {
class Vault;
}

namespace rights {

/// One value that is held.
struct Held {
  std::string datum;
  std::string label;  ///< in the requester's language
  std::string name;   ///< the field's or record's own name
  std::string value;
  std::vector<std::string> purposes;
  std::vector<std::string> sources;
  std::string given_on;  ///< YYYY-MM-DD, of what somebody typed over; else empty
  std::string policy_version;
  base::Instant stored_at;
  std::string term;                   ///< as the policy writes it
  std::optional<base::Instant> ends;  ///< none while it is not known yet
  std::string then;                   ///< "erase" or "anonymise"
};

struct HeldSession {
  base::SessionId session;
  base::Instant opened;
  bool consented = false;
  std::optional<base::Instant> withdrawn;
};

struct HeldMail {
  std::string template_name;
  std::string state;
  base::Instant at;
};

/// Somebody did something with the property's data.
struct HeldAct {
  std::string kind;
  base::Instant at;
  bool by_staff = false;
};

/// Somebody got a copy.
struct HeldDisclosure {
  std::string receiver;
  std::string ground;  ///< of policy::Vocabulary::grounds, or disclosure::kAssignmentGround
  std::vector<std::string> data;
  base::Instant at;
};

/// What one property holds of the person.
struct HeldProperty {
  std::string slug;
  std::string title;
  std::vector<Held> values;
  std::vector<HeldSession> sessions;
  std::string records;  ///< the portability file
  std::vector<consent::Entry> consents;
  std::vector<HeldMail> mails;
  std::vector<HeldAct> acts;
  std::vector<HeldDisclosure> disclosures;
};

struct Answer {
  std::string organisation;
  base::Instant made_at;
  base::Language language = base::Language::Nl;
  std::string zone;
  std::vector<HeldProperty> properties;
};

struct AnswerNeeds {
  vault::Vault& vault;
  consent::Ledger& consents;
  pulse::Engine& engine;
  journal::Journal& journal;
  disclosure::Book& disclosures;
  outbox::Outbox& outbox;
  const policy::Policy& policy;
  const base::Clock& clock;
  /// Of a property's number; empty texts when it is no more.
  std::function<base::Result<std::pair<std::string, std::string>>(base::PropertyNumber)> names;
  const std::vector<retention::Surface>& surfaces;
  std::string organisation;
};

/// Reading it is itself an act, which the caller records. Errors: those of the stores; somebody who was
/// erased meanwhile is passed over.
base::Result<Answer> compute_answer(const AnswerNeeds& needs, const std::vector<Subject>& subjects,
                                    base::Language language);

/// The same as data, as a page by itself, and as tables.
std::string to_json(const Answer& answer, const policy::Policy& policy);
std::string to_page(const Answer& answer, const policy::Policy& policy);
std::vector<ZipMember> to_tables(const Answer& answer, const policy::Policy& policy);

/// The raw records alone, a file for each property.
std::vector<ZipMember> to_records(const Answer& answer);

/// Members, with manifest.json (name, bytes and SHA-256 of each), its Ed25519 signature manifest.sig, and
/// key.pem, with which `openssl pkeyutl -verify -rawin` proves it; one archive.
base::Result<std::string> sign_archive(std::vector<ZipMember> members, const crypto::SigningKey& key,
                                       std::string_view organisation, base::Instant at);

/// SubjectPublicKeyInfo of RFC 8410 as PEM.
std::string to_pem(const crypto::PublicKey& key);

/// RFC 4180, CRLF; what a spreadsheet would take for a formula is told apart by an apostrophe.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace rights
