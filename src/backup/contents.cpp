#include "backup/contents.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "backup/limits.h"
#include "pulse/file_hold.h"
#include "sql/snapshot.h"

namespace backup {

using base::Code;
using base::fail;
using base::Path;
using base::Result;

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPulse = "pulse";
constexpr std::string_view kJournal = "journal";
constexpr std::string_view kRequestLog = "logs";
constexpr std::array<std::string_view, 3> kDatabases{"control.db", "vault.db", "keys.db"};
constexpr std::array<std::string_view, 2> kCopied{"control.db", "vault.db"};

/// Both databases and the attention store as they are at one moment.
struct Moment {
  std::unique_ptr<sql::Snapshot> control;
  std::unique_ptr<sql::Snapshot> vault;
  std::shared_ptr<pulse::FileHold> hold;
  Manifest manifest;
};

Result<void> pause_and_take(const Stores& stores, Moment& moment) {
  ASSIGN_OR_RETURN(const auto control_pause, stores.control.pause_writes(kPauseMax));
  // Whoever holds the vault and waits for the control database is waited for no longer than this.
  ASSIGN_OR_RETURN(const auto vault_pause, stores.vault.pause_writes(kPauseMax / 4));
  ASSIGN_OR_RETURN(moment.control, stores.control.take_snapshot());
  ASSIGN_OR_RETURN(moment.vault, stores.vault.take_snapshot());
  ASSIGN_OR_RETURN(moment.manifest.keys, stores.keys.generation());
  // A hold is cut once: nothing that may be tried again comes after it.
  if (moment.hold) RETURN_IF_ERROR(moment.hold->cut());
  moment.manifest.made_at = stores.clock.now();
  return {};
}

Result<Moment> take_moment(const Stores& stores) {
  Moment moment;
  if (stores.engine != nullptr) {
    ASSIGN_OR_RETURN(auto hold, stores.engine->hold_files());
    moment.hold = std::move(hold);
  }
  for (int attempt = 1;; ++attempt) {
    auto taken = pause_and_take(stores, moment);
    if (taken) return moment;
    moment.control.reset();
    moment.vault.reset();
    if (taken.error().code != Code::Unavailable || attempt == kPausesMax) return fail(taken.error());
  }
}

/// A copy that has no name any more: its bytes go when it is closed.
Result<Item> copy_of(sql::Snapshot& snapshot, std::string_view name, const Stores& stores) {
  const auto path = stores.data / kWorkFolder / name;
  RETURN_IF_ERROR(snapshot.copy_to(path));
  auto file = stores.files.open(path, base::OpenMode::Read);
  RETURN_IF_ERROR(stores.files.remove(path));
  if (!file) return fail(std::move(file).error());
  ASSIGN_OR_RETURN(const auto bytes, (*file)->size());
  return Item{.name = std::string{name}, .bytes = bytes, .file = *std::move(file)};
}

Result<std::vector<Item>> copies_of(Moment& moment, const Stores& stores) {
  RETURN_IF_ERROR(remove_leftovers(stores.data));
  RETURN_IF_ERROR(stores.files.make_directories(stores.data / kWorkFolder));
  std::vector<Item> items;
  const std::array<std::unique_ptr<sql::Snapshot>*, 2> snapshots{&moment.control, &moment.vault};
  for (std::size_t i = 0; i < kCopied.size(); ++i) {
    auto& snapshot = *snapshots[i];
    ASSIGN_OR_RETURN(auto rows, snapshot->count_rows());
    moment.manifest.rows.emplace(std::string{kCopied[i]}, std::move(rows));
    auto item = copy_of(*snapshot, kCopied[i], stores);
    if (!item) return fail(std::move(item).error());
    items.push_back(*std::move(item));
    // Nobody can scrub the database while it lives.
    snapshot.reset();
  }
  return items;
}

Result<std::vector<Item>> pulse_items(Moment& moment, const Stores& stores) {
  std::vector<Item> items;
  const auto name_of = [](std::string_view file) { return fmt::format("{}/{}", kPulse, file); };
  if (moment.hold) {
    for (auto& held : moment.hold->files())
      items.push_back({.name = name_of(held.name),
                       .bytes = held.bytes,
                       .file = std::move(held.file),
                       .keeps = moment.hold});
    return items;
  }
  ASSIGN_OR_RETURN(const bool there, stores.files.exists(stores.data / kPulse));
  if (!there) return items;
  ASSIGN_OR_RETURN(const auto names, stores.files.list(stores.data / kPulse));
  for (const auto& name : names) {
    if (name.ends_with(".new")) continue;
    auto path = stores.data / kPulse / name;
    ASSIGN_OR_RETURN(auto file, stores.files.open(path, base::OpenMode::Read));
    ASSIGN_OR_RETURN(const auto bytes, file->size());
    items.push_back({.name = name_of(name), .bytes = bytes, .file = std::move(file)});
  }
  return items;
}

/// Whether the entry of the data folder is none of the other files.
bool is_own(std::string_view name) {
  if (name == kPulse || name == kJournal || name == kRequestLog || name == kWorkFolder || name == "lock")
    return true;
  return std::ranges::any_of(kDatabases, [&](std::string_view database) {
    return name == database || (name.starts_with(database) && name[database.size()] == '-');
  });
}

Result<void> add_file(const Stores& stores, const fs::directory_entry& entry, std::vector<Item>& items) {
  std::error_code error;
  if (!entry.is_regular_file(error)) return {};
  auto name = entry.path().lexically_relative(stores.data).generic_string();
  if (name.ends_with(".new") || name.ends_with(".part")) return {};
  // A database cannot be copied like a file while it is in use.
  if (name.ends_with(".db")) return fail(Code::Internal, "no backup knows the database " + name);
  if (!is_entry_name(name)) return fail(Code::Internal, "a file in the data folder has a strange name");
  const auto bytes = entry.file_size(error);
  // Gone since it was listed.
  if (error) return {};
  items.push_back({.name = std::move(name), .bytes = bytes, .path = entry.path(), .may_vanish = true});
  return {};
}

Result<std::vector<Item>> other_items(const Stores& stores) {
  std::vector<Item> items;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(stores.data, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry.depth() == 0 && is_own(entry->path().filename().native())) {
      entry.disable_recursion_pending();
      continue;
    }
    RETURN_IF_ERROR(add_file(stores, *entry, items));
  }
  if (error) return fail(Code::Unavailable, "cannot list the data folder: " + error.message());
  std::ranges::sort(items, {}, &Item::name);
  return items;
}

}  // namespace

Result<crypto::SecretKey> backup_key(vault::KeyStore& keys) {
  return keys.find_or_create(vault::KeyName::service("backup"));
}

Result<void> remove_leftovers(const Path& data) {
  std::error_code error;
  fs::remove_all(data / kWorkFolder, error);
  if (error) return fail(Code::Unavailable, "cannot remove what a backup left: " + error.message());
  return {};
}

Result<std::vector<Item>> collect(const Stores& stores) {
  ASSIGN_OR_RETURN(auto moment, take_moment(stores));
  auto copies = copies_of(moment, stores);
  RETURN_IF_ERROR(remove_leftovers(stores.data));
  if (!copies) return fail(std::move(copies).error());
  ASSIGN_OR_RETURN(auto pulse, pulse_items(moment, stores));
  moment.hold.reset();
  ASSIGN_OR_RETURN(auto others, other_items(stores));

  std::vector<Item> items;
  auto text = to_json(moment.manifest);
  items.push_back({.name = std::string{kManifestName}, .bytes = text.size(), .text = std::move(text)});
  for (auto* part : {&pulse, &*copies, &others}) std::ranges::move(*part, std::back_inserter(items));
  return items;
}

}  // namespace backup
