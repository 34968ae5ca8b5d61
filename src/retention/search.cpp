#include "retention/search.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <unordered_map>

#include "base/contains.h"
#include "base/mutex.h"
#include "retention/limits.h"

namespace retention {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Result;

constexpr std::size_t kTableBits = std::size_t{1} << 16;

std::uint64_t head_at(const std::uint8_t* bytes) { return base::load_le<std::uint64_t>(bytes); }

/// Sixteen bits of eight bytes, by a multiplication that mixes all of them.
std::size_t place_of(std::uint64_t head) { return (head * 0x9e37'79b9'7f4a'7c15) >> 48; }

class Matcher {
 public:
  explicit Matcher(const std::vector<Needle>& needles) {
    for (const auto& needle : needles) {
      const auto head = head_at(needle.bytes.data());
      table_->set(place_of(head));
      by_head_[head].push_back(&needle);
      longest_ = std::max(longest_, needle.bytes.size());
    }
  }

  std::size_t longest() const { return longest_; }

  /// Whether one of them begins at one of the first `begins` bytes.
  bool finds(ByteView bytes, std::size_t begins, const std::string& name) const {
    for (std::size_t at = 0; at < begins && at + kNeedleBytesMin <= bytes.size(); ++at) {
      const auto head = head_at(bytes.data() + at);
      if (!table_->test(place_of(head))) continue;
      const auto found = by_head_.find(head);
      if (found == by_head_.end()) continue;
      for (const auto* needle : found->second) {
        if (!needle->except.empty() && name.starts_with(needle->except)) continue;
        if (at + needle->bytes.size() > bytes.size()) continue;
        if (std::memcmp(bytes.data() + at, needle->bytes.data(), needle->bytes.size()) == 0) return true;
      }
    }
    return false;
  }

 private:
  std::unique_ptr<std::bitset<kTableBits>> table_ = std::make_unique<std::bitset<kTableBits>>();
  std::unordered_map<std::uint64_t, std::vector<const Needle*>> by_head_;
  std::size_t longest_ = 0;
};

/// Files of databases, each opened once and never closed again. SQLite's locks are the process's (POSIX):
/// closing any descriptor of a file gives up every lock on it, and whoever opened the database then from
/// outside would take its shared memory away from under us.
class HeldOpen {
 public:
  static bool is_for(const std::string& name) {
    return std::ranges::any_of(std::array{".db", "-wal", "-shm", "-journal"},
                               [&](const char* ending) { return name.ends_with(ending); });
  }
  /// Null when there is no such file.
  Result<base::File*> open(base::Files& files, const base::Path& path) {
    base::Lock lock(mutex_);
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return nullptr;
    auto& file = held_[{status.st_dev, status.st_ino}];
    if (!file) {
      ASSIGN_OR_RETURN(file, files.open(path, base::OpenMode::Read));
    }
    return file.get();
  }
  static HeldOpen& instance() {
    static auto* const held = new HeldOpen;  // Until the process ends.
    return *held;
  }

 private:
  base::Mutex mutex_;
  std::map<std::pair<dev_t, ino_t>, std::unique_ptr<base::File>> held_ GUARDED_BY(mutex_);
};

Result<bool> search_open(const base::File& file, const Matcher& matcher, const std::string& name,
                         std::int64_t& read) {
  Bytes portion(kSearchChunkBytes + matcher.longest());
  for (std::uint64_t offset = 0;; offset += kSearchChunkBytes) {
    ASSIGN_OR_RETURN(const auto size, file.read_at(offset, portion));
    read += static_cast<std::int64_t>(std::min(size, kSearchChunkBytes));
    if (matcher.finds(ByteView{portion}.first(size), kSearchChunkBytes, name)) return true;
    if (size <= kSearchChunkBytes) return false;
  }
}

Result<bool> search_file(base::Files& files, const base::Path& path, const Matcher& matcher,
                         const std::string& name, std::int64_t& read) {
  if (HeldOpen::is_for(name)) {
    ASSIGN_OR_RETURN(const auto* held, HeldOpen::instance().open(files, path));
    return held == nullptr ? Result<bool>{false} : search_open(*held, matcher, name, read);
  }
  const auto opened = files.open(path, base::OpenMode::Read);
  if (!opened && opened.error().code == Code::NotFound) return false;
  if (!opened) return base::fail(opened.error());
  return search_open(**opened, matcher, name, read);
}

}  // namespace

Result<Searched> search_files(base::Files& files, const base::Path& folder,
                              const std::vector<Needle>& needles, const std::vector<std::string>& skip) {
  const auto is_short = [](const Needle& needle) { return needle.bytes.size() < kNeedleBytesMin; };
  if (std::ranges::any_of(needles, is_short))
    return base::fail(Code::Invalid, "a needle is too short to be nobody else's");
  const Matcher matcher(needles);
  Searched searched;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(folder, error);
  const std::filesystem::recursive_directory_iterator end;
  for (; !error && entry != end; entry.increment(error)) {
    const auto name = entry->path().lexically_relative(folder).string();
    std::error_code gone;
    if (entry->is_directory(gone) && base::contains(skip, name)) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file(gone)) continue;
    ASSIGN_OR_RETURN(const bool found, search_file(files, entry->path(), matcher, name, searched.bytes));
    ++searched.files;
    if (found) searched.found.push_back(name);
  }
  if (error) return base::fail(Code::Unavailable, "the data folder cannot be listed");
  std::ranges::sort(searched.found);
  return searched;
}

}  // namespace retention
