#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/backup_command.h"
#include "app/backup_route.h"
#include "app/command_words.h"
#include "app/house.h"
#include "app/local_client.h"
#include "app/operator.h"
#include "app/pulse_keys.h"
#include "backup/contents.h"
#include "backup/restore.h"
#include "base/clock.h"
#include "base/random.h"
#include "crypto/seal.h"
#include "journal/journal.h"

namespace app {
namespace {

using base::Code;
using base::fail;
using base::Path;
using base::Result;

namespace fs = std::filesystem;

struct Tools {
  base::OsFiles files;
  base::OsRandom random;
  base::OsClock clock;
};

Result<backup::Restored> restore_to(const Path& folder, const Path& archive, const CommandWords& words,
                                    Tools& tools) {
  ASSIGN_OR_RETURN(const Path keys, words.need("--keys", "today's copy of keys.db"));
  ASSIGN_OR_RETURN(auto master, operators_master_key(tools.files, words, folder));
  std::error_code error;
  const auto size = fs::file_size(archive, error);
  Progress progress("restore");
  return backup::restore({.archive = archive,
                          .folder = folder,
                          .keys = keys,
                          .master = std::move(master),
                          .progress = [&](std::uint64_t bytes) { progress.show(bytes, error ? 0 : size); }},
                         tools.files, tools.clock, tools.random);
}

void say_restored(const backup::Restored& restored, const Path& folder) {
  fmt::print("{}: as it was at {}, {} files, {}.\n", folder.string(),
             base::to_rfc3339(restored.manifest.made_at), restored.files, as_size(restored.bytes));
  fmt::print(
      "The keys are of {}, with {} destroyed, {} of them since the backup: that many people, events or "
      "months "
      "stay erased.\n"
      "If there is a newer copy of the keys, remove this folder and restore with that one.\n",
      base::to_rfc3339(restored.keys.changed_at), restored.keys.destroyed,
      restored.keys.destroyed - restored.manifest.keys.destroyed);
}

/// A folder of its own below the system's place for such, removed whatever happens.
class TemporaryFolder {
 public:
  static Result<std::unique_ptr<TemporaryFolder>> make(Tools& tools) {
    std::error_code error;
    const auto place = fs::temp_directory_path(error);
    if (error) return fail(Code::Unavailable, "there is no place for temporary files: " + error.message());
    auto path = place / fmt::format("hartslag-drill-{:016x}", tools.random.number());
    if (!fs::create_directory(path, error) || error)
      return fail(Code::Unavailable, "cannot make a temporary folder: " + error.message());
    fs::permissions(path, fs::perms::owner_all, error);
    return std::unique_ptr<TemporaryFolder>(new TemporaryFolder(tools, std::move(path)));
  }
  ~TemporaryFolder() {
    // Keys are not left to whoever finds the disk, as far as that is in our hands.
    if (auto keys = tools_.files.open(data() / "keys.db", base::OpenMode::Append)) {
      const auto done = overwrite(**keys);
      if (!done) fmt::print(stderr, "hartslag: {}\n", done.error().message);
    }
    std::error_code error;
    fs::remove_all(path_, error);
    if (error) fmt::print(stderr, "hartslag: cannot remove {}: {}\n", path_.string(), error.message());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  Path data() const { return path_ / "data"; }

 private:
  TemporaryFolder(Tools& tools, Path path) : tools_(tools), path_(std::move(path)) {}
  Tools& tools_;
  Path path_;
};

/// What the drill found.
struct Found {
  std::int64_t people = 0;
  std::int64_t acts = 0;
  std::uint64_t sessions = 0;
};

/// Begins the program on the folder, without opening a door and without a job: it finishes what was under
/// way, repeats erasures, recovers the store, and mails nobody.
Result<Found> start_in(const Path& data, const CommandWords& words) {
  Options options;
  options.data = data;
  ASSIGN_OR_RETURN(options.policy, words.need("--policy", "the policy in force, to begin the program with"));
  if (const auto master = words.find("--master-key")) options.master_key = *master;
  Found found;
  ASSIGN_OR_RETURN(const auto house, House::build(options));
  const auto look = [&]() -> Result<void> {
    ASSIGN_OR_RETURN(const auto vault, house->vault_database->take_snapshot());
    RETURN_IF_ERROR(vault->check());
    ASSIGN_OR_RETURN(const auto rows, vault->count_rows());
    if (const auto people = rows.find("person"); people != rows.end()) found.people = people->second;
    ASSIGN_OR_RETURN(const auto control, house->control->take_snapshot());
    RETURN_IF_ERROR(control->check());
    ASSIGN_OR_RETURN(found.acts, house->journal->count());
    found.sessions = house->engine->counters().sessions;
    return {};
  };
  auto looked = look();
  for (const auto& surface : house->surfaces) surface.stop();
  if (!looked) return fail(std::move(looked).error());
  return found;
}

/// Every frame and block of the attention store, after the program has stopped.
Result<void> verify_attention(const Path& data, const CommandWords& words, Tools& tools) {
  ASSIGN_OR_RETURN(const auto database, sql::Database::open_sqlite(data / "keys.db"));
  ASSIGN_OR_RETURN(auto master, operators_master_key(tools.files, words, data));
  ASSIGN_OR_RETURN(const auto keys,
                   vault::KeyStore::open(*database, std::move(master), tools.clock, tools.random));
  PulseKeys pulse_keys(*keys);
  ASSIGN_OR_RETURN(const auto damage, pulse::Engine::verify(data / "pulse", tools.files, pulse_keys));
  if (damage.empty()) return {};
  const auto& first = damage.front();
  return fail(Code::Corrupt, fmt::format("pulse/{} at {}: {}", first.file, first.offset, first.what));
}

/// Tells the running program, sealed so that it can be only from somebody who has the keys.
Result<void> note_drill(const std::string& text, const Path& data, const CommandWords& words, Tools& tools) {
  ASSIGN_OR_RETURN(const auto database, sql::Database::open_sqlite(data / "keys.db"));
  ASSIGN_OR_RETURN(auto master, operators_master_key(tools.files, words, data));
  ASSIGN_OR_RETURN(const auto keys,
                   vault::KeyStore::open(*database, std::move(master), tools.clock, tools.random));
  ASSIGN_OR_RETURN(const auto key, backup::backup_key(*keys));
  const auto sealed = crypto::seal(key, base::as_bytes(text), base::as_bytes(kDrillPlace), tools.random);
  const auto origin = words.find("--from").value_or(std::string{kLocalAddress});
  return post_locally(origin, "/backup/drill", base::as_text(sealed));
}

Result<void> drill(const Path& archive, const CommandWords& words) {
  Tools tools;
  ASSIGN_OR_RETURN(const auto folder, TemporaryFolder::make(tools));
  ASSIGN_OR_RETURN(const auto restored, restore_to(folder->data(), archive, words, tools));
  ASSIGN_OR_RETURN(const auto found, start_in(folder->data(), words));
  RETURN_IF_ERROR(verify_attention(folder->data(), words, tools));
  fmt::print(
      "{} can be restored: of {}, {} files, {}; {} people, {} sessions in memory, {} acts; begun, examined "
      "and removed.\n",
      archive.string(), base::to_rfc3339(restored.manifest.made_at), restored.files, as_size(restored.bytes),
      found.people, found.sessions, found.acts);
  const nlohmann::json said{{"archive_made_at", base::to_rfc3339(restored.manifest.made_at)},
                            {"files", restored.files},
                            {"bytes", restored.bytes},
                            {"people", found.people},
                            {"acts", found.acts}};
  auto noted = note_drill(said.dump(), folder->data(), words, tools);
  if (!noted)
    return fail(noted.error().code, "the drill succeeded, and could not be noted: " + noted.error().message);
  return {};
}

}  // namespace

Result<void> restore_command(std::span<const std::string_view> words) {
  ASSIGN_OR_RETURN(
      const auto given,
      parse_words(words, {"--data", "--keys", "--master-key", "--policy", "--from"}, {"--drill"}));
  if (given.plain.size() != 1)
    return fail(Code::Invalid, "hartslag restore wants one backup; see hartslag --help");
  const Path archive = given.plain[0];
  if (given.has("--drill")) {
    if (given.has("--data")) return fail(Code::Invalid, "a drill has a folder of its own, without --data");
    return drill(archive, given);
  }
  ASSIGN_OR_RETURN(const Path folder, given.need("--data", "the folder to be made"));
  Tools tools;
  ASSIGN_OR_RETURN(const auto restored, restore_to(folder, archive, given, tools));
  say_restored(restored, folder);
  return {};
}

}  // namespace app
