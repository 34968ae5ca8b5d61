#include "http/request_parser.h"

#include <algorithm>

#include <boost/beast/http/error.hpp>

#include "http/token.h"

namespace http {

namespace {

namespace beast_http = boost::beast::http;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

void set_host(Request& request, std::string_view host) {
  request.host.assign(host);
  for (auto& c : request.host)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
}

}  // namespace

void RequestParser::refuse(int status, ErrorCode& error) {
  fault_ = status;
  error = beast_http::error::bad_field;
}

void RequestParser::on_request_impl(beast_http::verb, StringView method, StringView target, int version,
                                    ErrorCode&) {
  http10_ = version == 10;
  // The rest of the head is still read, so that the answer meets a client who has sent it all.
  if (const auto known = http::parse_method(view(method)))
    request_.method = *known;
  else
    fault_ = 501;
  auto text = view(target);
  // The absolute form, as proxies send it: its authority outranks Host.
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(text.substr(0, scheme.size()), scheme)) continue;
    text.remove_prefix(scheme.size());
    const auto end = std::min(text.find_first_of("/?"), text.size());
    const auto authority = text.substr(0, end);
    if (!is_host(authority) && fault_ == 0) fault_ = 400;
    set_host(request_, authority);
    request_.target = text.size() == end || text[end] == '?' ? "/" : "";
    request_.target.append(text.substr(end));
    return;
  }
  request_.target.assign(text);
}

void RequestParser::on_field_impl(Field field, StringView name, StringView value, ErrorCode& error) {
  if (head_done_) return;  // A trailer; nobody here wants any.
  if (request_.headers.size() == fields_max_) return refuse(431, error);
  request_.headers.add(view(name), view(value));
  switch (field) {
    case Field::host:
      if (++hosts_ > 1 || !is_host(view(value))) return refuse(400, error);
      if (request_.host.empty()) set_host(request_, view(value));
      break;
    case Field::transfer_encoding:
      if (http10_ || has_transfer_encoding_ || !equal_ignoring_case(view(value), "chunked"))
        return refuse(400, error);
      has_transfer_encoding_ = true;
      break;
    case Field::expect: expects_continue_ = equal_ignoring_case(view(value), "100-continue"); break;
    case Field::upgrade: upgrade_ = request_.headers.has_token("upgrade", "websocket"); break;
    default: break;
  }
}

void RequestParser::on_header_impl(ErrorCode&) {
  head_done_ = true;
  if (fault_ == 0 && hosts_ == 0 && !http10_) fault_ = 400;
  wants_web_socket_ = upgrade_ && !http10_ && request_.headers.has_token("connection", "upgrade");
  if (http10_) expects_continue_ = false;
}

std::size_t RequestParser::on_body_impl(StringView piece, ErrorCode&) {
  request_.body.append(piece.data(), piece.size());
  return piece.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, StringView piece, ErrorCode&) {
  request_.body.append(piece.data(), piece.size());
  return piece.size();
}

}  // namespace http
