#include "app/new_file.h"

namespace app {

using base::Code;
using base::fail;
using base::Result;

base::Path folder_of(const base::Path& path) {
  return path.has_parent_path() ? path.parent_path() : base::Path(".");
}

Result<std::unique_ptr<NewFile>> NewFile::create(base::Files& files, const base::Path& path) {
  ASSIGN_OR_RETURN(const bool there, files.exists(path));
  if (there) return fail(Code::Conflict, path.string() + " is there already; it is not overwritten");
  auto temporary = path;
  temporary += ".part";
  RETURN_IF_ERROR(files.remove(temporary));
  ASSIGN_OR_RETURN(auto file, files.open(temporary, base::OpenMode::Append));
  return std::unique_ptr<NewFile>(new NewFile(files, path, std::move(temporary), std::move(file)));
}

NewFile::~NewFile() {
  if (!file_) return;
  file_.reset();
  // Nothing can be done about it here; the name says what it is.
  if (const auto removed = files_.remove(temporary_); !removed) return;
}

Result<void> NewFile::append(base::ByteView bytes) {
  bytes_ += bytes.size();
  return file_->append(bytes);
}

Result<void> NewFile::finish() {
  RETURN_IF_ERROR(file_->sync());
  RETURN_IF_ERROR(files_.rename(temporary_, path_));
  file_.reset();
  return files_.sync_directory(folder_of(path_));
}

}  // namespace app
