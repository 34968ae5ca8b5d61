#include "mail/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/bytes.h"

namespace mail {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";
constexpr std::size_t kBodyLine = 76;
// RFC 2047 §2: of a line with an encoded word, and of the word itself.
constexpr std::size_t kHeaderLine = 76;
constexpr std::size_t kWordLength = 75;
constexpr std::string_view kWordStart = "=?UTF-8?";

unsigned char byte(char c) { return static_cast<unsigned char>(c); }

void append_hex(std::string& out, char mark, char c) {
  out += mark;
  out += kHex[byte(c) >> 4];
  out += kHex[byte(c) & 15];
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// Replaces each `mark` followed by two hexadecimal digits by its byte.
std::string from_hex_marks(std::string_view text, char mark) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == mark && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool is_ascii_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return byte(c) >= 0x20 && byte(c) < 0x7f; });
}

/// The length of the UTF-8 character that begins at `at`, 0 if none does.
std::size_t character_length(std::string_view text, std::size_t at) {
  const auto first = byte(text[at]);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xc2 && first < 0xe0 ? 2
                             : (first & 0xf0) == 0xe0        ? 3
                             : first >= 0xf0 && first < 0xf5 ? 4
                                                             : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(text[at + i]) & 0xc0) != 0x80) return 0;
  }
  if (length > 2) {
    const auto second = byte(text[at + 1]);
    if (first == 0xe0 && second < 0xa0) return 0;   // overlong
    if (first == 0xed && second >= 0xa0) return 0;  // surrogates
    if (first == 0xf0 && second < 0x90) return 0;   // overlong
    if (first == 0xf4 && second >= 0x90) return 0;  // past U+10FFFF
  }
  return length;
}

/// Letters, digits and what RFC 2047 §5 (3) allows in a display name too.
bool is_plain_in_q(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '!' || c == '*' ||
         c == '+' || c == '-' || c == '/';
}

std::string to_q(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == ' ') {
      out += '_';
    } else if (is_plain_in_q(c)) {
      out += c;
    } else {
      append_hex(out, '=', c);
    }
  }
  return out;
}

/// The encoded words for `text`, each of at most 75 characters and of whole UTF-8 characters; the first one
/// fits behind the header's name.
std::vector<std::string> encoded_words(std::string_view text, std::size_t name_length) {
  const bool q = to_q(text).size() <= base::to_base64(base::as_bytes(text)).size();
  const auto encode = [q](std::string_view piece) {
    return fmt::format("{}{}?{}?=", kWordStart, q ? 'Q' : 'B',
                       q ? to_q(piece) : base::to_base64(base::as_bytes(piece)));
  };
  std::vector<std::string> words;
  std::size_t from = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto next = at + std::max<std::size_t>(character_length(text, at), 1);
    const auto room = words.empty() ? kHeaderLine - std::min<std::size_t>(name_length + 2, 50) : kWordLength;
    if (at > from && encode(text.substr(from, next - from)).size() > room) {
      words.push_back(encode(text.substr(from, at - from)));
      from = at;
    }
    at = next;
  }
  words.push_back(encode(text.substr(from)));
  return words;
}

/// Pieces that are divided by single spaces. A run of spaces stays within one piece, so that folding changes
/// nothing.
std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> pieces{""};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool divides = text[i] == ' ' && !pieces.back().empty() && pieces.back().back() != ' ' &&
                         i + 1 < text.size() && text[i + 1] != ' ';
    if (divides) {
      pieces.emplace_back();
    } else {
      pieces.back() += text[i];
    }
  }
  return pieces;
}

bool is_plain_in_body(std::string_view text, std::size_t at, bool ends_line, bool starts_line) {
  const char c = text[at];
  if (c == ' ' || c == '\t') return !ends_line;
  if (starts_line && (c == '.' || text.substr(at).starts_with("From "))) return false;
  return byte(c) > 0x20 && byte(c) < 0x7f && c != '=';
}

std::string fold(std::string_view name, const std::vector<std::string>& pieces) {
  std::string out = fmt::format("{}:", name);
  std::size_t column = out.size();
  bool first = true;
  for (const auto& piece : pieces) {
    // The first piece stays on the header's own line: an empty first line is lost by some readers.
    if (!first && column + 1 + piece.size() > kHeaderLine) {
      out += "\r\n";
      column = 0;
    }
    out += ' ';
    out += piece;
    column += 1 + piece.size();
    first = false;
  }
  return out + "\r\n";
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto length = character_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string to_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 5 / 4);
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n';
    // A line's last column is kept for the "=" of a soft line break, which its last character does not need.
    const std::size_t room = (ends_line ? kBodyLine : kBodyLine - 1) - column;
    bool plain = is_plain_in_body(text, i, ends_line, column == 0);
    if ((plain ? 1U : 3U) > room) {
      out += "=\r\n";
      column = 0;
      plain = is_plain_in_body(text, i, ends_line, true);
    }
    if (plain) {
      out += c;
      column += 1;
    } else {
      append_hex(out, '=', c);
      column += 3;
    }
  }
  if (column > 0 || text.empty()) out += "\r\n";
  return out;
}

std::string from_quoted_printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    const bool ended = end != std::string_view::npos;
    text.remove_prefix(ended ? end + 1 : text.size());
    if (line.ends_with('\r')) line.remove_suffix(1);
    // Blanks at a line's end were added on the way.
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    const bool soft = line.ends_with('=');
    if (soft) line.remove_suffix(1);
    out += from_hex_marks(line, '=');
    if (ended && !soft) out += '\n';
  }
  return out;
}

std::string to_base64_lines(std::string_view bytes) {
  const auto encoded = base::to_base64(base::as_bytes(bytes));
  std::string out;
  out.reserve(encoded.size() * 40 / 39 + 2);
  for (std::size_t at = 0; at < encoded.size(); at += kBodyLine) {
    out += std::string_view{encoded}.substr(at, kBodyLine);
    out += "\r\n";
  }
  return out;
}

std::string from_base64_lines(std::string_view text) {
  std::string digits;
  for (char c : text) {
    if (is_plain_in_q(c) && c != '!' && c != '*' && c != '-') digits += c;
  }
  if (digits.size() % 4 == 1) digits.pop_back();
  digits.append((4 - digits.size() % 4) % 4, '=');
  const auto bytes = base::from_base64(digits);
  return bytes ? std::string{base::as_text(*bytes)} : std::string{};
}

std::string unstructured_header(std::string_view name, std::string_view value) {
  // What looks like an encoded word would be decoded by the reader, so it is encoded once more.
  const bool plain = is_ascii_text(value) && !value.contains("=?") && !value.starts_with(' ') &&
                     !value.ends_with(' ') && !value.empty();
  auto pieces = plain ? pieces_of(value) : encoded_words(value, name.size());
  const bool too_long =
      plain && std::ranges::any_of(pieces, [](const auto& piece) { return piece.size() > 900; });
  if (too_long) pieces = encoded_words(value, name.size());
  if (value.empty()) return fmt::format("{}:\r\n", name);
  return fold(name, pieces);
}

std::string address_header(std::string_view name, std::string_view display, std::string_view address) {
  std::vector<std::string> pieces;
  if (!display.empty() && is_ascii_text(display) && !display.contains("=?")) {
    std::string quoted = "\"";
    for (char c : display) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    pieces.push_back(quoted + '"');
  } else if (!display.empty()) {
    pieces = encoded_words(display, name.size());
  }
  pieces.push_back(fmt::format("<{}>", address));
  return fold(name, pieces);
}

std::string parameter(std::string_view name, std::string_view value) {
  constexpr std::size_t kPiece = 60;
  if (is_ascii_text(value) && value.size() <= kPiece && !value.contains('"') && !value.contains('\\'))
    return fmt::format(";\r\n {}=\"{}\"", name, value);
  std::string encoded;
  std::vector<std::string> pieces{"UTF-8''"};
  for (char c : value) {
    std::string one;
    if (is_plain_in_q(c) && c != '*' && c != '/') {
      one = c;
    } else {
      append_hex(one, '%', c);
    }
    if (pieces.back().size() + one.size() > kPiece) pieces.emplace_back();
    pieces.back() += one;
  }
  if (pieces.size() == 1) return fmt::format(";\r\n {}*={}", name, pieces[0]);
  for (std::size_t i = 0; i < pieces.size(); ++i)
    encoded += fmt::format(";\r\n {}*{}*={}", name, i, pieces[i]);
  return encoded;
}

std::string from_percent(std::string_view text) { return from_hex_marks(text, '%'); }

std::string decode_words(std::string_view value) {
  std::string out;
  bool after_word = false;
  while (!value.empty()) {
    const auto start = value.find("=?");
    auto before = value.substr(0, start);
    const auto charset_end = start == std::string_view::npos ? start : value.find('?', start + 2);
    const auto end = charset_end == std::string_view::npos || charset_end + 2 >= value.size() ||
                             value[charset_end + 2] != '?'
                         ? std::string_view::npos
                         : value.find("?=", charset_end + 3);
    if (end == std::string_view::npos) return out.append(value);
    auto charset = std::string{value.substr(start + 2, charset_end - start - 2)};
    std::ranges::transform(charset, charset.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    const char kind = value[charset_end + 1];
    const auto body = std::string{value.substr(charset_end + 3, end - charset_end - 3)};
    const bool latin = charset == "iso-8859-1";
    const bool known =
        (charset == "utf-8" || charset == "us-ascii" || latin) && std::string_view{"qQbB"}.contains(kind);
    if (!known) {
      out.append(value.substr(0, start + 2));
      value.remove_prefix(start + 2);
      after_word = false;
      continue;
    }
    // White space between two encoded words is only there to divide them.
    if (!(after_word && before.find_first_not_of(" \t") == std::string_view::npos)) out.append(before);
    std::string decoded;
    if (kind == 'q' || kind == 'Q') {
      auto spaced = body;
      std::ranges::replace(spaced, '_', ' ');
      decoded = from_hex_marks(spaced, '=');
    } else {
      decoded = from_base64_lines(body);
    }
    for (char c : decoded) {
      if (latin && byte(c) >= 0x80) {
        out += static_cast<char>(0xc0 | byte(c) >> 6);
        out += static_cast<char>(0x80 | (byte(c) & 0x3f));
      } else {
        out += c;
      }
    }
    value.remove_prefix(end + 2);
    after_word = true;
  }
  return out;
}

}  // namespace mail
