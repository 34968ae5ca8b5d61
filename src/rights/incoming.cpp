#include "rights/incoming.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/contains.h"
#include "base/log.h"
#include "base/number.h"
#include "base/trim.h"
#include "mail/message.h"
#include "rights/desk.h"
#include "rights/limits.h"
#include "rights/words.h"

namespace rights {
namespace {

using base::Code;
using base::Result;

constexpr std::size_t kSignatureLines = 8;
/// A day in words is not longer.
constexpr std::size_t kDayLength = 24;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

/// UTF-8 is not cut within a character.
std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string{text};
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80U) --most;
  return std::string{text.substr(0, most)};
}

std::vector<std::string_view> last_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < kSignatureLines) {
    const auto begin = text.rfind('\n');
    const auto line = begin == std::string_view::npos ? text : text.substr(begin + 1);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos && !line.starts_with('>'))
      lines.push_back(line);
    text = begin == std::string_view::npos ? std::string_view{} : text.substr(0, begin);
  }
  return lines;
}

std::string_view header(const mail::Message& message, std::string_view name) {
  for (const auto& one : message.headers) {
    if (lower(one.name) == name) return one.value;
  }
  return {};
}

bool wrote_a_program(const mail::Message& message) {
  const auto automatic = lower(header(message, "auto-submitted"));
  const auto precedence = lower(header(message, "precedence"));
  return (!automatic.empty() && automatic != "no") || precedence == "bulk" || precedence == "junk" ||
         precedence == "list" || header(message, "return-path") == "<>";
}

/// The address is one of those in a header; "a@b.example" is none of "aa@b.example, a@b.example.org".
bool names_address(std::string_view header, std::string_view address) {
  const auto in = lower(header);
  const auto wanted = lower(address);
  constexpr std::string_view kAround = "abcdefghijklmnopqrstuvwxyz0123456789.!#$%&*+-/=?^_`{|}~@";
  for (auto at = in.find(wanted); at != std::string::npos; at = in.find(wanted, at + 1)) {
    const auto end = at + wanted.size();
    const bool begins = at == 0 || kAround.find(in[at - 1]) == std::string_view::npos;
    const bool ends = end == in.size() || kAround.find(in[end]) == std::string_view::npos;
    if (begins && ends) return true;
  }
  return false;
}

/// Whom it was addressed to, or whom a mail server says that it delivered it to: who writes to several, or in
/// blind copy, is found too.
bool went_to(const mail::Reading& mail, std::string_view address) {
  if (address.empty()) return false;
  if (names_address(mail.to, address)) return true;
  return std::ranges::any_of(mail.message.headers, [&](const mail::Header& one) {
    constexpr std::array<std::string_view, 4> kNames{"cc", "delivered-to", "x-original-to", "envelope-to"};
    return base::contains(kNames, lower(one.name)) && names_address(one.value, address);
  });
}

/// 22-11-2026, 22/11/2026, 22.11.2026, 2026-11-22, at the beginning of `text`.
bool is_day_in_numbers(std::string_view text) {
  std::array<std::size_t, 3> digits{};
  std::size_t part = 0;
  for (const char c : text) {
    if (is_digit(c)) {
      ++digits[part];
    } else if ((c == '-' || c == '/' || c == '.') && part < 2 && digits[part] > 0) {
      ++part;
    } else {
      break;
    }
  }
  const auto small = [](std::size_t count) { return count == 1 || count == 2; };
  return small(digits[1]) && ((digits[0] == 4 && small(digits[2])) || (small(digits[0]) && digits[2] == 4));
}

}  // namespace

bool names_a_day(std::string_view text) {
  // The beginnings of the months' names in four languages, as far as they differ.
  constexpr std::array<std::string_view, 27> kMonths{"jan",
                                                     "feb",
                                                     "f\xc3\xa9v",
                                                     "maart",
                                                     "march",
                                                     "mars",
                                                     "m\xc3\xa4rz",
                                                     "apr",
                                                     "avr",
                                                     "mei",
                                                     "mai",
                                                     "may",
                                                     "jun",
                                                     "juin",
                                                     "jul",
                                                     "juil",
                                                     "aug",
                                                     "ao\xc3\xbbt",
                                                     "sep",
                                                     "okt",
                                                     "oct",
                                                     "nov",
                                                     "dec",
                                                     "d\xc3\xa9"
                                                     "c",
                                                     "dez",
                                                     "januar",
                                                     "juni"};
  const auto folded = lower(text);
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const bool begins = i == 0 || !is_digit(folded[i - 1]);
    if (!begins || !is_digit(folded[i])) continue;
    const auto rest = std::string_view{folded}.substr(i, kDayLength);
    if (is_day_in_numbers(rest)) return true;
    // 22 november 2026, 1er mars 2026, 22. November 2026
    auto word = rest.substr(std::min(rest.find_first_not_of("0123456789"), rest.size()));
    if (word.starts_with("er") || word.starts_with("st") || word.starts_with("nd") ||
        word.starts_with("rd") || word.starts_with("th"))
      word.remove_prefix(2);
    word.remove_prefix(std::min(word.find_first_not_of(" ."), word.size()));
    const bool month =
        std::ranges::any_of(kMonths, [&](std::string_view one) { return word.starts_with(one); });
    if (month && word.find(" 20") != std::string_view::npos) return true;
  }
  return false;
}

bool is_signed(std::string_view text, std::string_view name, const mail::Message& message) {
  for (const auto& attachment : message.attachments) {
    if (attachment.content_type.starts_with("application/pgp-signature") ||
        attachment.content_type.starts_with("application/pkcs7-signature") ||
        attachment.content_type.starts_with("application/x-pkcs7-signature"))
      return true;
  }
  if (name.empty()) return false;
  const auto wanted = lower(name);
  return std::ranges::any_of(
      last_lines(text), [&](std::string_view line) { return lower(line).find(wanted) != std::string::npos; });
}

Result<Incoming> read_request(const policy::Policy& policy, std::string_view bytes) {
  ASSIGN_OR_RETURN(const auto reading, mail::read(bytes));
  const auto& message = reading.message;
  const auto& to = message.reply_to.address.empty() ? message.from : message.reply_to;
  if (!mail::is_address(to.address)) return base::fail(Code::Invalid, "the mail has no address to answer to");
  if (wrote_a_program(message)) return base::fail(Code::Invalid, "a program wrote this mail by itself");
  const auto text = message.subject + "\n\n" + message.text;
  Incoming incoming;
  incoming.is_report = went_to(reading, policy.parties().report_contact);
  incoming.address = to.address;
  const auto name = cut(base::trimmed(message.from.name), kNameBytesMax);
  incoming.name = name.empty() ? cut(to.address, kNameBytesMax) : name;
  incoming.text = cut(text, kMessageBytesMax);
  const auto guessed = guess_language(text);
  const auto& spoken = policy.languages();
  incoming.language = guessed && base::contains(spoken, *guessed) ? *guessed : spoken.front();
  if (const auto* right = guess_right(policy, text)) incoming.right = right->name;
  for (const auto& attachment : message.attachments) {
    if (!proof_type(attachment.content).empty() && attachment.content.size() <= kProofBytesMax) {
      incoming.proof = attachment.content;
      break;
    }
  }
  for (const auto& need : policy.rights().needs) {
    const bool there = need == "date"        ? names_a_day(message.text)
                       : need == "signature" ? is_signed(message.text, name, message)
                                             : !incoming.proof.empty();
    if (!there) incoming.missing.push_back(need);
  }
  return incoming;
}

std::optional<SpoolName> parse_spool_name(std::string_view file_name) {
  if (!file_name.ends_with(".eml")) return std::nullopt;
  file_name.remove_suffix(4);
  const auto dash = file_name.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto ms = base::parse_number<std::int64_t>(file_name.substr(0, dash));
  const auto id = base::parse_id<RequestId>(file_name.substr(dash + 1));
  if (!ms || *ms < 0 || !id) return std::nullopt;
  return SpoolName{base::instant_from_ms(*ms), *id};
}

Result<void> spool_mail(base::Files& files, const base::Path& folder, std::string_view bytes,
                        base::Instant received, base::Random& random) {
  if (bytes.size() > kMailBytesMax) return base::fail(Code::TooLarge, "a mail has at most 20 MiB");
  RETURN_IF_ERROR(files.make_directories(folder));
  const auto name = fmt::format("{}-{}.eml", base::to_ms(received), base::to_text(RequestId::draw(random)));
  return base::replace_file(files, folder / name, base::as_bytes(bytes));
}

// ---- the desk's side ------------------------------------------------------------------------------------

Result<void> Desk::open_by_mail(const SpoolName& about, std::string_view bytes,
                                const TakeReport& take_report) {
  ASSIGN_OR_RETURN(auto incoming, read_request(needs_.policy, bytes));
  if (incoming.is_report) return take_report(about, incoming);
  if (!request_fields(needs_.policy).complete())
    return base::fail(Code::Invalid, "the policy declares no data to take a request with");
  RETURN_IF_ERROR(open_request({.right = std::move(incoming.right),
                                .channel = Channel::Mail,
                                .language = incoming.language,
                                .name = std::move(incoming.name),
                                .address = std::move(incoming.address),
                                .message = std::move(incoming.text),
                                .id = about.id,
                                .received = about.received,
                                .subject = {},
                                .missing = std::move(incoming.missing),
                                .organisation = {},
                                .organisation_address = {},
                                .proof = std::move(incoming.proof)}));
  return {};
}

Result<void> Desk::take_mail(std::string_view name, const TakeReport& take_report) {
  const auto spool = needs_.settings.folder / "new";
  const auto about = parse_spool_name(name);
  // Another is being written.
  if (!about) return {};
  const auto known = store_.find(about->id);
  if (!known && known.error().code != Code::NotFound) return base::fail(known.error());
  if (!known) {
    const auto bytes = base::read_file(needs_.files, spool / name, kMailBytesMax);
    const auto opened = bytes ? open_by_mail(*about, base::as_text(*bytes), take_report)
                              : Result<void>{base::fail(bytes.error())};
    if (!opened && opened.error().code == Code::Unavailable) return base::fail(opened.error());
    if (!opened) {
      base::log(base::Level::Warning, "rights.mail_unread", {{"error", opened.error()}});
      return needs_.files.rename(spool / name, needs_.settings.folder / "bad" / name);
    }
  }
  RETURN_IF_ERROR(needs_.files.remove(spool / name));
  return needs_.files.sync_directory(spool);
}

Result<void> Desk::take_mails(const TakeReport& take_report) {
  ASSIGN_OR_RETURN(const auto names, needs_.files.list(needs_.settings.folder / "new"));
  for (std::size_t i = 0; i < names.size() && i < kMailsPerRound; ++i)
    RETURN_IF_ERROR(take_mail(names[i], take_report));
  return {};
}

}  // namespace rights
