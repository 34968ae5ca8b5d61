// Signed notes (C2SP signed-note) and the checkpoints that they carry (C2SP tlog-checkpoint).
//
//   lichtbeeld.example/journal                                      origin: which log this is
//   1234                                                            how many leaves
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=                    root, base64
//                                                                   an empty line
//   — lichtbeeld.example/journal Az3grlgtzPICa5OS8npVmf1Myq/5IZni…  key name, base64(key id ‖ signature)
//
// The signature is Ed25519 over the text above the empty line, its last line end included. The key id is the
// first four bytes of SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key). A public key is handed on as a *verifier
// key*:
//
//   <name>+<key id in hexadecimal>+<base64(0x01 ‖ public key)>
//
// A note is read strictly: what is not spelt in the one canonical way is refused, so no bit of what a known
// key has signed, and none of its signature, can be changed without notice. Lines of unknown keys (witnesses)
// are passed over, as the specification wants.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/sign.h"
#include "journal/merkle.h"

namespace journal {

using KeyId = std::array<std::uint8_t, 4>;

struct VerifierKey {
  std::string name;
  crypto::PublicKey key{};

  KeyId id() const;
  bool operator==(const VerifierKey&) const = default;
};

/// Not empty, without spaces, control characters and plus signs; ASCII alone.
bool is_key_name(std::string_view name);

std::string to_text(const VerifierKey& key);
/// Errors: Invalid, saying what is wrong, also when the key id does not belong to the key.
base::Result<VerifierKey> parse_verifier_key(std::string_view text);

struct NoteSignature {
  std::string name;
  KeyId id{};
  base::Bytes signature;  ///< without the key id
};

struct Note {
  std::string text;  ///< with its last line end
  std::vector<NoteSignature> signatures;
};

/// Errors: Invalid.
base::Result<Note> parse_note(std::string_view note);
/// One signature line, with its line end. Errors: Invalid.
base::Result<NoteSignature> parse_signature_line(std::string_view line);
std::string to_line(const NoteSignature& signature);

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Digest root{};

  bool operator==(const Checkpoint&) const = default;
};

/// The text that is signed.
std::string to_text(const Checkpoint& checkpoint);
/// Without extension lines, which no checkpoint of this program has. Errors: Invalid.
base::Result<Checkpoint> parse_checkpoint(std::string_view text);

/// The whole note; the key's name is the origin.
std::string sign(const Checkpoint& checkpoint, const crypto::SigningKey& key);
/// Signed by each of them, in their order.
std::string sign(const Checkpoint& checkpoint, std::span<const crypto::SigningKey> keys);
/// Errors: Invalid for what is no checkpoint, Denied when the key did not sign it, or signed nothing of this
/// name.
base::Result<Checkpoint> open_checkpoint(std::string_view note, const VerifierKey& key);
/// Signed by any of them, of which there is one; the error is that of the last.
base::Result<Checkpoint> open_checkpoint(std::string_view note, std::span<const VerifierKey> keys);

}  // namespace journal
