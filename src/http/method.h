// Request methods. Others than these are answered with 501.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace http {

enum class Method { Get, Head, Post, Put, Patch, Delete, Options };
inline constexpr std::size_t kMethodCount = 7;

constexpr std::string_view to_text(Method method) {
  constexpr std::array<std::string_view, kMethodCount> kNames{"GET",   "HEAD",   "POST",   "PUT",
                                                              "PATCH", "DELETE", "OPTIONS"};
  return kNames[static_cast<std::size_t>(method)];
}

/// Case matters, as RFC 9110 §9.1 says.
constexpr std::optional<Method> parse_method(std::string_view text) {
  for (std::size_t i = 0; i < kMethodCount; ++i)
    if (to_text(static_cast<Method>(i)) == text) return static_cast<Method>(i);
  return std::nullopt;
}

}  // namespace http
