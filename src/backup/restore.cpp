#include "backup/restore.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "backup/archive.h"
#include "backup/contents.h"
#include "backup/limits.h"
#include "pulse/store_files.h"
#include "sql/snapshot.h"

namespace backup {

using base::Code;
using base::fail;
using base::Path;
using base::Result;

namespace fs = std::filesystem;

namespace {

/// Writes what is read into a folder that nobody else uses.
class FolderWriter final : public Visitor {
 public:
  FolderWriter(base::Files& files, Path folder, const vault::KeyGeneration& keys)
      : files_(files), folder_(std::move(folder)), keys_(keys) {}

  Result<void> begin_file(const std::string& name) override {
    if (!manifest_) {
      if (name != kManifestName) return fail(Code::Corrupt, "the archive does not begin with its manifest");
      return {};
    }
    const auto path = folder_ / name;
    ASSIGN_OR_RETURN(const bool there, files_.exists(path));
    if (there) return fail(Code::Corrupt, "the archive holds a file twice, or keys");
    RETURN_IF_ERROR(files_.make_directories(path.parent_path()));
    ASSIGN_OR_RETURN(file_, files_.open(path, base::OpenMode::Append));
    ++restored.files;
    return {};
  }
  Result<void> data(base::ByteView bytes) override {
    if (file_) {
      restored.bytes += bytes.size();
      return file_->append(bytes);
    }
    if (text_.size() + bytes.size() > kManifestBytesMax)
      return fail(Code::Corrupt, "the archive's manifest is too large");
    text_ += base::as_text(bytes);
    return {};
  }
  Result<void> end_file() override {
    if (file_) {
      auto synced = file_->sync();
      file_.reset();
      return synced;
    }
    ASSIGN_OR_RETURN(manifest_, parse_manifest(text_));
    if (keys_.is_older_than(manifest_->keys))
      return fail(Code::Denied,
                  "these keys are older than the backup: with them, people who were erased would be back. "
                  "Take today's keys.db");
    return {};
  }

  const std::optional<Manifest>& manifest() const { return manifest_; }
  Restored restored;

 private:
  base::Files& files_;
  Path folder_;
  vault::KeyGeneration keys_;
  std::unique_ptr<base::File> file_;
  std::string text_;
  std::optional<Manifest> manifest_;
};

/// The keys in it are not left to whoever finds the disk, as far as that is in our hands.
Result<void> remove_folder(base::Files& files, const Path& folder) {
  ASSIGN_OR_RETURN(const bool has_keys, files.exists(folder / "keys.db"));
  if (has_keys) RETURN_IF_ERROR(pulse::shred(files, folder / "keys.db"));
  std::error_code error;
  fs::remove_all(folder, error);
  if (error)
    return fail(Code::Unavailable, fmt::format("cannot remove {}: {}", folder.string(), error.message()));
  return {};
}

Result<void> check_target(const Path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error) && !error) return {};
  const bool empty = !error && fs::is_directory(folder, error) && fs::is_empty(folder, error);
  if (error)
    return fail(Code::Unavailable, fmt::format("cannot examine {}: {}", folder.string(), error.message()));
  if (!empty)
    return fail(Code::Conflict, folder.string() + " is not empty: a backup is restored into a new folder");
  return {};
}

/// Every folder of the tree, so that all names in them last.
Result<void> sync_tree(base::Files& files, const Path& folder) {
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(folder, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_directory(error)) RETURN_IF_ERROR(files.sync_directory(entry->path()));
  }
  if (error) return fail(Code::Unavailable, "cannot list what was restored: " + error.message());
  return files.sync_directory(folder);
}

Result<Restored> restore_into(const Path& folder, const RestoreOrder& order, base::Files& files,
                              const base::Clock& clock, base::Random& random) {
  RETURN_IF_ERROR(files.make_directories(folder));
  std::error_code error;
  fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return fail(Code::Unavailable, "cannot keep others out of what is restored: " + error.message());
  RETURN_IF_ERROR(sql::copy_database(order.keys, folder / "keys.db"));
  vault::KeyGeneration generation;
  std::optional<crypto::SecretKey> key;
  {
    ASSIGN_OR_RETURN(const auto database, sql::Database::open_sqlite(folder / "keys.db"));
    ASSIGN_OR_RETURN(const auto keys, vault::KeyStore::open(*database, order.master.clone(), clock, random));
    ASSIGN_OR_RETURN(generation, keys->generation());
    auto found = keys->find(vault::KeyName::service("backup"));
    if (!found && found.error().code == Code::NotFound)
      return fail(Code::Denied,
                  "these keys have sealed no backup: they are another installation's, or older");
    if (!found) return fail(std::move(found).error());
    key = *std::move(found);
  }
  FolderWriter writer(files, folder, generation);
  RETURN_IF_ERROR(read_archive(files, order.archive, *key, writer, order.progress));
  if (!writer.manifest()) return fail(Code::Corrupt, "the archive is empty");
  auto restored = std::move(writer.restored);
  restored.manifest = *writer.manifest();
  restored.keys = generation;
  RETURN_IF_ERROR(examine_databases(folder, restored.manifest));
  RETURN_IF_ERROR(sync_tree(files, folder));
  return restored;
}

}  // namespace

Result<void> examine_databases(const Path& folder, const Manifest& manifest) {
  for (const auto& [name, rows] : manifest.rows) {
    if (!is_entry_name(name) || name.contains('/'))
      return fail(Code::Corrupt, "the manifest names no database");
    ASSIGN_OR_RETURN(const auto database, sql::Database::open_sqlite(folder / name));
    ASSIGN_OR_RETURN(const auto snapshot, database->take_snapshot());
    RETURN_IF_ERROR(snapshot->check());
    ASSIGN_OR_RETURN(const auto found, snapshot->count_rows());
    if (found != rows) return fail(Code::Corrupt, name + " does not hold what the manifest counts");
  }
  return {};
}

Result<Restored> restore(const RestoreOrder& order, base::Files& files, const base::Clock& clock,
                         base::Random& random) {
  RETURN_IF_ERROR(check_target(order.folder));
  const auto folder = fs::absolute(order.folder).lexically_normal();
  const auto place = folder.has_filename() ? folder : folder.parent_path();
  auto staging = place;
  staging += ".restoring";
  RETURN_IF_ERROR(remove_folder(files, staging));
  auto restored = restore_into(staging, order, files, clock, random);
  auto placed = restored ? files.rename(staging, place) : Result<void>{};
  if (restored && placed) placed = files.sync_directory(place.parent_path());
  if (!restored || !placed) {
    RETURN_IF_ERROR(remove_folder(files, staging));
    return fail(restored ? std::move(placed).error() : std::move(restored).error());
  }
  return restored;
}

}  // namespace backup
