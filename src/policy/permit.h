// Permits: the only keys to the stores. A store takes a value only together with a permit for it, only
// policy::Gate makes permits, and for what rests on consent only against a ConsentProof, which only
// consent::Ledger makes once the consent is on stable storage. Constructors are private: storing without
// a permit, or permitting without consent, does not compile (misuse/*.cpp show it).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/names.h"
#include "base/time.h"
#include "policy/policy.h"

namespace consent {
class Ledger;
}

namespace policy {

class Gate;

/// Somebody agreed to one purpose for one viewing, and the ledger holds it. Not copyable: it is used at
/// once and not kept, since the consent may be withdrawn a second later.
class ConsentProof {
 public:
  ConsentProof(ConsentProof&&) = default;
  ConsentProof& operator=(ConsentProof&&) = default;
  ConsentProof(const ConsentProof&) = delete;
  ConsentProof& operator=(const ConsentProof&) = delete;

  const std::string& purpose() const { return purpose_; }
  /// Purpose::fingerprint of what was agreed to.
  const std::string& fingerprint() const { return fingerprint_; }
  /// The version that was shown.
  const std::string& policy_version() const { return policy_version_; }
  base::PropertyNumber property() const { return property_; }
  base::SessionId session() const { return session_; }
  base::ViewerNumber viewer() const { return viewer_; }
  base::Instant at() const { return at_; }

 private:
  friend class consent::Ledger;
  ConsentProof(const Purpose& purpose, std::string policy_version, base::PropertyNumber property,
               base::SessionId session, base::ViewerNumber viewer, base::Instant at)
      : purpose_(purpose.name),
        fingerprint_(purpose.fingerprint),
        policy_version_(std::move(policy_version)),
        property_(property),
        session_(session),
        viewer_(viewer),
        at_(at) {}

  std::string purpose_;
  std::string fingerprint_;
  std::string policy_version_;
  base::PropertyNumber property_;
  base::SessionId session_;
  base::ViewerNumber viewer_;
  base::Instant at_;
};

/// What every permit says of itself.
class Permit {
 public:
  const std::string& data() const { return data_; }  ///< the datum of the policy
  const std::string& policy_version() const { return policy_version_; }
  /// What it may be used for; at least one.
  const std::vector<std::string>& purposes() const { return purposes_; }
  const std::string& purpose() const { return purposes_.front(); }

 private:
  friend class Gate;
  Permit(std::string data, std::string policy_version, std::vector<std::string> purposes)
      : data_(std::move(data)), policy_version_(std::move(policy_version)), purposes_(std::move(purposes)) {}

  std::string data_;
  std::string policy_version_;
  std::vector<std::string> purposes_;
};

/// One field of a person may be sealed in the vault.
class FieldPermit : public Permit {
 public:
  const std::string& field() const { return field_; }

 private:
  friend class Gate;
  FieldPermit(Permit permit, std::string field) : Permit(std::move(permit)), field_(std::move(field)) {}
  std::string field_;
};

/// One thing of a viewing may be stored: a record ("opened"), an attribute, a part of a log line.
template <Kind kind>
class NamedPermit : public Permit {
 public:
  const std::string& name() const { return name_; }

 private:
  friend class Gate;
  NamedPermit(Permit permit, std::string name) : Permit(std::move(permit)), name_(std::move(name)) {}
  std::string name_;
};
using RecordPermit = NamedPermit<Kind::Records>;
using AttributePermit = NamedPermit<Kind::Attributes>;
using LogPermit = NamedPermit<Kind::Logs>;

/// One datum may go to one recipient.
class RecipientPermit : public Permit {
 public:
  const std::string& recipient() const { return recipient_; }

 private:
  friend class Gate;
  RecipientPermit(Permit permit, std::string recipient)
      : Permit(std::move(permit)), recipient_(std::move(recipient)) {}
  std::string recipient_;
};

/// Data may be used for these purposes.
class UsePermit {
 public:
  const std::vector<std::string>& purposes() const { return purposes_; }  ///< at least one
  const std::vector<std::string>& data() const { return data_; }  ///< what serves one of them; at least one
  const std::string& policy_version() const { return policy_version_; }
  /// Whether the policy declares the datum for one of the purposes.
  bool covers(std::string_view datum) const;
  /// The same of a value that was stored for these purposes: what it was not given for is not covered, even
  /// if the policy declares it now; what rests on the consents of a viewing is once the
  /// person `agreed` at one.
  bool covers(std::string_view datum, const std::vector<std::string>& stored_for, bool agreed) const;

 private:
  friend class Gate;
  struct Tie {
    std::string datum;
    std::string purpose;
    bool by_viewing = false;
  };
  UsePermit() = default;
  std::vector<std::string> purposes_;
  std::vector<std::string> data_;
  std::vector<Tie> ties_;
  std::string policy_version_;
};

/// These data, and no others, may go to somebody who is no recipient.
class DisclosurePermit {
 public:
  const std::string& ground() const { return ground_; }  ///< of Vocabulary::grounds
  const std::vector<std::string>& data() const { return data_; }
  const std::string& policy_version() const { return policy_version_; }

 private:
  friend class Gate;
  DisclosurePermit() = default;
  std::string ground_;
  std::vector<std::string> data_;
  std::string policy_version_;
};

/// One session may be measured, with these facts and marks and no others.
class FactsPermit {
 public:
  std::uint8_t facts() const { return facts_; }  ///< bits; never 0
  const std::vector<std::string>& marks() const { return marks_; }
  const std::string& policy_version() const { return policy_version_; }
  const std::vector<std::string>& purposes() const { return purposes_; }
  base::PropertyNumber property() const { return property_; }
  base::SessionId session() const { return session_; }
  base::ViewerNumber viewer() const { return viewer_; }

 private:
  friend class Gate;
  FactsPermit() = default;
  std::uint8_t facts_ = 0;
  std::vector<std::string> marks_;
  std::string policy_version_;
  std::vector<std::string> purposes_;
  base::PropertyNumber property_;
  base::SessionId session_;
  base::ViewerNumber viewer_;
};

}  // namespace policy
