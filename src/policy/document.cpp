#include "policy/document.h"

#include <fmt/format.h>

#include "html/template.h"

namespace policy {
namespace {

bool leads_somewhere(std::string_view link) {
  return link.starts_with("https://") || link.starts_with("mailto:") || link.starts_with('#') ||
         (link.starts_with('/') && !link.starts_with("//"));
}

// ---- HTML

std::string html_of(const Line& line) {
  std::string out;
  for (const auto& [text, link] : line.pieces) {
    if (leads_somewhere(link))
      out += fmt::format("<a href=\"{}\">{}</a>", html::escape(link), html::escape(text));
    else
      out += html::escape(text);
  }
  return out;
}

/// A narrow screen shows each row as a block of its own, so that roles are said and each cell has the name of
/// its column with it.
std::string html_of_row(const Table& table, const std::vector<Line>& row) {
  std::string out = "<tr role=\"row\">";
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto content = html_of(row[i]);
    if (i == 0)
      out += fmt::format("<th scope=\"row\" role=\"rowheader\">{}</th>", content);
    else
      out +=
          fmt::format("<td role=\"cell\" data-label=\"{}\">{}</td>", html::escape(table.header[i]), content);
  }
  return out + "</tr>\n";
}

struct ToHtml {
  std::string& out;

  void operator()(const Heading& heading) const {
    const auto anchor = heading.anchor.empty() ? "" : fmt::format(" id=\"{}\"", html::escape(heading.anchor));
    out += fmt::format("<h{0}{1}>{2}</h{0}>\n", heading.level, anchor, html::escape(heading.text));
  }
  void operator()(const Paragraph& paragraph) const {
    out += fmt::format("<p>{}</p>\n", html_of(paragraph.line));
  }
  void operator()(const List& list) const {
    out += "<ul>\n";
    for (const auto& item : list.items) out += fmt::format("<li>{}</li>\n", html_of(item));
    out += "</ul>\n";
  }
  void operator()(const Definitions& definitions) const {
    out += "<dl>\n";
    for (const auto& [word, lines] : definitions.entries) {
      out += fmt::format("<div><dt>{}</dt>", html::escape(word));
      for (const auto& line : lines) out += fmt::format("<dd>{}</dd>", html_of(line));
      out += "</div>\n";
    }
    out += "</dl>\n";
  }
  void operator()(const Table& table) const {
    out += fmt::format("<table role=\"table\">\n<caption>{}</caption>\n", html::escape(table.caption));
    out += "<thead role=\"rowgroup\"><tr role=\"row\">";
    for (const auto& name : table.header)
      out += fmt::format("<th scope=\"col\" role=\"columnheader\">{}</th>", html::escape(name));
    out += "</tr></thead>\n<tbody role=\"rowgroup\">\n";
    for (const auto& row : table.rows) out += html_of_row(table, row);
    out += "</tbody>\n</table>\n";
  }
};

// ---- Markdown

/// What would be read as a mark is escaped; a line's end would end the block.
std::string marked(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view{"\\`*_[]<>|#"}.find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string markdown_of(const Line& line) {
  std::string out;
  for (const auto& [text, link] : line.pieces) {
    if (leads_somewhere(link))
      out += fmt::format("[{}](<{}>)", marked(text), link);
    else
      out += marked(text);
  }
  return out;
}

/// Text that begins a block must not be taken for an item of a list.
std::string block_of(const Line& line) {
  auto out = markdown_of(line);
  if (out.starts_with('-') || out.starts_with('+')) out.insert(0, 1, '\\');
  return out;
}

struct ToMarkdown {
  std::string& out;

  void operator()(const Heading& heading) const {
    // Each renderer of Markdown makes anchors of its own; this one all of them keep.
    if (!heading.anchor.empty()) out += fmt::format("\n<a id=\"{}\"></a>\n", heading.anchor);
    out += fmt::format("\n{} {}\n", std::string(static_cast<std::size_t>(heading.level), '#'),
                       marked(heading.text));
  }
  void operator()(const Paragraph& paragraph) const {
    out += fmt::format("\n{}\n", block_of(paragraph.line));
  }
  void operator()(const List& list) const {
    out += '\n';
    for (const auto& item : list.items) out += fmt::format("- {}\n", block_of(item));
  }
  void operator()(const Definitions& definitions) const {
    out += '\n';
    for (const auto& [word, lines] : definitions.entries) {
      out += fmt::format("- **{}**\n", marked(word));
      for (const auto& line : lines) out += fmt::format("  - {}\n", block_of(line));
    }
  }
  void operator()(const Table& table) const {
    out += fmt::format("\n{}\n\n|", marked(table.caption));
    for (const auto& name : table.header) out += fmt::format(" {} |", marked(name));
    out += "\n|";
    for (std::size_t i = 0; i < table.header.size(); ++i) out += "---|";
    out += '\n';
    for (const auto& row : table.rows) {
      out += '|';
      for (const auto& cell : row) out += fmt::format(" {} |", markdown_of(cell));
      out += '\n';
    }
  }
};

}  // namespace

Document& Document::heading(int level, std::string text, std::string anchor) {
  blocks.emplace_back(Heading{level, std::move(text), std::move(anchor)});
  return *this;
}
Document& Document::say(Line line) {
  blocks.emplace_back(Paragraph{std::move(line)});
  return *this;
}
Document& Document::list(std::vector<Line> items) {
  blocks.emplace_back(List{std::move(items)});
  return *this;
}
Document& Document::define(Definitions definitions) {
  blocks.emplace_back(std::move(definitions));
  return *this;
}
Document& Document::table(Table table) {
  blocks.emplace_back(std::move(table));
  return *this;
}

std::string to_html(const Document& document) {
  auto out = fmt::format("<h1>{}</h1>\n", html::escape(document.title));
  for (const auto& block : document.blocks) std::visit(ToHtml{out}, block);
  return out;
}

std::string to_markdown(const Document& document) {
  auto out = fmt::format("# {}\n", marked(document.title));
  for (const auto& block : document.blocks) std::visit(ToMarkdown{out}, block);
  return out;
}

}  // namespace policy
