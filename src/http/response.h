// What a handler answers: status, header fields, and a body that is held, read by position, or pulled.
//
// What the server adds: Date, Content-Length or chunked coding, the security headers of http/security.h
// unless the response sets them, Cache-Control: no-store unless the response sets one, Content-Range and
// 206/416 for bodies read by position, 304/412 by ETag and Last-Modified, and nothing of the body to HEAD.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/files.h"
#include "base/result.h"
#include "base/time.h"
#include "http/headers.h"

namespace http {

/// A body that can be read at any position: a file, a sealed file, an asset. Ranges are served from it.
struct Source {
  std::uint64_t size = 0;
  /// Fills `out` from `offset` and returns how much; less than asked cuts the connection. Runs on a worker;
  /// may block. Never asked past `size`.
  std::function<base::Result<std::size_t>(std::uint64_t offset, std::span<std::uint8_t> out)> read_at;
};

/// Appends the next piece to `out` (empty on entry); leaving it empty ends the body. Runs on a worker, never
/// two at a time; may block. An error cuts the connection, so that the client sees that something is missing.
using Pull = std::move_only_function<base::Result<void>(std::string& out)>;

/// Text of the program that lives as long as it does.
struct StaticText {
  std::string_view text;
};

using Body = std::variant<std::string, StaticText, std::shared_ptr<const std::string>, Source, Pull>;

struct Response {
  int status = 200;
  Headers headers = {};
  Body body = {};
  /// Ends the connection after this answer.
  bool close = false;

  static Response json(std::string text, int status = 200);
  static Response html(std::string text, int status = 200);
  static Response text(std::string text, int status = 200);
  static Response bytes(std::string_view content_type, std::string data, int status = 200);
  /// An embedded file: `encoding` is "br", "gzip" or empty; `etag` is a quoted entity tag.
  static Response asset(std::string_view content_type, std::string_view data, std::string_view encoding,
                        std::string_view etag);
  /// 303 after a form, 302, 307 or 308. `location` is written as it stands.
  static Response redirect(int status, std::string_view location);
  /// 204.
  static Response no_content();
  /// Serves ranges. `etag` is a quoted entity tag, strong ("\"…\"") if ranges shall be resumable.
  static Response source(std::string_view content_type, Source source, std::string_view etag = {},
                         std::optional<base::Instant> last_modified = std::nullopt);
  /// The same of an open file, whose size is asked here. Errors: those of File::size.
  static base::Result<Response> file(std::string_view content_type, std::shared_ptr<base::File> file,
                                     std::string_view etag = {},
                                     std::optional<base::Instant> last_modified = std::nullopt);
  static Response pull(std::string_view content_type, Pull pull);

  Response& with(std::string_view name, std::string_view value) & {
    headers.set(name, value);
    return *this;
  }
  Response&& with(std::string_view name, std::string_view value) && {
    headers.set(name, value);
    return std::move(*this);
  }
  /// `Content-Disposition: attachment`, with the name also in RFC 8187 form if it is not plain ASCII.
  Response&& as_download(std::string_view file_name) &&;

  /// The text of a body that is held in memory; empty for the others.
  std::string_view body_text() const;
};

/// "Not Found"; "Unknown" for a status without a name.
std::string_view reason_phrase(int status);

}  // namespace http
