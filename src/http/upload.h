// Request bodies that are not held in memory: a handler looks at the head of the request and gives a sink
// that takes the body piece by piece.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/files.h"
#include "base/result.h"
#include "http/response.h"

namespace http {

struct Request;

/// Runs on workers, one call at a time. Destroyed without finish(): the client went away, sent too much or
/// too slowly, or write() failed; what was taken is to be thrown away.
class UploadSink {
 public:
  virtual ~UploadSink() = default;
  /// An error ends the upload and is the answer.
  virtual base::Result<void> write(std::string_view piece) = 0;
  /// All is there: the answer.
  virtual base::Result<Response> finish() = 0;
};

struct Upload {
  std::unique_ptr<UploadSink> sink;
  std::uint64_t size_max = 0;  ///< bytes; one more is answered with 413
};

/// Called after each piece with what has come so far and, if the client said so, what will.
using UploadProgress = std::function<void(std::uint64_t received, std::optional<std::uint64_t> total)>;

/// Writes the body to a new file at `path`, synced before `finished` is called with its size; that function
/// gives the answer and may rename the file. If it is never reached, or fails, the file is removed. Errors:
/// those of Files::open; Conflict if the file exists.
base::Result<std::unique_ptr<UploadSink>> make_file_sink(
    base::Files& files, base::Path path, std::function<base::Result<Response>(std::uint64_t size)> finished,
    std::optional<std::uint64_t> total = std::nullopt, UploadProgress progress = {});

/// What Content-Length promises, if it is there.
std::optional<std::uint64_t> content_length(const Request& request);

}  // namespace http
