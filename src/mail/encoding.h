// The encodings that MIME lays over a text or a header: quoted-printable and base64 (RFC 2045), encoded
// words (RFC 2047), extended parameters (RFC 2231). Decoders take any bytes: what is no code stays as it is.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace mail {

/// True for well-formed UTF-8 (no surrogates, no overlong forms, nothing past U+10FFFF).
bool is_utf8(std::string_view text);

/// Lines of at most 76 characters ended by CRLF; LF in `text` is a line end. A full stop or "From " at the
/// start of a line is encoded as well, since some relays mistake them for their own marks. What comes out
/// ends with a line end.
std::string to_quoted_printable(std::string_view text);
/// CRLF comes out as LF.
std::string from_quoted_printable(std::string_view text);

/// Lines of 76 characters ended by CRLF.
std::string to_base64_lines(std::string_view bytes);
/// Passes over whatever is no character of base64, line ends above all.
std::string from_base64_lines(std::string_view text);

/// "Name: value", folded and ended by CRLF. Requires: UTF-8 without control characters.
std::string unstructured_header(std::string_view name, std::string_view value);
/// The same for an address: `display` <`address`>.
std::string address_header(std::string_view name, std::string_view display, std::string_view address);
/// `; filename="x"`, or its extended form on lines of its own where the name is long or not ASCII.
std::string parameter(std::string_view name, std::string_view value);

/// "%C3%A9" becomes the bytes it stands for.
std::string from_percent(std::string_view text);

/// Encoded words of UTF-8, US-ASCII and ISO-8859-1 become text.
std::string decode_words(std::string_view value);

}  // namespace mail
