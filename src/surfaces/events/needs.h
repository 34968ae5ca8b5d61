// The modules that the events surface uses, and what an operator decides about it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/files.h"
#include "base/names.h"
#include "base/random.h"
#include "base/result.h"

namespace approvals {
class Approvals;
}
namespace staff {
class Access;
}
namespace consent {
class Ledger;
class Notices;
}  // namespace consent
namespace credentials {
class SessionKeys;
}
namespace disclosure {
class Book;
}
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
namespace pulse {
class Engine;
}
namespace retention {
class Eraser;
class Schedule;
}  // namespace retention
namespace sql {
class Database;
}
namespace vault {
class KeyStore;
class Vault;
}  // namespace vault

namespace surfaces::events {

struct Settings {
  /// Where the outside world reaches this installation: "https://events.example", without a slash.
  std::string origin;
  /// Uploaded and live video: `<blobs>/events/<number>/…`.
  base::Path blobs;
  /// True for an installation that only this machine reaches: then a video source may be on it too.
  bool local_only = false;
};

/// All of them outlive the surface.
struct Needs {
  sql::Database& control;
  property::Registry& properties;
  vault::Vault& vault;
  vault::KeyStore& keys;
  const credentials::SessionKeys& session_keys;
  const policy::Policy& policy;
  const page::Site& site;
  consent::Ledger& consents;
  consent::Notices& notices;
  pulse::Engine& engine;
  journal::Journal& journal;
  disclosure::Book& disclosures;
  outbox::Outbox& outbox;
  staff::Access& access;
  approvals::Approvals& approvals;
  retention::Schedule& schedule;
  retention::Eraser& eraser;
  base::Files& files;
  const base::Clock& clock;
  base::Random& random;
  /// Somebody whose data are only kept, and shown to nobody.
  std::function<base::Result<bool>(base::PersonId)> is_restricted;
  /// What a member of staff is called; empty for who is no more.
  std::function<base::Result<std::string>(base::MemberId)> member_name;
  Settings settings;
  /// A program stops at a point that it names, in tests (house.cpp).
  std::function<base::Result<void>(std::string_view point)> between = {};
};

}  // namespace surfaces::events
