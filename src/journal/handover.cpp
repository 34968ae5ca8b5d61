#include "journal/handover.h"

#include <fmt/format.h>

#include <algorithm>

#include "journal/limits.h"

namespace journal {

using base::Bytes;
using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr std::string_view kWord = "handover";
constexpr int kTextLines = 4;
/// With the empty line and both signatures.
constexpr int kNoteLines = kTextLines + 3;

std::string signature_line(const VerifierKey& verifier, const crypto::SigningKey& key,
                           std::string_view text) {
  const auto signature = key.sign(base::as_bytes(text));
  return to_line({verifier.name, verifier.id(), Bytes{signature.begin(), signature.end()}});
}

std::string to_text(const Handover& handover) {
  return fmt::format("{}\n{}\n{}\n{}\n", handover.to.name, kWord, journal::to_text(handover.from),
                     journal::to_text(handover.to));
}

std::unexpected<base::Error> malformed(std::string_view what) {
  return fail(Code::Invalid, fmt::format("a handover of the journal's key: {}", what));
}

Result<void> check_signature(const VerifierKey& key, std::string_view text, std::string_view line) {
  ASSIGN_OR_RETURN(const auto parsed, parse_signature_line(line));
  crypto::Signature signature;
  if (parsed.name != key.name || parsed.id != key.id() || parsed.signature.size() != signature.size())
    return fail(Code::Denied, "a handover of the journal's key is not signed by both keys");
  std::ranges::copy(parsed.signature, signature.begin());
  if (!crypto::verify(key.key, base::as_bytes(text), signature))
    return fail(Code::Denied, "a handover of the journal's key was changed after it was signed");
  return {};
}

/// `lines` are the note's, without their ends.
Result<Handover> open_handover(const std::vector<std::string_view>& lines) {
  Handover handover;
  ASSIGN_OR_RETURN(handover.from, parse_verifier_key(lines[2]));
  ASSIGN_OR_RETURN(handover.to, parse_verifier_key(lines[3]));
  const auto text = to_text(handover);
  const auto given = fmt::format("{}\n{}\n{}\n{}\n", lines[0], lines[1], lines[2], lines[3]);
  if (given != text || handover.from.name != handover.to.name) return malformed("it does not read");
  if (!lines[kTextLines].empty()) return malformed("there is no empty line before its signatures");
  RETURN_IF_ERROR(check_signature(handover.from, text, lines[kTextLines + 1]));
  RETURN_IF_ERROR(check_signature(handover.to, text, lines[kTextLines + 2]));
  return handover;
}

}  // namespace

std::string sign_handover(std::string_view origin, const crypto::SigningKey& from,
                          const crypto::SigningKey& to) {
  const Handover handover{{std::string{origin}, from.public_key()}, {std::string{origin}, to.public_key()}};
  const auto text = to_text(handover);
  return text + '\n' + signature_line(handover.from, from, text) + signature_line(handover.to, to, text);
}

Result<std::vector<Handover>> open_handovers(std::string_view notes) {
  std::vector<Handover> all;
  while (!notes.empty()) {
    if (all.size() == kHandoversMax) return malformed("there are too many of them");
    std::vector<std::string_view> lines;
    for (int i = 0; i < kNoteLines; ++i) {
      const auto end = notes.find('\n');
      if (end == std::string_view::npos) return malformed("it is cut off");
      lines.push_back(notes.substr(0, end));
      notes.remove_prefix(end + 1);
    }
    ASSIGN_OR_RETURN(auto handover, open_handover(lines));
    if (!all.empty() && all.back().to != handover.from)
      return fail(Code::Denied, "a handover of the journal's key does not take over from the one before");
    all.push_back(std::move(handover));
  }
  return all;
}

Result<std::vector<VerifierKey>> follow_handovers(std::string_view notes, const VerifierKey& known) {
  ASSIGN_OR_RETURN(const auto handovers, open_handovers(notes));
  if (handovers.empty()) return std::vector{known};
  std::vector<VerifierKey> keys{handovers.front().from};
  for (const auto& handover : handovers) keys.push_back(handover.to);
  if (std::ranges::find(keys, known) == keys.end())
    return fail(Code::Denied, "this journal was never signed by the key that it is to be verified with");
  return keys;
}

}  // namespace journal
