// Byte ranges (RFC 9110 §14) and conditions (§13), for bodies whose size is known.
#pragma once

#include <cstdint>
#include <string_view>

#include "http/request.h"
#include "http/response.h"

namespace http {

/// What a Range header asks of a body of `size` bytes. More than one range, another unit, or malformed:
/// Whole, since a server may always send everything.
struct ByteRange {
  enum class Kind { Whole, Part, Unsatisfiable } kind = Kind::Whole;
  std::uint64_t first = 0;
  std::uint64_t size = 0;
};
ByteRange parse_range(std::string_view header, std::uint64_t size);

/// The part of a body that is sent; `known` is false for one that is pulled.
struct Extent {
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  bool known = true;
};

/// Applies conditions and ranges to an answer of 200 to GET or HEAD: it may become 304, 412, 206 or 416.
Extent apply_conditions(const Request& request, Response& response);

}  // namespace http
