#include "http/request.h"

#include "base/bytes.h"
#include "http/limits.h"
#include "http/percent.h"
#include "http/token.h"

namespace http {

std::string_view PathParameters::get(std::string_view name) const {
  for (const auto& [known, value] : values_)
    if (known == name) return value;
  return {};
}

base::Result<std::uint64_t> Request::number(std::string_view name) const {
  const auto value = parse_decimal(parameter(name));
  if (!value) return base::fail(base::Code::NotFound, "There is nothing at this address.");
  return *value;
}

std::string Request::origin() const { return (secure ? "https://" : "http://") + host; }

std::string Request::content_type() const {
  const auto value = header("content-type").value_or("");
  std::string type{trim(value.substr(0, value.find(';')))};
  for (auto& c : type)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return type;
}

const std::string& Request::nonce() const {
  if (nonce_.empty()) {
    std::array<std::uint8_t, 16> bytes;
    base::OsRandom system;
    (random != nullptr ? *random : system).fill(bytes);
    nonce_ = base::to_base64url(bytes);
  }
  return nonce_;
}

void Request::clear() {
  target.clear();
  path.clear();
  query.clear();
  headers.clear();
  // One large body is not worth its memory for as long as the client stays.
  if (body.capacity() > kPieceBytes) body = std::string{};
  body.clear();
  parameters.clear();
  client_address.clear();
  host.clear();
  nonce_.clear();
  secure = false;
  loopback = false;
}

base::Result<void> parse_target(std::string_view target, Request& request) {
  const auto invalid = [](const char* message) { return base::fail(base::Code::Invalid, message); };
  if (target.empty() || target.front() != '/') return invalid("The target does not begin with a slash.");
  const auto question = target.find('?');
  const auto path = target.substr(0, question);
  bool plain = true;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '\\' || c == '#' || c <= 0x20 || c == 0x7f)
      return invalid("The path holds a character that it cannot.");
    plain = plain && c != '%';
  }
  if (plain) {
    request.path.assign(path);
  } else {
    ASSIGN_OR_RETURN(request.path, percent_decode(path));
    for (std::size_t i = 0; i + 2 < path.size(); ++i)
      if (path[i] == '%' && path[i + 1] == '2' && (path[i + 2] == 'F' || path[i + 2] == 'f'))
        return invalid("The path holds an encoded slash.");
    for (const char c : request.path)
      if (c == '\\' || (c >= 0 && c < 0x20)) return invalid("The path holds a character that it cannot.");
  }
  std::string_view rest{request.path};
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto end = std::min(rest.find('/'), rest.size());
    const auto segment = rest.substr(0, end);
    if (segment == "." || segment == "..") return invalid("The path holds a dot segment.");
    rest.remove_prefix(end);
  }
  request.query.clear();
  if (question != std::string_view::npos) {
    ASSIGN_OR_RETURN(request.query, parse_form(target.substr(question + 1)));
  }
  request.target.assign(target);
  return {};
}

base::Result<Request> make_request(Method method, std::string_view target, std::string body) {
  Request request;
  request.method = method;
  RETURN_IF_ERROR(parse_target(target, request));
  request.body = std::move(body);
  request.client_address = "127.0.0.1";
  request.host = "localhost";
  request.loopback = true;
  return request;
}

}  // namespace http
