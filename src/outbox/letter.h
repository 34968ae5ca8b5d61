// A letter: what a member of staff wrote, in a small part of Markdown (CommonMark 0.31), laid out as plain
// text and as HTML.
//
//   paragraphs        divided by blank lines; a line break within one stays
//   # Heading         at the beginning of a line; one size
//   - item            lines of a list
//   **bold** *soft*   within one paragraph
//   [label](address)  https://, http:// or mailto: alone
//   \*                a backslash takes the meaning from the character behind it
//
// Everything else stands as it was typed: no HTML passes, and nothing that is typed can be wrong.
#pragma once

#include <string>
#include <string_view>

namespace outbox {

struct Letter {
  std::string text;  ///< paragraphs, each followed by an empty line
  std::string html;  ///< elements for the inside of a mail's body
};

/// Takes time in proportion to the length of what was written.
Letter lay_out_letter(std::string_view written);

/// As html::escape, with line breaks shown.
std::string escape_lines(std::string_view text);

/// An address that a link in a mail may lead to: http:// or https://, without anything that ends it.
bool is_web_address(std::string_view address);

inline constexpr std::string_view kParagraphStyle = "margin:0 0 16px";

}  // namespace outbox
