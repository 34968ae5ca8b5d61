// Percent-encoding (RFC 3986 §2.1), strict: `%` is followed by two hexadecimal digits, and what comes out
// is UTF-8 without control characters except tab and line ends.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace http {

enum class Plus { IsItself, IsSpace };

/// Errors: Invalid.
base::Result<std::string> percent_decode(std::string_view text, Plus plus = Plus::IsItself);

/// Leaves RFC 3986's unreserved characters (letters, digits, `-._~`) and encodes all others.
std::string percent_encode(std::string_view text);

/// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace http
