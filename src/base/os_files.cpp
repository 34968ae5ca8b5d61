#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "base/files.h"

namespace base {
namespace {

std::unexpected<Error> failed(std::string_view what, const Path& path, int error) {
  const auto code = error == ENOENT ? Code::NotFound : Code::Unavailable;
  return fail(code, fmt::format("{} {}: {}", what, path.string(), std::strerror(error)));
}

class OsFile final : public File {
 public:
  OsFile(int descriptor, Path path, std::uint64_t size)
      : descriptor_(descriptor), path_(std::move(path)), size_(size) {}
  ~OsFile() override { ::close(descriptor_); }

  Result<void> append(ByteView bytes) override {
    RETURN_IF_ERROR(write_all(size_, bytes));
    size_ += bytes.size();
    return {};
  }

  Result<void> sync() override {
    if (::fdatasync(descriptor_) != 0) return failed("cannot sync", path_, errno);
    return {};
  }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    std::size_t done = 0;
    while (done < out.size()) {
      const auto got =
          ::pread(descriptor_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed("cannot read", path_, errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Result<void> write_at(std::uint64_t offset, ByteView bytes) override {
    CHECK(offset + bytes.size() <= size_);
    return write_all(offset, bytes);
  }

  Result<void> truncate(std::uint64_t size) override {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0)
      return failed("cannot truncate", path_, errno);
    size_ = size;
    return {};
  }

  Result<std::uint64_t> size() const override { return size_; }

 private:
  Result<void> write_all(std::uint64_t offset, ByteView bytes) {
    while (!bytes.empty()) {
      const auto put = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return failed("cannot write", path_, errno);
      bytes = bytes.subspan(static_cast<std::size_t>(put));
      offset += static_cast<std::uint64_t>(put);
    }
    return {};
  }

  int descriptor_;
  Path path_;
  std::uint64_t size_;
};

}  // namespace

Result<std::unique_ptr<File>> OsFiles::open(const Path& path, OpenMode mode) {
  const int flags = mode == OpenMode::Read ? O_RDONLY : O_RDWR | O_CREAT;
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed("cannot open", path, errno);
  struct stat about{};
  if (::fstat(descriptor, &about) != 0) {
    const int error = errno;
    ::close(descriptor);
    return failed("cannot examine", path, error);
  }
  return std::make_unique<OsFile>(descriptor, path, static_cast<std::uint64_t>(about.st_size));
}

Result<void> OsFiles::make_directories(const Path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return failed("cannot create folder", path, error.value());
  return {};
}

Result<void> OsFiles::rename(const Path& from, const Path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failed("cannot rename", from, errno);
  return {};
}

Result<void> OsFiles::remove(const Path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("cannot remove", path, errno);
  return {};
}

Result<void> OsFiles::sync_directory(const Path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failed("cannot open folder", directory, errno);
  const int result = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  if (result != 0) return failed("cannot sync folder", directory, error);
  return {};
}

Result<std::vector<std::string>> OsFiles::list(const Path& directory) {
  std::error_code error;
  std::vector<std::string> names;
  for (auto entry = std::filesystem::directory_iterator(directory, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->is_regular_file(error)) names.push_back(entry->path().filename().string());
  }
  if (error) return failed("cannot list", directory, error.value());
  std::ranges::sort(names);
  return names;
}

Result<bool> OsFiles::exists(const Path& path) {
  std::error_code error;
  const bool there = std::filesystem::exists(path, error);
  if (error) return failed("cannot examine", path, error.value());
  return there;
}

Result<Bytes> read_file(Files& files, const Path& path, std::uint64_t size_max) {
  ASSIGN_OR_RETURN(auto file, files.open(path, OpenMode::Read));
  ASSIGN_OR_RETURN(auto size, file->size());
  if (size > size_max) return fail(Code::TooLarge, fmt::format("{} is too large", path.string()));
  Bytes bytes(size);
  ASSIGN_OR_RETURN(auto got, file->read_at(0, bytes));
  bytes.resize(got);
  return bytes;
}

Result<void> replace_file(Files& files, const Path& path, ByteView bytes) {
  Path temporary = path;
  temporary += ".new";
  RETURN_IF_ERROR(files.remove(temporary));
  {
    ASSIGN_OR_RETURN(auto file, files.open(temporary, OpenMode::Append));
    RETURN_IF_ERROR(file->append(bytes));
    RETURN_IF_ERROR(file->sync());
  }
  RETURN_IF_ERROR(files.rename(temporary, path));
  return files.sync_directory(path.parent_path());
}

}  // namespace base
