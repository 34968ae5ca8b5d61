#include "rights/sealed_files.h"

#include <fmt/format.h>

#include "crypto/seal.h"
#include "rights/limits.h"
#include "vault/key_store.h"

namespace rights {
namespace {

using base::Code;
using base::Result;

vault::KeyName key_of(base::PropertyNumber scope, std::string_view use, RequestId id) {
  return vault::KeyName::service(scope, fmt::format("{}_{}", use, base::to_text(id)));
}

base::Bytes place_of(std::string_view use, RequestId id) {
  const auto place = fmt::format("{} {}", use, base::to_text(id));
  const auto view = base::as_bytes(place);
  return {view.begin(), view.end()};
}

/// An answer holds what a person has in every property: more than a proof, less than a disk.
constexpr std::uint64_t kFileBytesMax = 1024ULL * 1024 * 1024;

}  // namespace

base::Path SealedFiles::path_of(std::string_view use, RequestId id) const {
  return folder_ / fmt::format("{}-{}", use, base::to_text(id));
}

Result<void> SealedFiles::write(std::string_view use, RequestId id, std::string_view content) {
  RETURN_IF_ERROR(files_.make_directories(folder_));
  ASSIGN_OR_RETURN(const auto key, keys_.find_or_create(key_of(scope_, use, id)));
  return base::replace_file(files_, path_of(use, id),
                            crypto::seal(key, base::as_bytes(content), place_of(use, id), random_));
}

Result<std::string> SealedFiles::read(std::string_view use, RequestId id) {
  ASSIGN_OR_RETURN(const auto key, keys_.find(key_of(scope_, use, id)));
  ASSIGN_OR_RETURN(const auto sealed, base::read_file(files_, path_of(use, id), kFileBytesMax));
  ASSIGN_OR_RETURN(const auto plain, crypto::open_sealed(key, sealed, place_of(use, id)));
  return std::string{base::as_text(plain)};
}

Result<void> SealedFiles::destroy(std::string_view use, RequestId id) {
  RETURN_IF_ERROR(keys_.destroy(key_of(scope_, use, id)));
  const auto path = path_of(use, id);
  ASSIGN_OR_RETURN(const bool there, files_.exists(path));
  if (!there) return {};
  RETURN_IF_ERROR(files_.remove(path));
  return files_.sync_directory(folder_);
}

std::string_view proof_type(std::string_view content) {
  if (content.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (content.starts_with("\x89PNG\r\n\x1a\n")) return "image/png";
  if (content.starts_with("%PDF-")) return "application/pdf";
  return {};
}

}  // namespace rights
