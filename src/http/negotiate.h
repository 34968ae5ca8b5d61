// What a client would like: a language, an encoding, a page or data (RFC 9110 §12).
#pragma once

#include <string_view>

#include "base/language.h"

namespace http {

struct Request;

/// The best of the program's languages for an Accept-Language header; `fallback` if it names none of them
/// or is malformed. Of equal weights the first named wins.
base::Language negotiate_language(std::string_view accept_language, base::Language fallback);
base::Language negotiate_language(const Request& request, base::Language fallback);

/// True if Accept-Encoding names `encoding` ("br", "gzip") with a weight above 0; `*` is not taken as a name.
bool accepts_encoding(const Request& request, std::string_view encoding);

/// True if Accept names text/html: a person at a browser, not a program.
bool accepts_html(const Request& request);

}  // namespace http
