#include "http/serialise.h"

#include <charconv>

#include "http/security.h"

namespace http {

namespace {

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

/// Fields that the server alone writes.
bool is_framing(std::string_view name) {
  return equal_ignoring_case(name, "content-length") || equal_ignoring_case(name, "transfer-encoding") ||
         equal_ignoring_case(name, "connection") || equal_ignoring_case(name, "date");
}

}  // namespace

void write_head(std::string& out, const Request& request, const Response& response, const HeadFacts& facts) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(response.status));
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\nDate: ";
  out += facts.date;
  out += "\r\n";
  for (const auto field : response.headers) {
    if (is_framing(field.name)) continue;
    out += field.name;
    out += ": ";
    out += field.value;
    out += "\r\n";
  }
  if (facts.framing == Framing::Length) {
    out += "Content-Length: ";
    append_number(out, facts.length);
    out += "\r\n";
  } else if (facts.framing == Framing::Chunked) {
    out += "Transfer-Encoding: chunked\r\n";
  }
  if (!facts.keep_alive)
    out += "Connection: close\r\n";
  else if (facts.http10)
    out += "Connection: keep-alive\r\n";
  write_security_headers(out, request, response);
  out += "\r\n";
}

}  // namespace http
