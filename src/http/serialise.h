// The head of an answer as bytes.
#pragma once

#include <string>
#include <string_view>

#include "http/range.h"
#include "http/request.h"
#include "http/response.h"

namespace http {

/// How the body's end is told: by its length, by a last chunk, by the end of the connection, or there is
/// none.
enum class Framing { Length, Chunked, UntilClose, None };

struct HeadFacts {
  Framing framing = Framing::Length;
  std::uint64_t length = 0;
  bool keep_alive = true;
  bool http10 = false;
  std::string_view date;  ///< the value of Date
};

void write_head(std::string& out, const Request& request, const Response& response, const HeadFacts& facts);

}  // namespace http
