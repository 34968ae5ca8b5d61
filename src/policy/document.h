// A text with headings, lists and tables that does not know yet where it will be read: on a page or as a
// file.
//
// Whoever writes one (notice, cookie page, register) says what there is; the renderers say how it looks. Both
// show the same facts: a test compares them.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/language.h"

namespace policy {

/// Words, and where they lead; an empty link leads nowhere. A link is https:, mailto:, or begins with '/' or
/// '#'; any other is shown as words alone.
struct Piece {
  std::string text;
  std::string link = {};
};

/// Pieces one after the other, without spaces in between.
struct Line {
  Line() = default;
  Line(std::string text) { pieces.push_back({std::move(text)}); }  // NOLINT: a text is a line
  Line(std::string_view text) : Line(std::string{text}) {}         // NOLINT
  Line(const char* text) : Line(std::string{text}) {}              // NOLINT
  Line(std::initializer_list<Piece> of) : pieces(of) {}            // NOLINT
  std::vector<Piece> pieces;
};

struct Heading {
  int level = 2;  ///< 2 … 4; the title is 1
  std::string text;
  std::string anchor;  ///< [a-z0-9-]; may be empty
};
struct Paragraph {
  Line line;
};
struct List {
  std::vector<Line> items;
};
/// A word or name, and what is to say of it.
struct Definitions {
  std::vector<std::pair<std::string, std::vector<Line>>> entries;
};
struct Table {
  std::string caption;
  std::vector<std::string> header;
  std::vector<std::vector<Line>> rows;  ///< each as wide as the header; its first cell names the row
};
using Block = std::variant<Heading, Paragraph, List, Definitions, Table>;

struct Document {
  base::Language language = base::Language::Nl;
  std::string title;
  std::vector<Block> blocks;

  Document& heading(int level, std::string text, std::string anchor = {});
  Document& say(Line line);
  Document& list(std::vector<Line> items);
  Document& define(Definitions definitions);
  Document& table(Table table);
};

/// A fragment for the inside of <main>: an <h1> and what follows it. Everything is escaped.
std::string to_html(const Document& document);

/// Markdown as GitHub reads it, without metadata. Marks of the language in texts are
/// escaped.
std::string to_markdown(const Document& document);

}  // namespace policy
