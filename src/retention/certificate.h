// The certificate of an erasure: what was erased, when, how it was looked for afterwards; signed, and
// verified offline by whoever holds it with the public key alone.
//
//   {
//     "certificate": { "kind": "erasure", "version": 1, "id": "…", "by": "https://events.example", … },
//     "key": "ed25519:<base64url of the public key>",
//     "signature": "<base64url>"
//   }
//
// The signature (Ed25519) is over the text "hartslag certificate 1\n" and the value of `certificate`, written
// without white space, with its keys in the order of their bytes and its texts in UTF-8 without escapes but
// those that JSON demands: one spelling for one value, whatever a mail program did to the layout. It holds
// texts, integers, truths and objects alone; anything else is refused. The `key` inside is for convenience;
// what counts is the key that the organisation publishes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/sign.h"

namespace retention {

inline constexpr std::size_t kCertificateBytesMax = 64 * 1024;

/// `statement` is a JSON object as the top says. Errors: Invalid for any other.
base::Result<std::string> sign_certificate(std::string_view statement, const crypto::SigningKey& key);

/// The statement, once the signature is found right. Errors: Invalid for what is no certificate, Denied for a
/// signature that this key did not make.
base::Result<std::string> verify_certificate(std::string_view certificate, const crypto::PublicKey& key);

/// "ed25519:…"
std::string to_text(const crypto::PublicKey& key);
/// Errors: Invalid.
base::Result<crypto::PublicKey> parse_certificate_key(std::string_view text);

}  // namespace retention
