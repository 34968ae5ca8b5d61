// What the tree holds of an act. Whoever reads all leaves learns what kind of act was done when, and about
// nobody: who did it, from where, to which property and what else there is to say of it are in the *detail*,
// of which the leaf holds a commitment alone. Numbers are little-endian.
//
//   leaf                                       detail, before it is sealed
//    0   1  version, 1                          0  32  salt, random
//    1   1  state: 0 done, 1 intent, 2 result  32   1  version, 1
//    2   1  1 when there is a subject, else 0  33   1  bits: 1 a property, 2 a member
//    3   1  length of the kind, k              34   1  length of the address, a
//    4   8  number of the act                  35   1  zero
//   12   8  time, ms since 1970 in UTC         36   4  property, or zero
//   20   8  a result's intent, else zero       40  16  member, or zero
//   28  16  subject, or zero                   56   a  address
//   44  32  commitment                              …  text, to the end
//   76   k  kind
//
// The commitment is HMAC-SHA-256 with the salt as its key over the detail from byte 32 on. Nobody finds the
// detail from it, however few details there could be, since the salt is as secret as the detail: both lie in
// the same sealed record and go together. With the record, anyone can see that it is the one that was
// committed to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/id.h"
#include "base/names.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "crypto/secret_key.h"

namespace journal {

/// 1, 2, 3 … without a gap, in the order of recording. Act n is leaf n − 1 of the tree.
using ActNumber = std::int64_t;
using SubjectToken = base::Id<struct SubjectTag>;

enum class State { Done, Intent, Result };
/// "done", "intent", "result".
std::string_view to_text(State state);

struct Leaf {
  ActNumber number = 0;
  base::Instant at;
  State state = State::Done;
  /// The intent that a result belongs to.
  std::optional<ActNumber> intent = {};
  std::optional<SubjectToken> subject = {};
  std::string kind = {};
  crypto::Digest commitment = {};

  bool operator==(const Leaf&) const = default;
};

base::Bytes encode(const Leaf& leaf);
/// Errors: Corrupt for any bytes that `encode` does not make.
base::Result<Leaf> parse_leaf(base::ByteView bytes);

/// 1 … kKindBytesMax of `[a-z0-9_.]`.
bool is_kind(std::string_view kind);

struct Detail {
  std::optional<base::PropertyNumber> property = {};
  std::optional<base::MemberId> member = {};
  std::string address = {};
  std::string text = {};

  bool operator==(const Detail&) const = default;
};

/// Salt and detail, as they are sealed.
base::Bytes encode(const Detail& detail, const crypto::SecretKey& salt);
/// What the leaf of this detail holds. Requires: `record` as `encode` makes it.
crypto::Digest commitment_of(base::ByteView record);
/// Errors: Corrupt.
base::Result<Detail> parse_detail(base::ByteView record);

/// An IP address cut so that it tells a network and not a household: the first 24 bits of IPv4, 48 of IPv6.
/// "192.0.2.0/24", which stays as it is. Empty for a text that is no address.
std::string cut_address(std::string_view address);

}  // namespace journal
