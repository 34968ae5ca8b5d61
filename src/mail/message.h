// A mail as the program thinks of it, and its rendering as RFC 5322 text.
//
// What is rendered: Date, Message-ID, From, To, Reply-To, Subject, the caller's headers, MIME-Version, then
//   text alone                    text/plain
//   text and HTML                 multipart/alternative of both
//   with attachments              multipart/mixed of the above and each attachment
// in UTF-8, texts as quoted-printable, attachments as base64, header words as RFC 2047 "Q" or "B"
// (whichever is shorter), file names as RFC 2231. Lines end in CRLF and have at most 78 characters where
// the format allows folding, never more than 998.
//
// No header can be injected: a line break, a NUL or another control character in anything that becomes
// part of a header is an error, not something to clean up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace mail {

/// `name` may be empty. Only ASCII addresses: a domain with other letters is given in its "xn--" form.
struct Address {
  std::string name;
  std::string address;
  bool operator==(const Address&) const = default;
};

struct Attachment {
  std::string file_name;
  std::string content_type;  ///< "text/calendar; charset=utf-8; method=PUBLISH"
  std::string content;       ///< bytes
  bool operator==(const Attachment&) const = default;
};

/// A header that the rendering does not make by itself, as "List-Unsubscribe".
struct Header {
  std::string name;
  std::string value;  ///< UTF-8
  bool operator==(const Header&) const = default;
};

struct Message {
  Address from;
  Address to;
  Address reply_to;  ///< left out when its address is empty
  std::string subject;
  std::string text;  ///< UTF-8, lines ended by LF
  std::string html;  ///< left out when empty
  std::vector<Attachment> attachments;
  std::vector<Header> headers;
  std::string message_id;  ///< without the angle brackets; `draw_message_id`
  bool operator==(const Message&) const = default;
};

/// A dot-atom, an @ and a domain name of at least one label (RFC 5321 without quoted local parts and
/// address literals), within the limits. What a form should accept as an address.
bool is_address(std::string_view text);

/// 128 random bits and `domain`: "5x…@hartslag.example". Requires: a domain name.
std::string draw_message_id(base::Random& random, std::string_view domain);

/// Errors: Invalid (a control character where none may be, no address, not UTF-8), TooLarge.
/// `random` draws the boundaries between the parts.
base::Result<std::string> render(const Message& message, base::Instant date, base::Random& random);

}  // namespace mail
