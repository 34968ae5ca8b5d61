#include "mail/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/result.h"
#include "base/trim.h"
#include "mail/encoding.h"
#include "mail/limits.h"

namespace mail {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
  return out;
}

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Takes the header section off the front of `text`, unfolded; what is no header is passed over.
std::vector<Header> take_headers(std::string_view& text) {
  std::vector<Header> headers;
  while (!text.empty()) {
    const auto line = take_line(text);
    if (line.empty()) break;
    if ((line.front() == ' ' || line.front() == '\t') && !headers.empty()) {
      headers.back().value += line;
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) continue;
    headers.push_back(
        {std::string{base::trimmed(line.substr(0, colon))}, std::string{line.substr(colon + 1)}});
  }
  for (auto& header : headers) header.value = std::string{base::trimmed(header.value)};
  return headers;
}

std::string find(const std::vector<Header>& headers, std::string_view name) {
  for (const auto& header : headers) {
    if (lower(header.name) == name) return header.value;
  }
  return {};
}

/// "text/plain; charset=utf-8" as its value and its parameters, RFC 2231's forms put together.
struct Structured {
  std::string value;
  std::map<std::string, std::string> parameters;
};

std::vector<std::string_view> split_parameters(std::string_view text) {
  std::vector<std::string_view> pieces;
  bool quoted = false;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted) {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == ';' && !quoted) {
      pieces.push_back(text.substr(from, i - from));
      from = i + 1;
    }
  }
  pieces.push_back(text.substr(from));
  return pieces;
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string{text};
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

Structured structured(std::string_view text) {
  Structured out;
  const auto pieces = split_parameters(text);
  out.value = lower(base::trimmed(pieces[0]));
  for (std::size_t i = 1; i < pieces.size() && i < kParts; ++i) {
    const auto equals = pieces[i].find('=');
    if (equals == std::string_view::npos) continue;
    auto name = lower(base::trimmed(pieces[i].substr(0, equals)));
    auto value = unquoted(base::trimmed(pieces[i].substr(equals + 1)));
    if (name.ends_with('*')) {
      name.pop_back();
      const auto language = value.find("''");
      const bool first = !name.contains('*') || name.ends_with("*0");
      if (first && language != std::string::npos) value.erase(0, language + 2);
      value = from_percent(value);
    }
    // Continuations stand in their order: our own always do.
    out.parameters[name.substr(0, name.find('*'))] += value;
  }
  return out;
}

struct State {
  Message& message;
  std::size_t parts = 0;
  bool text_found = false;
  bool html_found = false;
};

std::string decoded(std::string_view body, std::string_view encoding) {
  const auto kind = lower(encoding);
  if (kind == "quoted-printable") return from_quoted_printable(body);
  if (kind == "base64") return from_base64_lines(body);
  return std::string{body};
}

void take_part(std::string_view part, int depth, State& state);

void take_multipart(std::string_view body, const std::string& boundary, int depth, State& state) {
  const auto mark = "--" + boundary;
  std::optional<std::size_t> from;
  std::size_t at = 0;
  auto rest = body;
  while (!rest.empty()) {
    const auto line_at = at;
    const auto before = rest.size();
    const auto line = take_line(rest);
    at += before - rest.size();
    if (!line.starts_with(mark)) continue;
    const auto tail = base::trimmed(line.substr(mark.size()));
    if (!tail.empty() && tail != "--") continue;
    if (from) {
      // The line end before a boundary belongs to the boundary.
      auto part = body.substr(*from, line_at > *from ? line_at - *from : 0);
      if (part.ends_with('\n')) part.remove_suffix(1);
      if (part.ends_with('\r')) part.remove_suffix(1);
      take_part(part, depth + 1, state);
    }
    from = at;
    if (tail == "--") return;
  }
}

void take_part(std::string_view part, int depth, State& state) {
  if (depth > kDepth || ++state.parts > kParts) return;
  const auto headers = take_headers(part);
  const auto type_text = find(headers, "content-type");
  const auto type = structured(type_text);
  const auto disposition = structured(find(headers, "content-disposition"));
  const auto boundary = type.parameters.find("boundary");
  if (type.value.starts_with("multipart/") && boundary != type.parameters.end() &&
      !boundary->second.empty()) {
    take_multipart(part, boundary->second, depth, state);
    return;
  }
  auto content = decoded(part, find(headers, "content-transfer-encoding"));
  const bool attached = disposition.value == "attachment";
  if (!attached && !state.text_found && (type.value.empty() || type.value == "text/plain")) {
    state.text_found = true;
    state.message.text = std::move(content);
  } else if (!attached && !state.html_found && type.value == "text/html") {
    state.html_found = true;
    state.message.html = std::move(content);
  } else {
    const auto name = disposition.parameters.find("filename");
    state.message.attachments.push_back(
        {name == disposition.parameters.end() ? std::string{} : name->second, type_text, std::move(content)});
  }
}

Address address_of(std::string_view text) {
  const auto open = text.rfind('<');
  const auto close = text.rfind('>');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return {"", std::string{base::trimmed(text)}};
  const auto name = base::trimmed(text.substr(0, open));
  return {name.starts_with('"') ? unquoted(name) : decode_words(name),
          std::string{text.substr(open + 1, close - open - 1)}};
}

}  // namespace

base::Result<Reading> read(std::string_view bytes) {
  if (bytes.size() > kRenderedBytes) return base::fail(base::Code::TooLarge, "mail: too large to read");
  auto rest = bytes;
  const auto headers = take_headers(rest);
  if (headers.empty()) return base::fail(base::Code::Invalid, "mail: no headers");
  Reading out;
  auto& message = out.message;
  for (const auto& header : headers) {
    const auto name = lower(header.name);
    if (name == "from") {
      message.from = address_of(header.value);
    } else if (name == "to") {
      message.to = address_of(header.value);
      out.to += (out.to.empty() ? "" : ", ") + header.value;
    } else if (name == "reply-to") {
      message.reply_to = address_of(header.value);
    } else if (name == "subject") {
      message.subject = decode_words(header.value);
    } else if (name == "message-id") {
      message.message_id = address_of(header.value).address;
    } else if (name == "date") {
      out.date = header.value;
    } else if (name != "mime-version" && !name.starts_with("content-")) {
      message.headers.push_back({header.name, decode_words(header.value)});
    }
  }
  State state{message};
  take_part(bytes, 0, state);
  return out;
}

}  // namespace mail
