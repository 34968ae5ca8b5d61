// What a member of staff writes to many people at once: a subject and a letter (letter.h), in one language or
// in several of the policy's.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/language.h"
#include "base/result.h"

namespace outbox {

/// In one language.
struct Written {
  std::string subject;
  std::string body;  ///< in the small Markdown of letter.h
  bool operator==(const Written&) const = default;
};
using Texts = std::map<base::Language, Written>;

/// In that language; else in the first of `languages` that there is. Requires: a text.
const Written& written_in(const Texts& texts, base::Language language,
                          std::span<const base::Language> languages);

/// JSON: {"nl": {"subject": "…", "body": "…"}}. Errors: Invalid for another shape, a language that is none of
/// those, an empty text, none at all, or a control character in a subject; TooLarge past limits.h.
base::Result<Texts> parse_texts(std::string_view json, std::span<const base::Language> languages);
std::string to_json(const Texts& texts);
/// What `to_json` wrote, whatever the languages and limits are now. Errors: Corrupt.
base::Result<Texts> stored_texts(std::string_view json);

}  // namespace outbox
