// What a passkey says, checked: Web Authentication (W3C, Level 3, Candidate Recommendation Snapshot of 13
// January 2026), §7.1 for a new one and §7.2 for one that is shown. No attestation is asked for: which make
// an authenticator is, is nobody's business here. So of a new one the authenticator data are enough.
//
// Bytes arrive as browsers have them. Authenticator data and signatures are libfido2's to read and verify;
// the client data are JSON, and read here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace staff {

/// Where passkeys of this installation count.
struct RelyingParty {
  std::string origin;  ///< "https://events.lichtbeeld.example"
  std::string id;      ///< its host

  /// Of the address that everything begins with.
  static RelyingParty of(std::string_view origin);
};

/// A COSE algorithm and a public key, in libfido2's form of it.
struct PasskeyKey {
  int algorithm = 0;
  base::Bytes bytes;
};
/// What a browser is told that we take, the best at the head: EdDSA, ES256, RS256.
inline constexpr int kPasskeyAlgorithms[] = {-8, -7, -257};

struct NewPasskey {
  base::Bytes credential;  ///< its id
  PasskeyKey key;
  std::uint32_t counter = 0;
};

/// `challenge` is base64url, as it was drawn. Errors: Denied, never saying why, as of both.
base::Result<NewPasskey> read_new_passkey(const RelyingParty& party, std::string_view challenge,
                                          base::ByteView client_data, base::ByteView authenticator_data);

struct ShownPasskey {
  base::ByteView client_data;
  base::ByteView authenticator_data;
  base::ByteView signature;
};
/// Its counter; whether that goes forward is for who stores it.
base::Result<std::uint32_t> check_passkey(const RelyingParty& party, std::string_view challenge,
                                          const PasskeyKey& key, const ShownPasskey& shown);

}  // namespace staff
