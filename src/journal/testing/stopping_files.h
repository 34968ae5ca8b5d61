// A program that dies: from the n-th change on, nothing more is done to the files, and everything is reported
// as failed. What was done before stays, as after kill -9.
#pragma once

#include <memory>

#include "base/files.h"

namespace journal::testing {

class StoppingFiles final : public base::Files {
 public:
  /// The n-th change from now on (0: the next one) is the first that is not done.
  void stop_after(int changes) { left_ = changes; }
  void go_on() { left_ = -1; }
  bool has_stopped() const { return left_ == 0; }

  base::Result<std::unique_ptr<base::File>> open(const base::Path& path, base::OpenMode mode) override {
    if (mode == base::OpenMode::Append) RETURN_IF_ERROR(change());
    ASSIGN_OR_RETURN(auto file, files_.open(path, mode));
    return std::make_unique<Open>(*this, std::move(file));
  }
  base::Result<void> make_directories(const base::Path& path) override {
    RETURN_IF_ERROR(change());
    return files_.make_directories(path);
  }
  base::Result<void> rename(const base::Path& from, const base::Path& to) override {
    RETURN_IF_ERROR(change());
    return files_.rename(from, to);
  }
  base::Result<void> remove(const base::Path& path) override {
    RETURN_IF_ERROR(change());
    return files_.remove(path);
  }
  base::Result<void> sync_directory(const base::Path& directory) override {
    RETURN_IF_ERROR(change());
    return files_.sync_directory(directory);
  }
  base::Result<std::vector<std::string>> list(const base::Path& directory) override {
    return files_.list(directory);
  }
  base::Result<bool> exists(const base::Path& path) override { return files_.exists(path); }

 private:
  class Open final : public base::File {
   public:
    Open(StoppingFiles& files, std::unique_ptr<base::File> file) : files_(files), file_(std::move(file)) {}
    base::Result<void> append(base::ByteView bytes) override {
      // A part of it is written before the program dies.
      if (auto done = files_.change(); !done) {
        (void)file_->append(bytes.first(bytes.size() / 2));
        return done;
      }
      return file_->append(bytes);
    }
    base::Result<void> sync() override {
      RETURN_IF_ERROR(files_.change());
      return file_->sync();
    }
    base::Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
      return file_->read_at(offset, out);
    }
    base::Result<void> write_at(std::uint64_t offset, base::ByteView bytes) override {
      RETURN_IF_ERROR(files_.change());
      return file_->write_at(offset, bytes);
    }
    base::Result<void> truncate(std::uint64_t size) override {
      RETURN_IF_ERROR(files_.change());
      return file_->truncate(size);
    }
    base::Result<std::uint64_t> size() const override { return file_->size(); }

   private:
    StoppingFiles& files_;
    std::unique_ptr<base::File> file_;
  };

  base::Result<void> change() {
    if (left_ == 0) return base::fail(base::Code::Unavailable, "the program has died");
    if (left_ > 0) --left_;
    return {};
  }

  base::OsFiles files_;
  int left_ = -1;
};

}  // namespace journal::testing
