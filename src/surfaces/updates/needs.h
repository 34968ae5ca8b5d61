// The modules that updates use, and what an operator decides about them.
#pragma once

#include <functional>
#include <string>

#include "access/access.h"
#include "base/clock.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"
#include "http/request.h"

namespace consent {
class Ledger;
class Notices;
}  // namespace consent
namespace journal {
class Journal;
}
namespace outbox {
class Outbox;
}
namespace page {
struct Site;
}
namespace policy {
class Policy;
}
namespace property {
class Registry;
}
namespace retention {
class Eraser;
}
namespace sql {
class Database;
}
namespace vault {
class KeyStore;
class Vault;
}  // namespace vault

namespace surfaces::updates {

/// All of them outlive the surface.
struct Needs {
  sql::Database& control;
  property::Registry& properties;
  vault::Vault& vault;
  vault::KeyStore& keys;
  const policy::Policy& policy;
  const page::Site& site;
  consent::Ledger& consents;
  consent::Notices& notices;
  journal::Journal& journal;
  outbox::Outbox& outbox;
  staff::Access& access;
  retention::Eraser& eraser;
  const base::Clock& clock;
  base::Random& random;
  /// Somebody whose data are only kept.
  std::function<base::Result<bool>(base::PersonId)> is_restricted;
  /// What a member of staff is called; empty for who is no more.
  std::function<base::Result<std::string>(base::MemberId)> member_name;
  /// Where the outside world reaches this installation: "https://events.example", without a slash.
  std::string origin;
};

}  // namespace surfaces::updates
