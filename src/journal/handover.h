// How a journal's key is replaced by another one, so that whoever holds an earlier public key is led to
// today's. Each replacement is a signed note (journal/note.h), and the file `journal/handovers` has them all,
// the oldest first:
//
//   lichtbeeld.example/journal                                       origin
//   handover                                                         no checkpoint has this in its second
//   line lichtbeeld.example/journal+1c9f3d2a+AQ…                          the key that signed until then
//   lichtbeeld.example/journal+77ab03e1+AX…                          the key that signs from then on
//                                                                    an empty line
//   — lichtbeeld.example/journal HJ89Kv…                             signed by the one
//   — lichtbeeld.example/journal d6sD4d…                             and by the other
//
// Each note takes over from the one before. Signed by the old key it cannot be anybody else's wish, signed by
// the new one nobody can be made to follow a key that its owner does not have.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/sign.h"
#include "journal/note.h"

namespace journal {

struct Handover {
  VerifierKey from;
  VerifierKey to;
  bool operator==(const Handover&) const = default;
};

/// The whole note.
std::string sign_handover(std::string_view origin, const crypto::SigningKey& from,
                          const crypto::SigningKey& to);

/// One note after the other; empty for none. Errors: Invalid for what is not spelt in the one canonical way,
/// and past kHandoversMax; Denied for one that both keys did not sign, or that does not take over from the
/// one before.
base::Result<std::vector<Handover>> open_handovers(std::string_view notes);

/// All keys of the journal, the oldest first and today's last, where `known` is one of them; `known` alone
/// while there was no handover. Errors: as above; Denied when `known` is none of them.
base::Result<std::vector<VerifierKey>> follow_handovers(std::string_view notes, const VerifierKey& known);

}  // namespace journal
