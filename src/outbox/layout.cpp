#include "outbox/layout.h"

#include <fmt/format.h>

#include <vector>

#include "outbox/letter.h"
#include "texts/texts.h"

namespace outbox {
namespace {

using base::Code;
using base::fail;
using base::Language;
using base::Result;
using texts::Key;

struct Paragraph {
  std::string_view text;     ///< of a button: its label
  std::string_view address;  ///< of a button; else empty
};

/// "[label](address)" as a whole paragraph is a button.
Paragraph paragraph_of(std::string_view text) {
  const auto middle = text.find("](");
  if (!text.starts_with('[') || !text.ends_with(')') || middle == std::string_view::npos) return {text, {}};
  return {text.substr(1, middle - 1), text.substr(middle + 2, text.size() - middle - 3)};
}

std::vector<Paragraph> paragraphs_of(std::string_view body) {
  std::vector<Paragraph> paragraphs;
  while (true) {
    const auto end = body.find("\n\n");
    paragraphs.push_back(paragraph_of(body.substr(0, end)));
    if (end == std::string_view::npos) return paragraphs;
    body.remove_prefix(end + 2);
  }
}

constexpr std::string_view kButtonStyle =
    "display:inline-block;padding:12px 20px;border-radius:8px;background:#d9364a;color:#ffffff;"
    "text-decoration:none;font-weight:600";

class Writer {
 public:
  explicit Writer(texts::Values values) : values_(values) {}

  void add(std::string_view plain) {
    text_ += plain;
    text_ += "\n\n";
    html_ += fmt::format("<p style=\"{}\">{}</p>\n", kParagraphStyle, escape_lines(plain));
  }

  void add(const Letter& letter) {
    text_ += letter.text;
    html_ += letter.html;
  }

  /// Quietly, at the end.
  Result<void> add(const std::vector<Link>& foot) {
    std::string links;
    for (const auto& [label, address] : foot) {
      if (!is_web_address(address)) return fail(Code::Invalid, "a link leads to no web address");
      text_ += fmt::format("{}:\n{}\n\n", label, address);
      links += fmt::format("{}<a href=\"{}\" style=\"color:#1b1f24\">{}</a>", links.empty() ? "" : " · ",
                           escape_lines(address), escape_lines(label));
    }
    if (!links.empty())
      html_ += fmt::format("<p style=\"{};font-size:14px\">{}</p>\n", kParagraphStyle, links);
    return {};
  }

  Result<void> add(const Paragraph& paragraph) {
    const auto label = texts::fill(paragraph.text, values_);
    if (paragraph.address.empty()) {
      add(label);
      return {};
    }
    const auto address = texts::fill(paragraph.address, values_);
    if (!is_web_address(address)) return fail(Code::Invalid, "a button leads to no web address");
    text_ += fmt::format("{}:\n{}\n\n", label, address);
    html_ += fmt::format("<p style=\"{}\"><a href=\"{}\" style=\"{}\">{}</a></p>\n", kParagraphStyle,
                         escape_lines(address), kButtonStyle, escape_lines(label));
    return {};
  }

  std::string text() const { return text_.substr(0, text_.size() - 1); }
  std::string html(Language language, std::string_view subject) const {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n</head>\n"
        "<body style=\"margin:0;padding:24px;background:#fbfaf7;color:#1b1f24;"
        "font:16px/1.5 Inter,'Helvetica Neue',Arial,sans-serif\">\n"
        "<div style=\"max-width:560px;margin:0 auto\">\n{}</div>\n</body>\n</html>\n",
        to_text(language), escape_lines(subject), html_);
  }

 private:
  texts::Values values_;
  std::string text_;
  std::string html_;
};

Result<Key> find(std::string_view template_name, std::string_view part) {
  const auto name = fmt::format("mail.{}.{}", template_name, part);
  const auto key = texts::find(name);
  if (!key) return fail(Code::NotFound, fmt::format("there is no text {}", name));
  return *key;
}

Result<void> check_values(Key key, const Values& values) {
  for (const auto placeholder : texts::placeholders(key)) {
    if (!values.contains(std::string{placeholder}))
      return fail(Code::Invalid, fmt::format("no value for {{{}}} of {}", placeholder, texts::name_of(key)));
  }
  return {};
}

}  // namespace

Result<Layout> lay_out(Language language, std::string_view template_name, const Values& values,
                       std::string_view name, std::string_view organisation, const Extras& extras) {
  ASSIGN_OR_RETURN(const auto subject_key, find(template_name, "subject"));
  ASSIGN_OR_RETURN(const auto body_key, find(template_name, "body"));
  auto all = values;
  all.insert_or_assign("name", std::string{name});
  all.insert_or_assign("organisation",
                       extras.signed_by.empty() ? std::string{organisation} : extras.signed_by);
  RETURN_IF_ERROR(check_values(subject_key, all));
  RETURN_IF_ERROR(check_values(body_key, all));
  std::vector<texts::Value> pairs;
  for (const auto& [key, value] : all) pairs.emplace_back(key, value);

  Layout out;
  out.subject = texts::format(language, subject_key, pairs);
  Writer writer{pairs};
  writer.add(name.empty() ? std::string{texts::get(language, Key::MailGreetingNobody)}
                          : texts::format(language, Key::MailGreeting, pairs));
  if (!extras.letter.empty()) writer.add(lay_out_letter(extras.letter));
  for (const auto& paragraph : paragraphs_of(texts::get(language, body_key)))
    RETURN_IF_ERROR(writer.add(paragraph));
  writer.add(texts::format(language, Key::MailSignOff, pairs));
  if (extras.signed_by.empty()) writer.add(texts::get(language, Key::MailAutomatic));
  RETURN_IF_ERROR(writer.add(extras.foot));
  out.text = writer.text();
  out.html = writer.html(language, out.subject);
  return out;
}

}  // namespace outbox
