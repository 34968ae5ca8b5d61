#include "pulse/anonymous_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "pulse/block_file.h"
#include "pulse/limits_engine.h"

namespace pulse {
namespace {

using base::Code;
using base::fail;
using base::Result;

constexpr std::size_t kPortion = std::size_t{1} << 20;
constexpr int kCompressionLevel = 3;

}  // namespace

std::string anonymous_name(base::PropertyNumber property) {
  return fmt::format("{}.anonymous", property.value);
}

bool is_anonymous_name(std::string_view name) {
  return name.ends_with(".anonymous") || name.ends_with(".anonymous.new");
}

Result<void> save_anonymous(base::Files& files, const base::Path& folder, base::PropertyNumber property,
                            const AnonymousRecord& record, const crypto::SecretKey& key,
                            base::Random& random) {
  const auto path = folder / anonymous_name(property);
  auto temporary = path;
  temporary += ".new";
  ASSIGN_OR_RETURN(auto writer, BlockFileWriter::create(files, temporary, FileKind::Anonymous, property.value,
                                                        key, random, kCompressionLevel));
  const auto bytes = encode(record);
  for (std::size_t at = 0; at < bytes.size(); at += kPortion)
    RETURN_IF_ERROR(writer->add(base::ByteView(bytes).subspan(at, std::min(kPortion, bytes.size() - at))));
  RETURN_IF_ERROR(writer->finish({}));
  RETURN_IF_ERROR(files.rename(temporary, path));
  return files.sync_directory(folder);
}

Result<AnonymousRecord> load_anonymous(base::Files& files, const base::Path& folder,
                                       base::PropertyNumber property, const crypto::SecretKey& key) {
  const auto name = anonymous_name(property);
  ASSIGN_OR_RETURN(auto reader,
                   BlockFileReader::open(files, folder / name, FileKind::Anonymous, property.value, key));
  base::Bytes bytes;
  RETURN_IF_ERROR(reader->read_all([&](base::ByteView block) -> Result<void> {
    if (bytes.size() + block.size() > kAnonymousBytesMax)
      return fail(Code::Corrupt, fmt::format("{}: the record is too large", name));
    bytes.insert(bytes.end(), block.begin(), block.end());
    return {};
  }));
  auto record = decode_anonymous(bytes);
  if (!record) return fail(Code::Corrupt, fmt::format("{}: {}", name, record.error().message));
  return record;
}

}  // namespace pulse
