#include "outbox/letter.h"

#include <fmt/format.h>

#include <vector>

#include "base/trim.h"
#include "html/template.h"

namespace outbox {
namespace {

constexpr std::string_view kMailto = "mailto:";

bool is_letter_address(std::string_view address) {
  if (!address.starts_with(kMailto)) return is_web_address(address);
  return address.find_first_of(" \t\r\n<>\"") == std::string_view::npos;
}

/// What stands in one paragraph, heading or item. A sign that was looked for once and not found is not
/// looked for again, so that the whole takes time in proportion to its length.
class Line {
 public:
  explicit Line(std::string_view written) : rest_(written) {}

  Letter lay_out() && {
    while (!rest_.empty()) {
      if (rest_.front() == '\\' && rest_.size() > 1) {
        put(rest_.substr(1, 1));
        rest_.remove_prefix(2);
      } else if (!link() && !emphasis("**", "strong", no_bold_) && !emphasis("*", "em", no_soft_)) {
        const auto end = std::min(rest_.find_first_of("\\[*", 1), rest_.size());
        put(rest_.substr(0, end));
        rest_.remove_prefix(end);
      }
    }
    return std::move(out_);
  }

 private:
  void put(std::string_view plain) {
    out_.text += plain;
    out_.html += escape_lines(plain);
  }

  bool link() {
    if (rest_.front() != '[' || no_link_) return false;
    // Of two that open, the later one is meant: nothing is looked at twice.
    const auto middle = rest_.find_first_of("[]", 1);
    no_link_ = middle == std::string_view::npos;
    if (no_link_ || middle == 1 || !rest_.substr(middle).starts_with("](")) return false;
    const auto label = rest_.substr(1, middle - 1);
    const auto end = rest_.find_first_of(")[ \n", middle + 2);
    if (end == std::string_view::npos || rest_[end] != ')') return false;
    const auto address = rest_.substr(middle + 2, end - middle - 2);
    if (!is_letter_address(address)) return false;
    const auto shown = address.starts_with(kMailto) ? address.substr(kMailto.size()) : address;
    out_.text += label == shown ? std::string{label} : fmt::format("{} ({})", label, shown);
    out_.html += fmt::format("<a href=\"{}\">{}</a>", html::escape(address), html::escape(label));
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool emphasis(std::string_view sign, std::string_view element, bool& not_there) {
    if (!rest_.starts_with(sign) || not_there) return false;
    const auto end = rest_.find(sign, sign.size() + 1);
    not_there = end == std::string_view::npos;
    if (not_there) return false;
    const auto inside = rest_.substr(sign.size(), end - sign.size());
    // "2 * 3 * 4" emphasises nothing.
    if (inside.front() == ' ' || inside.back() == ' ' || inside.front() == '*') return false;
    out_.text += inside;
    out_.html += fmt::format("<{0}>{1}</{0}>", element, escape_lines(inside));
    rest_.remove_prefix(end + sign.size());
    return true;
  }

  std::string_view rest_;
  Letter out_;
  bool no_link_ = false;
  bool no_bold_ = false;
  bool no_soft_ = false;
};

class Writer {
 public:
  void line(std::string_view line) {
    if (line.starts_with("# ")) {
      end_block();
      block(line.substr(2), "h2", "margin:24px 0 8px;font-size:20px;line-height:1.3");
    } else if (line.starts_with("- ")) {
      if (!paragraph_.empty()) end_block();
      items_.push_back(Line{line.substr(2)}.lay_out());
    } else if (base::trimmed(line).empty()) {
      end_block();
    } else {
      if (!items_.empty()) end_block();
      paragraph_ += (paragraph_.empty() ? "" : "\n") + std::string{line};
    }
  }

  Letter end() && {
    end_block();
    return std::move(out_);
  }

 private:
  void block(std::string_view written, std::string_view element, std::string_view style) {
    const auto laid_out = Line{base::trimmed(written)}.lay_out();
    out_.text += laid_out.text + "\n\n";
    out_.html += fmt::format("<{0} style=\"{1}\">{2}</{0}>\n", element, style, laid_out.html);
  }

  void end_block() {
    if (!paragraph_.empty()) block(paragraph_, "p", kParagraphStyle);
    paragraph_.clear();
    if (items_.empty()) return;
    out_.html += fmt::format("<ul style=\"{}\">\n", kParagraphStyle);
    for (const auto& item : items_) {
      out_.text += "- " + item.text + "\n";
      out_.html += fmt::format("<li>{}</li>\n", item.html);
    }
    out_.text += "\n";
    out_.html += "</ul>\n";
    items_.clear();
  }

  std::string paragraph_;
  std::vector<Letter> items_;
  Letter out_;
};

}  // namespace

std::string escape_lines(std::string_view text) {
  auto escaped = html::escape(text);
  std::string out;
  for (const char c : escaped) out += c == '\n' ? std::string{"<br>\n"} : std::string(1, c);
  return out;
}

bool is_web_address(std::string_view address) {
  const bool scheme = address.starts_with("https://") || address.starts_with("http://");
  return scheme && address.find_first_of(" \t\r\n<>\"") == std::string_view::npos;
}

Letter lay_out_letter(std::string_view written) {
  Writer writer;
  while (!written.empty()) {
    const auto end = std::min(written.find('\n'), written.size());
    auto line = written.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    writer.line(line);
    written.remove_prefix(std::min(end + 1, written.size()));
  }
  return std::move(writer).end();
}

}  // namespace outbox
