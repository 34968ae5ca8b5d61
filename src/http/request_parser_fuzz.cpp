// Heads and bodies of requests: however the bytes are cut into pieces, the same request is read or refused,
// and nothing passes that two readers could understand in two ways. The first byte is the size of a piece.
#include <algorithm>

#include "base/check.h"
#include "http/limits.h"
#include "http/request_parser.h"
#include "http/token.h"

namespace {

using namespace http;

struct Outcome {
  bool refused = false;
  bool done = false;
  Request request;
};

/// As a connection does it: what the parser did not take is offered again with the next piece behind it.
Outcome read(std::string_view text, std::size_t piece) {
  Outcome outcome;
  RequestParser parser{outcome.request, kHeaderFieldsMax};
  parser.header_limit(static_cast<std::uint32_t>(kHeaderBytesMax));
  parser.body_limit(kBodyBytesMax);
  std::string unread;
  while (!parser.is_done() && !outcome.refused) {
    ErrorCode error;
    const auto used = unread.empty() ? 0 : parser.put(asio::buffer(unread.data(), unread.size()), error);
    CHECK(used <= unread.size());
    unread.erase(0, used);
    outcome.refused = error && error != boost::beast::http::error::need_more;
    if (used > 0 || outcome.refused) continue;
    if (text.empty()) break;
    unread.append(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
  }
  outcome.refused = outcome.refused || parser.fault() != 0;
  outcome.done = parser.is_done();
  const auto fault = parser.fault();
  CHECK(fault == 0 || fault == 400 || fault == 431 || fault == 501);
  if (!parser.is_header_done() || outcome.refused) return outcome;

  const auto& request = outcome.request;
  CHECK(request.headers.size() <= kHeaderFieldsMax);
  CHECK(is_host(request.host) && (parser.http10() || request.headers.has("host")));
  CHECK(!request.headers.has("transfer-encoding") ||
        (parser.chunked() && !parser.http10() && !request.headers.has("content-length")));
  CHECK(!parser.content_length() || !outcome.done || request.body.size() == *parser.content_length());
  for (const auto field : request.headers) {
    CHECK(is_token(field.name));
    CHECK(field.value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos);
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto whole = read(text, text.size() + 1);
  const auto cut = read(text, data[0] + std::size_t{1});
  if (whole.done && !whole.refused) CHECK(cut.done && !cut.refused);
  if (cut.done && !cut.refused) CHECK(whole.done && !whole.refused);
  if (!whole.done || whole.refused) return 0;
  CHECK(whole.request.method == cut.request.method && whole.request.target == cut.request.target);
  CHECK(whole.request.host == cut.request.host && whole.request.body == cut.request.body);
  CHECK(whole.request.headers.size() == cut.request.headers.size());
  return 0;
}
