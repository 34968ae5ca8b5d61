#include "pulse/store_files.h"

#include <algorithm>

#include "pulse/block_file.h"
#include "pulse/limits_engine.h"
#include "pulse/log.h"

namespace pulse {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr std::size_t kZeros = std::size_t{1} << 20;

}  // namespace

Result<base::Bytes> load_image(base::Files& files, const base::Path& path, const crypto::SecretKey& key) {
  ASSIGN_OR_RETURN(auto reader, BlockFileReader::open(files, path, FileKind::Checkpoint, 1, key));
  base::Bytes image;
  RETURN_IF_ERROR(reader->read_all([&](base::ByteView block) -> Result<void> {
    if (image.size() + block.size() > kImageBytesMax)
      return fail(Code::TooLarge, "the checkpoint is too large");
    image.insert(image.end(), block.begin(), block.end());
    return {};
  }));
  return image;
}

Result<std::vector<std::uint64_t>> list_logs(base::Files& files, const base::Path& folder) {
  ASSIGN_OR_RETURN(auto names, files.list(folder));
  std::vector<std::uint64_t> numbers;
  for (const auto& name : names)
    if (const auto number = log_number(name); number != 0) numbers.push_back(number);
  std::ranges::sort(numbers);
  return numbers;
}

Result<void> overwrite(base::File& file) {
  ASSIGN_OR_RETURN(auto size, file.size());
  const base::Bytes zeros(std::min<std::uint64_t>(size, kZeros));
  for (std::uint64_t at = 0; at < size; at += zeros.size()) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(zeros.size(), size - at));
    RETURN_IF_ERROR(file.write_at(at, base::ByteView(zeros).first(count)));
  }
  return file.sync();
}

Result<void> shred(base::Files& files, const base::Path& path) {
  ASSIGN_OR_RETURN(auto there, files.exists(path));
  if (!there) return {};
  {
    ASSIGN_OR_RETURN(auto file, files.open(path, base::OpenMode::Append));
    RETURN_IF_ERROR(overwrite(*file));
  }
  return files.remove(path);
}

}  // namespace pulse
