#include "journal/verify.h"

#include <fmt/format.h>

#include <algorithm>

#include "journal/handover.h"
#include "journal/limits.h"
#include "journal/tile.h"

namespace journal {

using base::Bytes;
using base::Code;
using base::fail;
using base::Path;
using base::Result;

namespace {

/// A running program may publish while we read: then its new checkpoint is verified instead.
constexpr int kAttemptsMax = 5;

class Verifier {
 public:
  Verifier(base::Files& files, const Path& folder, Checkpoint checkpoint)
      : files_(files), folder_(folder), checkpoint_(std::move(checkpoint)) {}

  Result<void> verify_tree();
  Result<void> verify_names() const;
  Result<std::size_t> verify_since(const Checkpoint& since) const;
  Result<std::size_t> verify_entry(ActNumber number, Leaf& found) const;

 private:
  static std::unexpected<base::Error> wrong(const TileName& name, std::string_view what) {
    return fail(Code::Corrupt, fmt::format("{} {}", to_path(name), what));
  }
  Result<Bytes> read(const TileName& name) const {
    auto bytes = base::read_file(files_, folder_ / to_path(name), kBundleBytesMax);
    if (!bytes && bytes.error().code == Code::NotFound) return wrong(name, "is missing");
    return bytes;
  }
  PerfectRoots perfect() const {
    return perfect_roots(
        [this](const TileName& name) -> Result<std::vector<Digest>> {
          ASSIGN_OR_RETURN(const auto bytes, read(name));
          return parse_tile(bytes, name.width);
        },
        checkpoint_.size);
  }
  Result<void> verify_bundle(const TileName& name);
  Result<void> verify_tile(const TileName& name, const std::vector<Digest>& expected) const;
  Result<void> verify_superseded(const TileName& name) const;

  base::Files& files_;
  const Path& folder_;
  const Checkpoint checkpoint_;
  Edge edge_;
};

Result<void> Verifier::verify_tile(const TileName& name, const std::vector<Digest>& expected) const {
  ASSIGN_OR_RETURN(const auto bytes, read(name));
  const auto hashes = parse_tile(bytes, name.width);
  if (!hashes) return wrong(name, hashes.error().message);
  const auto differs = std::ranges::mismatch(*hashes, expected).in1;
  if (differs == hashes->end()) return {};
  const auto at = name.index * kTileWidth + static_cast<std::uint64_t>(differs - hashes->begin());
  if (name.level == 0U) return wrong(name, fmt::format("is not the hash of entry {}", at + 1));
  return wrong(name, "is not the hash of the tiles below it");
}

Result<void> Verifier::verify_bundle(const TileName& name) {
  ASSIGN_OR_RETURN(const auto bytes, read(name));
  const auto entries = parse_bundle(bytes, name.width);
  if (!entries) return wrong(name, entries.error().message);
  for (const auto entry : *entries) {
    const auto number = static_cast<ActNumber>(edge_.size() + 1);
    const auto leaf = parse_leaf(entry);
    if (!leaf) return wrong(name, fmt::format("at entry {} {}", number, leaf.error().message));
    if (leaf->number != number)
      return wrong(name, fmt::format("has entry {} in the place of entry {}", leaf->number, number));
    RETURN_IF_ERROR(edge_.add(hash_leaf(entry), [this](const TileName& tile, const auto& hashes) {
      return verify_tile(tile, hashes);
    }));
  }
  return {};
}

Result<void> Verifier::verify_tree() {
  RETURN_IF_ERROR(each_tile(checkpoint_.size, [&](const TileName& name) -> Result<void> {
    // Tiles are compared as their entries fill them.
    return name.level ? Result<void>{} : verify_bundle(name);
  }));
  Result<void> done;
  edge_.each_partial([&](const TileName& name, const std::vector<Digest>& hashes) {
    if (done) done = verify_tile(name, hashes);
  });
  RETURN_IF_ERROR(done);
  if (edge_.root() != checkpoint_.root)
    return fail(Code::Corrupt,
                "the entries and tiles belong together, and are not what the checkpoint signs");
  return {};
}

/// A shorter partial tile than the checkpoint's may still be there; it is the beginning of what is.
Result<void> Verifier::verify_superseded(const TileName& name) const {
  const auto hashes = checkpoint_.size >> (8 * name.level.value_or(0));
  const auto width =
      name.index > hashes / kTileWidth ? 0 : std::min(kTileWidth, hashes - name.index * kTileWidth);
  if (width < name.width) return wrong(name, "goes beyond what the checkpoint signs");
  if (width == name.width) return {};
  ASSIGN_OR_RETURN(const auto part, read(name));
  ASSIGN_OR_RETURN(const auto whole, read({name.level, name.index, width}));
  const auto has_length =
      name.level ? parse_tile(part, name.width).has_value() : parse_bundle(part, name.width).has_value();
  const bool begins_alike =
      part.size() <= whole.size() && std::ranges::equal(part, base::ByteView{whole}.first(part.size()));
  if (!has_length || !begins_alike) return wrong(name, "is not what the checkpoint signs");
  return {};
}

Result<void> Verifier::verify_names() const {
  std::error_code error;
  auto entry = std::filesystem::recursive_directory_iterator(folder_, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_directory(error)) continue;
    const auto path = entry->path().lexically_relative(folder_).generic_string();
    // What is being written has this name until it is whole.
    if (path == "checkpoint" || path == "handovers" || path.ends_with(".new")) continue;
    const auto name = parse_tile_path(path);
    if (!name || !entry->is_regular_file(error))
      return fail(Code::Corrupt, fmt::format("{} is no file of a journal", path));
    RETURN_IF_ERROR(verify_superseded(*name));
  }
  if (error)
    return fail(Code::Unavailable, fmt::format("cannot list {}: {}", folder_.string(), error.message()));
  return {};
}

Result<std::size_t> Verifier::verify_since(const Checkpoint& since) const {
  if (since.size > checkpoint_.size)
    return fail(Code::Corrupt,
                fmt::format("the older checkpoint signs {} entries, and this journal has only {}: it "
                            "was cut back",
                            since.size, checkpoint_.size));
  ASSIGN_OR_RETURN(const auto proof, prove_consistency(perfect(), since.size, checkpoint_.size));
  if (!verify_consistency(proof, since.size, since.root, checkpoint_.size, checkpoint_.root))
    return fail(Code::Corrupt,
                fmt::format("this journal does not continue the {} entries that the older checkpoint "
                            "signs: its past is another one",
                            since.size));
  return proof.size();
}

Result<std::size_t> Verifier::verify_entry(ActNumber number, Leaf& found) const {
  if (number < 1 || static_cast<std::uint64_t>(number) > checkpoint_.size)
    return fail(Code::Invalid, fmt::format("there are entries 1 to {}", checkpoint_.size));
  const auto index = static_cast<std::uint64_t>(number) - 1;
  TileName name{{}, index / kTileWidth, kTileWidth};
  name.width = std::min(kTileWidth, checkpoint_.size - name.index * kTileWidth);
  ASSIGN_OR_RETURN(const auto bytes, read(name));
  ASSIGN_OR_RETURN(const auto entries, parse_bundle(bytes, name.width));
  const auto entry = entries[index % kTileWidth];
  ASSIGN_OR_RETURN(found, parse_leaf(entry));
  ASSIGN_OR_RETURN(const auto proof, prove_inclusion(perfect(), index, checkpoint_.size));
  if (!verify_inclusion(proof, index, checkpoint_.size, hash_leaf(entry), checkpoint_.root))
    return fail(Code::Corrupt, fmt::format("entry {} is not in the tree that the checkpoint signs", number));
  return proof.size();
}

Result<std::string> read_checkpoint(base::Files& files, const Path& folder) {
  const auto bytes = base::read_file(files, folder / "checkpoint", kNoteBytesMax);
  if (!bytes && bytes.error().code == Code::NotFound)
    return fail(Code::Corrupt, fmt::format("{} holds no checkpoint", folder.string()));
  if (!bytes) return fail(bytes.error());
  return std::string{base::as_text(*bytes)};
}

/// All keys of the journal, today's last.
Result<std::vector<VerifierKey>> read_keys(base::Files& files, const Path& folder, const VerifierKey& known) {
  const auto notes = base::read_file(files, folder / "handovers", kHandoversBytesMax);
  if (!notes && notes.error().code == Code::NotFound) return std::vector{known};
  if (!notes) return fail(notes.error());
  auto keys = follow_handovers(base::as_text(*notes), known);
  if (!keys) return fail(Code::Corrupt, fmt::format("handovers: {}", keys.error().message));
  return keys;
}

Result<Verified> verify_once(base::Files& files, const Path& folder, std::string_view note,
                             const VerifierKey& key, const VerifyOptions& options) {
  ASSIGN_OR_RETURN(const auto keys, read_keys(files, folder, key));
  const auto checkpoint = open_checkpoint(note, keys.back());
  if (!checkpoint) return fail(Code::Corrupt, fmt::format("checkpoint: {}", checkpoint.error().message));
  Verified verified{.checkpoint = *checkpoint, .keys = keys, .since = {}, .entry = {}};
  Verifier verifier{files, folder, *checkpoint};
  RETURN_IF_ERROR(verifier.verify_tree());
  RETURN_IF_ERROR(verifier.verify_names());
  if (options.since) {
    const auto since = open_checkpoint(*options.since, keys);
    if (!since) return fail(Code::Invalid, fmt::format("the older checkpoint: {}", since.error().message));
    ASSIGN_OR_RETURN(verified.consistency_hashes, verifier.verify_since(*since));
    verified.since = *since;
  }
  if (options.entry) {
    ASSIGN_OR_RETURN(verified.inclusion_hashes,
                     verifier.verify_entry(*options.entry, verified.entry.emplace()));
  }
  return verified;
}

}  // namespace

Result<Verified> verify_folder(base::Files& files, const Path& folder, const VerifierKey& key,
                               const VerifyOptions& options) {
  for (int attempt = 1;; ++attempt) {
    ASSIGN_OR_RETURN(const auto note, read_checkpoint(files, folder));
    auto verified = verify_once(files, folder, note, key, options);
    if (verified || attempt == kAttemptsMax) return verified;
    const auto now = read_checkpoint(files, folder);
    if (now && *now == note) return verified;
  }
}

}  // namespace journal
