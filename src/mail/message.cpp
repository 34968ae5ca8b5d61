#include "mail/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/check.h"
#include "base/contains.h"
#include "base/id.h"
#include "mail/encoding.h"
#include "mail/limits.h"

namespace mail {
namespace {

using base::Code;
using base::fail;
using base::Result;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_dot_atom(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.' || text.contains("..")) return false;
  return std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) || std::string_view{"!#$%&'*+-/=?^_`{|}~."}.contains(c);
  });
}

bool is_domain(std::string_view text) {
  while (true) {
    const auto dot = text.find('.');
    const auto label = text.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    if (!std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; })) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto value = static_cast<unsigned char>(c);
    return value < 0x20 || value == 0x7f;
  });
}

/// What stands in a header: UTF-8 on one line.
Result<void> check_line(std::string_view what, std::string_view text, std::size_t length) {
  if (text.size() > length) return fail(Code::TooLarge, fmt::format("mail: {} is too long", what));
  if (has_control(text))
    return fail(Code::Invalid, fmt::format("mail: {} has a line break or another control character", what));
  if (!is_utf8(text)) return fail(Code::Invalid, fmt::format("mail: {} is not UTF-8", what));
  return {};
}

Result<void> check_address(std::string_view what, const Address& address) {
  if (!is_address(address.address)) return fail(Code::Invalid, fmt::format("mail: {} is no address", what));
  return check_line(what, address.name, kNameLength);
}

Result<void> check_body(std::string_view what, std::string_view text) {
  if (text.size() > kBodyLength) return fail(Code::TooLarge, fmt::format("mail: {} is too long", what));
  if (!is_utf8(text)) return fail(Code::Invalid, fmt::format("mail: {} is not UTF-8", what));
  return {};
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

Result<void> check_header(const Header& header) {
  constexpr std::array<std::string_view, 12> kOurs{
      "date",     "from",    "sender",     "to",           "cc",          "bcc",
      "reply-to", "subject", "message-id", "mime-version", "return-path", "delivered-to"};
  if (header.name.empty() || header.name.size() > kHeaderNameLength)
    return fail(Code::TooLarge, "mail: a header's name is too long or empty");
  if (!std::ranges::all_of(header.name, [](char c) { return is_letter_or_digit(c) || c == '-'; }))
    return fail(Code::Invalid, "mail: a header's name has letters, digits and hyphens only");
  const auto name = lower(header.name);
  if (name.starts_with("content-") || base::contains(kOurs, name))
    return fail(Code::Invalid, fmt::format("mail: {} is made by the program itself", name));
  return check_line("a header", header.value, kHeaderValueLength);
}

Result<void> check_attachments(const std::vector<Attachment>& attachments) {
  if (attachments.size() > kAttachments) return fail(Code::TooLarge, "mail: too many attachments");
  std::size_t bytes = 0;
  for (const auto& attachment : attachments) {
    RETURN_IF_ERROR(check_line("a file name", attachment.file_name, kFileNameLength));
    RETURN_IF_ERROR(check_line("a content type", attachment.content_type, kFileNameLength));
    const auto slash = attachment.content_type.find('/');
    const bool ascii = std::ranges::all_of(attachment.content_type,
                                           [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (slash == std::string::npos || slash == 0 || !ascii)
      return fail(Code::Invalid, "mail: a content type is written as in text/calendar");
    bytes += attachment.content.size();
  }
  if (bytes > kAttachmentBytes) return fail(Code::TooLarge, "mail: the attachments are too large");
  return {};
}

Result<void> check(const Message& message) {
  RETURN_IF_ERROR(check_address("the sender", message.from));
  RETURN_IF_ERROR(check_address("the recipient", message.to));
  if (!message.reply_to.address.empty())
    RETURN_IF_ERROR(check_address("the address for answers", message.reply_to));
  RETURN_IF_ERROR(check_line("the subject", message.subject, kSubjectLength));
  RETURN_IF_ERROR(check_body("the text", message.text));
  RETURN_IF_ERROR(check_body("the HTML", message.html));
  if (!is_address(message.message_id)) return fail(Code::Invalid, "mail: no message id");
  if (message.headers.size() > kHeaders) return fail(Code::TooLarge, "mail: too many headers");
  for (const auto& header : message.headers) RETURN_IF_ERROR(check_header(header));
  return check_attachments(message.attachments);
}

std::string rfc5322_date(base::Instant date) {
  constexpr std::array<std::string_view, 7> kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto at = base::local_time(date, "UTC");
  CHECK(at);
  return fmt::format("{}, {} {} {:04} {:02}:{:02}:{:02} +0000", kDays[at->weekday - 1], at->day,
                     kMonths[at->month - 1], at->year, at->hour, at->minute, static_cast<int>(at->second));
}

/// "=_" can stand neither in quoted-printable nor in base64, so no part holds its own boundary.
std::string draw_boundary(base::Random& random) {
  std::array<std::uint8_t, 12> bytes;
  random.fill(bytes);
  return "=_" + base::to_hex(bytes);
}

std::string text_part(std::string_view subtype, std::string_view text) {
  return fmt::format(
      "Content-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}",
      subtype, to_quoted_printable(text));
}

std::string attachment_part(const Attachment& attachment) {
  return fmt::format(
      "Content-Type: {}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment{}\r\n\r\n{}",
      attachment.content_type, parameter("filename", attachment.file_name),
      to_base64_lines(attachment.content));
}

std::string multipart(std::string_view subtype, const std::vector<std::string>& parts, base::Random& random) {
  const auto boundary = draw_boundary(random);
  std::string out = fmt::format("Content-Type: multipart/{};\r\n boundary=\"{}\"\r\n\r\n", subtype, boundary);
  for (const auto& part : parts) out += fmt::format("--{}\r\n{}\r\n", boundary, part);
  return out + fmt::format("--{}--\r\n", boundary);
}

}  // namespace

bool is_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || text.size() > kAddressLength || at > kLocalPartLength) return false;
  return is_dot_atom(text.substr(0, at)) && is_domain(text.substr(at + 1));
}

std::string draw_message_id(base::Random& random, std::string_view domain) {
  CHECK(is_domain(domain));
  return fmt::format("{}@{}", to_text(base::Id<struct MessageTag>::draw(random)), domain);
}

Result<std::string> render(const Message& message, base::Instant date, base::Random& random) {
  RETURN_IF_ERROR(check(message));
  std::string out = fmt::format("Date: {}\r\nMessage-ID: <{}>\r\n", rfc5322_date(date), message.message_id);
  out += address_header("From", message.from.name, message.from.address);
  out += address_header("To", message.to.name, message.to.address);
  if (!message.reply_to.address.empty())
    out += address_header("Reply-To", message.reply_to.name, message.reply_to.address);
  out += unstructured_header("Subject", message.subject);
  for (const auto& header : message.headers) out += unstructured_header(header.name, header.value);
  out += "MIME-Version: 1.0\r\n";

  auto body = text_part("plain", message.text);
  if (!message.html.empty()) body = multipart("alternative", {body, text_part("html", message.html)}, random);
  if (!message.attachments.empty()) {
    std::vector<std::string> parts{body};
    for (const auto& attachment : message.attachments) parts.push_back(attachment_part(attachment));
    body = multipart("mixed", parts, random);
  }
  return out + body;
}

}  // namespace mail
