#include "http/response.h"

#include "http/date.h"
#include "http/percent.h"

namespace http {

namespace {

Response with_type(std::string_view content_type, Body body, int status) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", content_type);
  response.body = std::move(body);
  return response;
}

}  // namespace

Response Response::json(std::string text, int status) {
  return with_type("application/json", std::move(text), status);
}

Response Response::html(std::string text, int status) {
  return with_type("text/html; charset=utf-8", std::move(text), status);
}

Response Response::text(std::string text, int status) {
  return with_type("text/plain; charset=utf-8", std::move(text), status);
}

Response Response::bytes(std::string_view content_type, std::string data, int status) {
  return with_type(content_type, std::move(data), status);
}

Response Response::asset(std::string_view content_type, std::string_view data, std::string_view encoding,
                         std::string_view etag) {
  auto response = with_type(content_type, StaticText{data}, 200);
  if (!encoding.empty()) response.headers.add("Content-Encoding", encoding);
  response.headers.add("Vary", "Accept-Encoding");
  if (!etag.empty()) response.headers.add("ETag", etag);
  return response;
}

Response Response::redirect(int status, std::string_view location) {
  Response response;
  response.status = status;
  response.headers.add("Location", location);
  return response;
}

Response Response::no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response Response::source(std::string_view content_type, Source source, std::string_view etag,
                          std::optional<base::Instant> last_modified) {
  auto response = with_type(content_type, std::move(source), 200);
  if (!etag.empty()) response.headers.add("ETag", etag);
  if (last_modified) response.headers.add("Last-Modified", write_date(*last_modified));
  return response;
}

base::Result<Response> Response::file(std::string_view content_type, std::shared_ptr<base::File> file,
                                      std::string_view etag, std::optional<base::Instant> last_modified) {
  ASSIGN_OR_RETURN(const auto size, file->size());
  return source(content_type,
                Source{size,
                       [file = std::move(file)](std::uint64_t offset, std::span<std::uint8_t> out) {
                         return file->read_at(offset, out);
                       }},
                etag, last_modified);
}

Response Response::pull(std::string_view content_type, Pull pull) {
  return with_type(content_type, std::move(pull), 200);
}

Response&& Response::as_download(std::string_view file_name) && {
  // What an old client reads is ASCII without quotes; the other form carries the true name.
  std::string plain;
  bool exact = true;
  for (const char c : file_name) {
    const bool kept = c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '%' && c != '/';
    exact = exact && kept;
    plain.push_back(kept ? c : '_');
  }
  auto value = "attachment; filename=\"" + plain + "\"";
  if (!exact) value += "; filename*=UTF-8''" + percent_encode(file_name);
  headers.set("Content-Disposition", value);
  return std::move(*this);
}

std::string_view Response::body_text() const {
  if (const auto* text = std::get_if<std::string>(&body)) return *text;
  if (const auto* text = std::get_if<StaticText>(&body)) return text->text;
  if (const auto* text = std::get_if<std::shared_ptr<const std::string>>(&body))
    return *text ? std::string_view{**text} : std::string_view{};
  return {};
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Unknown";
  }
}

}  // namespace http
