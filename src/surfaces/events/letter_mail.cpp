#include "surfaces/events/letter_mail.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/contains.h"
#include "disclosure/book.h"
#include "outbox/letter.h"
#include "policy/gate.h"
#include "policy/policy.h"
#include "surfaces/events/ending.h"
#include "surfaces/events/letter_audience.h"
#include "texts/texts.h"
#include "vault/vault.h"

namespace surfaces::events {
namespace {

using base::Code;
using base::Language;
using base::Result;

constexpr std::string_view kNameHere = "{name}";

std::string replaced(std::string_view written, std::string_view name) {
  std::string out;
  for (auto at = written.find(kNameHere); at != std::string_view::npos; at = written.find(kNameHere)) {
    out += written.substr(0, at);
    out += name;
    written.remove_prefix(at + kNameHere.size());
  }
  return out += written;
}

/// A header's line, whatever somebody typed.
std::string one_line(std::string_view text) {
  std::string out{text};
  std::ranges::replace_if(
      out, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  return out;
}

outbox::Filling filling_of(const policy::Policy& policy, const Event& event, const Letter& letter,
                           Language language, std::string_view name) {
  const auto& written = outbox::written_in(letter.texts, language, policy.languages());
  const auto* purpose = policy.purpose(letter.purpose);
  const auto organiser = one_line(letter.organiser);
  outbox::Filling filling;
  filling.values = {{"subject", subject_with(written.subject, name)},
                    {"event", event.title},
                    {"organiser", organiser},
                    {"reply_to", letter.reply_to},
                    {"purpose", purpose == nullptr ? letter.purpose : purpose->says.in(language)}};
  filling.extras.letter = body_with(written.body, name);
  filling.extras.signed_by = organiser;
  filling.reply_to = {.name = organiser, .address = letter.reply_to};
  return filling;
}

void add_foot(outbox::Filling& filling, Language language, const std::string& own) {
  filling.extras.foot = {{std::string{texts::get(language, texts::Key::MeLettersNoMore)},
                          fmt::format("{}?lang={}#letters", own, base::to_text(language))}};
}

/// Looked at once more, since much may have changed since it was queued. Errors: Gone where it has.
Result<std::string> name_of_reader(const LetterMailNeeds& needs, const Event& event, const Letter& letter,
                                   base::PersonId person) {
  const auto gone = [](std::string_view why) { return base::fail(Code::Gone, std::string{why}); };
  ASSIGN_OR_RETURN(const auto objected, LetterStore(needs.control, needs.keys).objected(person));
  if (objected) return gone("they want no more letters");
  ASSIGN_OR_RETURN(const auto assignment, needs.disclosures.in_force(event.property));
  if (!assignment || !base::contains(assignment->purposes, letter.purpose))
    return gone("there is no assignment for this purpose any more");
  const std::vector<std::string> purposes{letter.purpose};
  const auto use = policy::Gate(needs.policy).permit_use(purposes, ended_of(event, needs.clock.now()));
  if (!use) return gone("the policy has no such purpose any more");
  ASSIGN_OR_RETURN(const auto fields, needs.vault.read_fields(person));
  ASSIGN_OR_RETURN(const bool agreed, agrees_to(needs.policy, needs.consents, letter.purpose, event.property,
                                                fields.person.viewer));
  auto reader = written_to(needs.policy, fields, *use, agreed);
  if (reader.address.empty()) return gone("they do not agree to this purpose any more");
  return std::move(reader.name);
}

Result<outbox::Filling> fill(const LetterMailNeeds& needs, const outbox::Recipient& recipient,
                             const outbox::Values& parameters) {
  const auto given = parameters.find("letter");
  if (given == parameters.end()) return base::fail(Code::NotFound, "a mail without its letter");
  ASSIGN_OR_RETURN(const auto id, base::parse_id<LetterId>(given->second));
  ASSIGN_OR_RETURN(const auto letter, LetterStore(needs.control, needs.keys).find(id));
  if (!letter) return base::fail(Code::Gone, "the letter is no more");
  ASSIGN_OR_RETURN(const auto event, needs.store.by_property(letter->property));
  ASSIGN_OR_RETURN(const auto name, name_of_reader(needs, event, *letter, recipient.person));
  ASSIGN_OR_RETURN(const auto link, needs.vault.link(recipient.person));
  auto filling = filling_of(needs.policy, event, *letter, recipient.language, name);
  const auto own = fmt::format("{}/e/{}/me/{}", needs.origin, event.slug, link);
  add_foot(filling, recipient.language, own);
  // RFC 2369 §3.2 and RFC 8058 §3.1: a program posts to it once, without a question.
  filling.headers = {{"List-Unsubscribe", fmt::format("<{}/letters>", own)},
                     {"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"}};
  return filling;
}

}  // namespace

std::string subject_with(std::string_view written, std::string_view name) {
  return replaced(written, one_line(name));
}

std::string body_with(std::string_view written, std::string_view name) {
  std::string plain;
  for (const char c : one_line(name)) {
    const bool begins_line = plain.empty() && (c == '#' || c == '-');
    if (begins_line || std::string_view{"\\[]*"}.contains(c)) plain += '\\';
    plain += c;
  }
  return replaced(written, plain);
}

Result<Read> read_by(Needs& needs, const Letter& letter, base::PersonId person) {
  ASSIGN_OR_RETURN(const auto reader, needs.vault.read_fields(person));
  std::string name;
  for (const auto& field : needs.policy.name_fields()) {
    const auto* part = reader.find(field);
    if (part != nullptr && !part->empty()) name += (name.empty() ? "" : " ") + *part;
  }
  const auto& [subject, body] =
      outbox::written_in(letter.texts, reader.person.language, needs.policy.languages());
  return Read{.subject = subject_with(subject, name),
              .text = outbox::lay_out_letter(body_with(body, name)).text};
}

outbox::Template letter_mail(const LetterMailNeeds& needs) {
  return {std::string{kLetterMail},
          [needs](const outbox::Recipient& recipient, const outbox::Values& parameters) {
            return fill(needs, recipient, parameters);
          }};
}

Result<outbox::Layout> preview_letter(Needs& needs, const Event& event, const Letter& letter,
                                      Language language) {
  std::vector<std::string> names;
  for (const auto& field : needs.policy.name_fields()) names.push_back(needs.policy.field(field)->example);
  const auto name = fmt::format("{}", fmt::join(names, " "));
  auto filling = filling_of(needs.policy, event, letter, language, name);
  add_foot(filling, language, fmt::format("{}/e/{}/me/…", needs.settings.origin, event.slug));
  return outbox::lay_out(language, kLetterMail, filling.values, name, letter.organiser, filling.extras);
}

}  // namespace surfaces::events
