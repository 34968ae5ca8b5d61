#include "app/backup_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "app/command_words.h"
#include "app/folder_lock.h"
#include "app/local_client.h"
#include "app/new_file.h"
#include "app/operator.h"
#include "backup/archive.h"
#include "backup/contents.h"
#include "backup/evidence.h"
#include "base/clock.h"
#include "base/random.h"
#include "sql/snapshot.h"
#include "vault/key_store.h"

namespace app {
namespace {

using base::Code;
using base::fail;
using base::Path;
using base::Result;

void say_made(const Path& path, std::uint64_t bytes) {
  fmt::print("{}: {}. The keys are not in it: hartslag backup keys copies them apart.\n", path.string(),
             as_size(bytes));
}

Result<void> back_up_running(const Path& to, const std::string& origin) {
  base::OsFiles files;
  ASSIGN_OR_RETURN(const auto file, NewFile::create(files, to));
  Progress progress("backup");
  RETURN_IF_ERROR(post_locally(origin, "/backup", "",
                               [&](base::ByteView piece, const LocalAnswer& answer) -> Result<void> {
                                 RETURN_IF_ERROR(file->append(piece));
                                 progress.show(file->bytes(), answer.bytes_total);
                                 return {};
                               }));
  RETURN_IF_ERROR(file->finish());
  progress.end();
  say_made(to, file->bytes());
  return {};
}

Result<void> back_up_stopped(const Path& to, const Path& data, const CommandWords& words) {
  base::OsFiles files;
  base::OsRandom random;
  base::OsClock clock;
  ASSIGN_OR_RETURN(const bool there, files.exists(data / "control.db"));
  if (!there) return fail(Code::NotFound, data.string() + " is no data folder of Hartslag");
  auto lock = FolderLock::take(data);
  if (!lock && lock.error().code == Code::Conflict)
    return fail(Code::Conflict, fmt::format("the program serves {}: use --from {} instead of --data",
                                            data.string(), kLocalAddress));
  if (!lock) return fail(std::move(lock).error());
  ASSIGN_OR_RETURN(const auto file, NewFile::create(files, to));
  ASSIGN_OR_RETURN(const auto control, sql::Database::open_sqlite(data / "control.db"));
  ASSIGN_OR_RETURN(const auto vault, sql::Database::open_sqlite(data / "vault.db"));
  ASSIGN_OR_RETURN(const auto key_database, sql::Database::open_sqlite(data / "keys.db"));
  ASSIGN_OR_RETURN(auto master, operators_master_key(files, words, data));
  ASSIGN_OR_RETURN(const auto keys, vault::KeyStore::open(*key_database, std::move(master), clock, random));
  ASSIGN_OR_RETURN(const auto key, backup::backup_key(*keys));
  ASSIGN_OR_RETURN(auto items, backup::collect({.data = data,
                                                .control = *control,
                                                .vault = *vault,
                                                .keys = *keys,
                                                .engine = nullptr,
                                                .files = files,
                                                .clock = clock}));
  backup::ArchiveWriter writer(std::move(items), key, files, random);
  Progress progress("backup");
  for (std::string piece;; piece.clear()) {
    RETURN_IF_ERROR(writer.next(piece));
    if (piece.empty()) break;
    RETURN_IF_ERROR(file->append(base::as_bytes(piece)));
    progress.show(file->bytes(), writer.bytes_total());
  }
  RETURN_IF_ERROR(file->finish());
  progress.end();
  ASSIGN_OR_RETURN(const auto evidence, backup::EvidenceBook::open(*control, clock));
  RETURN_IF_ERROR(evidence->note(backup::kBackupMade, fmt::format(R"({{"bytes":{},"archive_bytes":{}}})",
                                                                  writer.bytes_total(), file->bytes())));
  say_made(to, file->bytes());
  return {};
}

/// One copy there shall be, the latest: what was in its place is overwritten.
Result<void> back_up_keys(const Path& to, const Path& data) {
  base::OsFiles files;
  auto part = to;
  part += ".part";
  RETURN_IF_ERROR(files.remove(part));
  RETURN_IF_ERROR(sql::copy_database(data / "keys.db", part));
  ASSIGN_OR_RETURN(const bool replaces, files.exists(to));
  std::unique_ptr<base::File> last;
  if (replaces) {
    ASSIGN_OR_RETURN(last, files.open(to, base::OpenMode::Append));
  }
  RETURN_IF_ERROR(files.rename(part, to));
  RETURN_IF_ERROR(files.sync_directory(folder_of(to)));
  if (last) RETURN_IF_ERROR(overwrite(*last));
  fmt::print(
      "{}: the keys as they are now, wrapped by the master key.{}\n"
      "Destroy every earlier copy of them: with an old copy, people who were erased since would be back.\n"
      "Keep it apart from the backups of the data, and from the master key.\n",
      to.string(), replaces ? " The copy that was here is overwritten." : "");
  return {};
}

}  // namespace

Result<void> backup_command(std::span<const std::string_view> words) {
  ASSIGN_OR_RETURN(const auto given, parse_words(words, {"--to", "--from", "--data", "--master-key"}));
  ASSIGN_OR_RETURN(const Path to, given.need("--to", "the file to be written"));
  const auto data = given.find("--data");
  const auto from = given.find("--from");
  if (given.plain == std::vector<std::string>{"keys"}) {
    ASSIGN_OR_RETURN(const Path folder, given.need("--data", "the data folder"));
    return back_up_keys(to, folder);
  }
  if (!given.plain.empty()) return fail(Code::Invalid, "hartslag backup wants options; see hartslag --help");
  if (data && from)
    return fail(Code::Invalid, "--data is for a program that does not run, --from for one that does");
  if (data) return back_up_stopped(to, *data, given);
  return back_up_running(to, from.value_or(std::string{kLocalAddress}));
}

}  // namespace app
