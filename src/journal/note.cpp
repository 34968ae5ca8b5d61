#include "journal/note.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "journal/limits.h"

namespace journal {

using base::Bytes;
using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr std::uint8_t kEd25519 = 0x01;
/// U+2014 and a space.
constexpr std::string_view kDash = "\xE2\x80\x94 ";

/// The one spelling of those bytes alone.
Result<Bytes> from_canonical_base64(std::string_view text) {
  auto bytes = base::from_base64(text);
  if (!bytes || base::to_base64(*bytes) != text) return fail(Code::Invalid, "this is not base64");
  return bytes;
}

Result<Digest> parse_root(std::string_view text) {
  const auto bytes = from_canonical_base64(text);
  if (!bytes || bytes->size() != sizeof(Digest))
    return fail(Code::Invalid, "the third line of a checkpoint is 32 bytes in base64");
  Digest root;
  std::ranges::copy(*bytes, root.begin());
  return root;
}

/// The next line without its end. Errors: Invalid when it has none.
Result<std::string_view> take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos) return fail(Code::Invalid, "the last line has no end");
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

}  // namespace

KeyId VerifierKey::id() const {
  Bytes bytes;
  const auto text = base::as_bytes(name);
  bytes.insert(bytes.end(), text.begin(), text.end());
  bytes.push_back('\n');
  bytes.push_back(kEd25519);
  bytes.insert(bytes.end(), key.begin(), key.end());
  const auto hash = crypto::sha256(bytes);
  KeyId id;
  std::copy_n(hash.begin(), id.size(), id.begin());
  return id;
}

bool is_key_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~' && c != '+'; });
}

std::string to_text(const VerifierKey& key) {
  Bytes bytes{kEd25519};
  bytes.insert(bytes.end(), key.key.begin(), key.key.end());
  return fmt::format("{}+{}+{}", key.name, base::to_hex(key.id()), base::to_base64(bytes));
}

Result<VerifierKey> parse_verifier_key(std::string_view text) {
  const auto refuse = [](std::string_view what) {
    return fail(Code::Invalid, fmt::format("a verifier key is name+keyid+base64: {}", what));
  };
  const auto first = text.find('+');
  const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return refuse("a part is missing");
  VerifierKey key;
  key.name = text.substr(0, first);
  if (!is_key_name(key.name)) return refuse("the name is empty or has a space in it");
  const auto bytes = from_canonical_base64(text.substr(second + 1));
  if (!bytes) return refuse("the key is not base64");
  if (bytes->size() != 1 + key.key.size() || bytes->front() != kEd25519) return refuse("no Ed25519 key");
  std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
  if (text.substr(first + 1, second - first - 1) != base::to_hex(key.id()))
    return refuse("the key id is not that of this name and key");
  return key;
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
  const auto refuse = [] { return fail(Code::Invalid, "a signature line is — name base64"); };
  if (!line.starts_with(kDash)) return refuse();
  line.remove_prefix(kDash.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return refuse();
  NoteSignature signature;
  signature.name = line.substr(0, space);
  if (!is_key_name(signature.name)) return refuse();
  const auto bytes = from_canonical_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= signature.id.size()) return refuse();
  const auto body = bytes->begin() + static_cast<std::ptrdiff_t>(signature.id.size());
  std::copy(bytes->begin(), body, signature.id.begin());
  signature.signature.assign(body, bytes->end());
  return signature;
}

std::string to_line(const NoteSignature& signature) {
  Bytes bytes{signature.id.begin(), signature.id.end()};
  bytes.insert(bytes.end(), signature.signature.begin(), signature.signature.end());
  return fmt::format("{}{} {}\n", kDash, signature.name, base::to_base64(bytes));
}

Result<Note> parse_note(std::string_view note) {
  if (note.size() > kNoteBytesMax) return fail(Code::Invalid, "the note is too long");
  const bool has_control =
      std::ranges::any_of(note, [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\n'; });
  if (has_control) return fail(Code::Invalid, "the note holds control characters");
  const auto split = note.rfind("\n\n");
  if (split == std::string_view::npos) return fail(Code::Invalid, "the note has no empty line");
  Note parsed;
  parsed.text = note.substr(0, split + 1);
  auto rest = note.substr(split + 2);
  while (!rest.empty()) {
    if (parsed.signatures.size() == kNoteSignaturesMax)
      return fail(Code::Invalid, "the note has too many signatures");
    ASSIGN_OR_RETURN(const auto line, take_line(rest));
    ASSIGN_OR_RETURN(auto signature, parse_signature_line(line));
    parsed.signatures.push_back(std::move(signature));
  }
  if (parsed.signatures.empty()) return fail(Code::Invalid, "the note is not signed");
  return parsed;
}

std::string to_text(const Checkpoint& checkpoint) {
  return fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.size, base::to_base64(checkpoint.root));
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  Checkpoint checkpoint;
  auto rest = text;
  ASSIGN_OR_RETURN(checkpoint.origin, take_line(rest));
  if (!is_key_name(checkpoint.origin)) return fail(Code::Invalid, "the checkpoint has no origin");
  ASSIGN_OR_RETURN(const auto size, take_line(rest));
  const auto read = std::from_chars(size.data(), size.data() + size.size(), checkpoint.size);
  if (read.ec != std::errc{} || std::to_string(checkpoint.size) != size)
    return fail(Code::Invalid, "the second line of a checkpoint is a number");
  ASSIGN_OR_RETURN(const auto root, take_line(rest));
  ASSIGN_OR_RETURN(checkpoint.root, parse_root(root));
  if (!rest.empty()) return fail(Code::Invalid, "the checkpoint has lines that mean nothing here");
  return checkpoint;
}

std::string sign(const Checkpoint& checkpoint, const crypto::SigningKey& key) {
  return sign(checkpoint, std::span{&key, 1});
}

std::string sign(const Checkpoint& checkpoint, std::span<const crypto::SigningKey> keys) {
  const auto text = to_text(checkpoint);
  auto note = text + '\n';
  for (const auto& key : keys) {
    const VerifierKey verifier{checkpoint.origin, key.public_key()};
    const auto signature = key.sign(base::as_bytes(text));
    note += to_line({verifier.name, verifier.id(), Bytes{signature.begin(), signature.end()}});
  }
  return note;
}

Result<Checkpoint> open_checkpoint(std::string_view note, const VerifierKey& key) {
  ASSIGN_OR_RETURN(const auto parsed, parse_note(note));
  bool is_signed = false;
  for (const auto& one : parsed.signatures) {
    if (one.name != key.name || one.id != key.id()) continue;
    crypto::Signature signature;
    if (one.signature.size() != signature.size())
      return fail(Code::Denied, "the checkpoint's signature is of another length");
    std::ranges::copy(one.signature, signature.begin());
    if (!crypto::verify(key.key, base::as_bytes(parsed.text), signature))
      return fail(Code::Denied, "the checkpoint was changed after it was signed, or signed by another key");
    is_signed = true;
  }
  if (!is_signed) return fail(Code::Denied, fmt::format("the checkpoint is not signed by {}", key.name));
  ASSIGN_OR_RETURN(auto checkpoint, parse_checkpoint(parsed.text));
  if (checkpoint.origin != key.name)
    return fail(Code::Denied,
                fmt::format("the checkpoint is of {} and not of {}", checkpoint.origin, key.name));
  return checkpoint;
}

Result<Checkpoint> open_checkpoint(std::string_view note, std::span<const VerifierKey> keys) {
  auto opened = open_checkpoint(note, keys.back());
  for (std::size_t i = 0; !opened && i + 1 < keys.size(); ++i) {
    if (auto older = open_checkpoint(note, keys[i])) opened = std::move(older);
  }
  return opened;
}

}  // namespace journal
