// 128-bit random ids, written as 26 lower-case characters of Crockford's base32 (digits and letters
// without i, l, o, u), the most significant bits first; the first character is 0 … 7.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace base {

/// One type per kind of thing, so that a session is never taken for a person:
/// `using SessionId = base::Id<struct SessionTag>;`
template <class Tag>
struct Id {
  std::array<std::uint8_t, 16> bytes{};

  static Id draw(Random& random) {
    Id id;
    random.fill(id.bytes);
    return id;
  }
  auto operator<=>(const Id&) const = default;
};

namespace detail {
std::string id_to_text(const std::array<std::uint8_t, 16>& bytes);
Result<std::array<std::uint8_t, 16>> id_from_text(std::string_view text);
}  // namespace detail

template <class Tag>
std::string to_text(const Id<Tag>& id) {
  return detail::id_to_text(id.bytes);
}

/// Takes the 26 canonical characters alone. Errors: Invalid.
template <class IdType>
Result<IdType> parse_id(std::string_view text) {
  ASSIGN_OR_RETURN(auto bytes, detail::id_from_text(text));
  return IdType{bytes};
}

}  // namespace base

template <class Tag>
struct std::hash<base::Id<Tag>> {
  std::size_t operator()(const base::Id<Tag>& id) const {
    std::size_t value;  // The bytes are random already.
    std::memcpy(&value, id.bytes.data(), sizeof value);
    return value;
  }
};
