#include "http/upload.h"

#include "base/log.h"
#include "http/request.h"
#include "http/token.h"

namespace http {

namespace {

class FileSink final : public UploadSink {
 public:
  FileSink(base::Files& files, base::Path path, std::unique_ptr<base::File> file,
           std::function<base::Result<Response>(std::uint64_t)> finished, std::optional<std::uint64_t> total,
           UploadProgress progress)
      : files_(files),
        path_(std::move(path)),
        file_(std::move(file)),
        finished_(std::move(finished)),
        total_(total),
        progress_(std::move(progress)) {}

  ~FileSink() override {
    if (kept_) return;
    file_.reset();
    if (auto removed = files_.remove(path_); !removed)
      base::log(base::Level::Warning, "http.upload_not_removed", {{"error", removed.error()}});
  }

  base::Result<void> write(std::string_view piece) override {
    RETURN_IF_ERROR(file_->append(base::as_bytes(piece)));
    size_ += piece.size();
    if (progress_) progress_(size_, total_);
    return {};
  }

  base::Result<Response> finish() override {
    RETURN_IF_ERROR(file_->sync());
    file_.reset();
    auto response = finished_(size_);
    kept_ = response.has_value();
    return response;
  }

 private:
  base::Files& files_;
  const base::Path path_;
  std::unique_ptr<base::File> file_;
  const std::function<base::Result<Response>(std::uint64_t)> finished_;
  const std::optional<std::uint64_t> total_;
  const UploadProgress progress_;
  std::uint64_t size_ = 0;
  bool kept_ = false;
};

}  // namespace

base::Result<std::unique_ptr<UploadSink>> make_file_sink(
    base::Files& files, base::Path path, std::function<base::Result<Response>(std::uint64_t)> finished,
    std::optional<std::uint64_t> total, UploadProgress progress) {
  ASSIGN_OR_RETURN(const bool exists, files.exists(path));
  if (exists) return base::fail(base::Code::Conflict, "A file of this name exists.");
  ASSIGN_OR_RETURN(auto file, files.open(path, base::OpenMode::Append));
  return std::make_unique<FileSink>(files, std::move(path), std::move(file), std::move(finished), total,
                                    std::move(progress));
}

std::optional<std::uint64_t> content_length(const Request& request) {
  const auto text = request.header("content-length");
  return text ? parse_decimal(*text) : std::nullopt;
}

}  // namespace http
