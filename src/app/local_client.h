// Asks the program that runs on this machine, at its local listener.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace app {

inline constexpr std::string_view kLocalAddress = "http://127.0.0.1:8081";

struct LocalAnswer {
  std::uint64_t bytes_total = 0;  ///< what `Hartslag-Bytes` says, or 0
};

/// Takes what comes, piece by piece; an error ends the transfer.
using TakePiece = std::function<base::Result<void>(base::ByteView piece, const LocalAnswer& answer)>;

/// GETs `origin` + `path`. Errors: as `post_locally`.
base::Result<void> get_locally(const std::string& origin, std::string_view path, const TakePiece& take);

/// The same, of a text with so many bytes at most. Errors: TooLarge as well.
base::Result<std::string> get_text_locally(const std::string& origin, std::string_view path,
                                           std::size_t bytes_max);

/// POSTs `body` to `origin` + `path`. Errors: Unavailable when nobody answers, or the answer is cut off
/// before its end; Conflict and others when the program refuses, with its reason; those of `take`.
base::Result<void> post_locally(const std::string& origin, std::string_view path, std::string_view body,
                                const TakePiece& take = {});

}  // namespace app
