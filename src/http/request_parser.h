// Beast's incremental parser, filling a Request whose memory is used again and again.
//
// What it refuses beyond the parser of Beast: more than one Host, none in HTTP/1.1, a host with characters
// that no host has, Transfer-Encoding in HTTP/1.0 or with anything but `chunked` (two readings of where a
// body ends are how requests are smuggled), too many fields, methods that it does not know.
#pragma once

#include <cstddef>
#include <string>

#include "http/asio.h"
#include "http/request.h"

#include <boost/beast/http/basic_parser.hpp>

namespace http {

class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  RequestParser(Request& request, std::size_t fields_max) : request_(request), fields_max_(fields_max) {}

  /// What is wrong with the head: 0, 400, 431 or 501; known once the head is done or put() failed.
  int fault() const { return fault_; }
  bool http10() const { return http10_; }
  bool expects_continue() const { return expects_continue_; }
  bool wants_web_socket() const { return wants_web_socket_; }

 private:
  using StringView = boost::beast::string_view;
  using ErrorCode = boost::beast::error_code;
  using Field = boost::beast::http::field;

  void on_request_impl(boost::beast::http::verb, StringView method, StringView target, int version,
                       ErrorCode& error) override;
  void on_response_impl(int, StringView, int, ErrorCode&) override {}
  void on_field_impl(Field field, StringView name, StringView value, ErrorCode& error) override;
  void on_header_impl(ErrorCode& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(StringView piece, ErrorCode&) override;
  void on_chunk_header_impl(std::uint64_t, StringView, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, StringView piece, ErrorCode&) override;
  void on_finish_impl(ErrorCode&) override {}

  void refuse(int status, ErrorCode& error);

  Request& request_;
  const std::size_t fields_max_;
  int fault_ = 0;
  unsigned hosts_ = 0;
  bool http10_ = false;
  bool head_done_ = false;
  bool expects_continue_ = false;
  bool upgrade_ = false;
  bool wants_web_socket_ = false;
  bool has_transfer_encoding_ = false;
};

}  // namespace http
