// The browsers that a member comes in with. A browser has a secret of its own, 256 random bits in a cookie
// that lives kDeviceLife from its last use; the database holds the SHA-256. One row stands for a member and a
// browser: who shares a browser shares its secret, and each of them is vouched for alone. A browser gets
// another secret each time that it is added for somebody, so that nobody knows the one of another's browser
// beforehand.
//
// Kept of a browser is what its owner knows it by: what kind it is (agent.h) and the network it was used from
// last, cut as the journal cuts addresses.
//
// Beside them, how somebody tried to come in: the last kSignInsKept that succeeded, and as many that did not,
// so that whoever fails on purpose does not push out what its owner wants to see.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"

namespace sql {
class Connection;
class Database;
}  // namespace sql

namespace staff {

/// Any thread. What takes a connection works within the caller's transaction.
class Devices {
 public:
  Devices(sql::Database& control, const base::Clock& clock, base::Random& random)
      : control_(control), clock_(clock), random_(random) {}

  /// Whether it is a browser of the member's.
  base::Result<bool> knows(sql::Connection& connection, base::MemberId member, const From& from) const;

  struct Used {
    std::string device;  ///< its id
    std::string secret;  ///< the cookie's
  };
  /// Notes the use of a browser of the member's; nothing if it is none.
  base::Result<std::optional<Used>> use(sql::Connection& connection, base::MemberId member,
                                        const From& from) const;
  /// Makes it one, under another secret. Past kDevicesPerMember the one used longest ago ends.
  base::Result<Used> add(sql::Connection& connection, base::MemberId member, const From& from) const;

  /// The one used last at the head; `own` is the secret of the browser that asks.
  base::Result<std::vector<Device>> list(base::MemberId member, std::string_view own) const;
  /// Ends it and every session of it. Returns whether there was one.
  base::Result<bool> end(sql::Connection& connection, base::MemberId member, std::string_view device) const;
  base::Result<void> end_all(sql::Connection& connection, base::MemberId member) const;

  base::Result<void> note(sql::Connection& connection, base::MemberId member, Outcome outcome,
                          const From& from) const;
  /// The latest at the head.
  base::Result<std::vector<SignIn>> sign_ins(base::MemberId member) const;

 private:
  sql::Database& control_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace staff
