#include "journal/publisher.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "base/log.h"
#include "journal/handover.h"
#include "journal/limits.h"
#include "journal/queries.h"

namespace journal {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::fail;
using base::Path;
using base::Result;

namespace {

Bytes to_bytes(const std::vector<Digest>& hashes) {
  Bytes bytes;
  bytes.reserve(hashes.size() * sizeof(Digest));
  for (const auto& hash : hashes) bytes.insert(bytes.end(), hash.begin(), hash.end());
  return bytes;
}

/// The tree up to somewhere: its right edge, and the entries of the bundle that is not full.
struct Tree {
  Edge edge;
  Bytes bundle;

  std::uint64_t size() const { return edge.size(); }
};

std::uint64_t to_size(ActNumber number) { return static_cast<std::uint64_t>(number); }

}  // namespace

struct Publisher::Inside {
  PublisherNeeds needs;
  /// Names that begin a log are stored; from then on they stay.
  std::string origin = {};

  /// Publishing goes one at a time; what is published is read under the second mutex.
  base::Mutex publishing = {};
  std::vector<crypto::SigningKey> keys GUARDED_BY(publishing) = {};
  Tree tree GUARDED_BY(publishing) = {};
  bool file_is_behind GUARDED_BY(publishing) = false;
  /// Up to which size superseded files are removed.
  std::uint64_t cleaned_size GUARDED_BY(publishing) = 0;
  std::chrono::nanoseconds published_at GUARDED_BY(publishing) = {};

  mutable base::Mutex mutex = {};
  Checkpoint last GUARDED_BY(mutex) = {};
  std::string note GUARDED_BY(mutex) = {};
  crypto::PublicKey public_key GUARDED_BY(mutex) = {};
  std::string handovers GUARDED_BY(mutex) = {};

  VerifierKey verifier_key() const {
    const base::Lock lock{mutex};
    return {origin, public_key};
  }
  std::string published_handovers() const {
    const base::Lock lock{mutex};
    return handovers;
  }
  void take_keys(SigningKeys given) REQUIRES(publishing) EXCLUDES(mutex);
  Result<void> write_handovers();
  /// Signed by today's key, or by one that was replaced.
  Result<Checkpoint> open_any(std::string_view signed_note) const {
    ASSIGN_OR_RETURN(const auto all, follow_handovers(published_handovers(), verifier_key()));
    return open_checkpoint(signed_note, all);
  }
  Path path_of(const TileName& name) const { return needs.folder / to_path(name); }

  Result<void> start() REQUIRES(publishing);
  Result<void> load_origin();
  Result<std::vector<Checkpoint>> signed_before() REQUIRES(publishing);
  Result<void> compare(const std::vector<Checkpoint>& known);
  Result<std::string> first_difference(const Checkpoint& known);
  Result<Tree> restore(std::uint64_t size);

  Result<void> each_leaf(std::uint64_t begin, std::uint64_t end,
                         const std::function<Result<void>(const Leaf&)>& take);
  Result<void> grow(Tree& grown, const Leaf& leaf);
  Result<Checkpoint> publish() REQUIRES(publishing);
  Result<void> write_partial(const Tree& grown);
  Result<void> put(const TileName& name, ByteView bytes);
  Result<void> make_folder(const Path& folder);
  Result<void> remove_superseded(std::uint64_t old_size, std::uint64_t size);
  Result<void> remove_partial(const TileName& tile, std::uint64_t except_width);
};

// ---- files ----------------------------------------------------------------------------------------------

/// Also makes each name on the way to it survive a power loss.
Result<void> Publisher::Inside::make_folder(const Path& folder) {
  ASSIGN_OR_RETURN(const bool there, needs.files.exists(folder));
  if (there) return {};
  if (folder != needs.folder) RETURN_IF_ERROR(make_folder(folder.parent_path()));
  RETURN_IF_ERROR(needs.files.make_directories(folder));
  return needs.files.sync_directory(folder.parent_path());
}

/// What is there already as it should be is left alone.
Result<void> Publisher::Inside::put(const TileName& name, ByteView bytes) {
  const auto path = path_of(name);
  const auto there = base::read_file(needs.files, path, kBundleBytesMax);
  if (there && std::ranges::equal(*there, bytes)) return {};
  RETURN_IF_ERROR(make_folder(path.parent_path()));
  return base::replace_file(needs.files, path, bytes);
}

Result<void> Publisher::Inside::write_partial(const Tree& grown) {
  Result<void> done;
  grown.edge.each_partial([&](const TileName& name, const std::vector<Digest>& hashes) {
    if (done) done = put(name, to_bytes(hashes));
    if (done && name.level == 0U) done = put({{}, name.index, name.width}, grown.bundle);
  });
  return done;
}

Result<void> Publisher::Inside::remove_partial(const TileName& tile, std::uint64_t except_width) {
  auto folder = path_of({tile.level, tile.index, kTileWidth});
  folder += ".p";
  ASSIGN_OR_RETURN(const bool there, needs.files.exists(folder));
  if (!there) return {};
  ASSIGN_OR_RETURN(const auto names, needs.files.list(folder));
  for (const auto& name : names) {
    if (name != std::to_string(except_width)) RETURN_IF_ERROR(needs.files.remove(folder / name));
  }
  return {};
}

/// Partial tiles that a longer one, or the full one, stands for. What is cut out of those is served instead.
Result<void> Publisher::Inside::remove_superseded(std::uint64_t old_size, std::uint64_t size) {
  for (int i = -1; i < static_cast<int>(kTileLevels); ++i) {
    const auto level = i < 0 ? std::optional<unsigned>{} : std::optional{static_cast<unsigned>(i)};
    const auto shift = 8 * level.value_or(0);
    const auto hashes = size >> shift;
    if (hashes == 0) continue;
    for (auto index = (old_size >> shift) / kTileWidth; index <= hashes / kTileWidth; ++index) {
      const bool is_last = index == hashes / kTileWidth;
      RETURN_IF_ERROR(remove_partial({level, index, kTileWidth}, is_last ? hashes % kTileWidth : 0));
    }
  }
  return {};
}

// ---- growing --------------------------------------------------------------------------------------------

Result<void> Publisher::Inside::each_leaf(std::uint64_t begin, std::uint64_t end,
                                          const std::function<Result<void>(const Leaf&)>& take) {
  while (begin < end) {
    ASSIGN_OR_RETURN(const auto leaves, needs.journal.leaves(static_cast<ActNumber>(begin)));
    if (leaves.empty()) return {};
    for (const auto& leaf : leaves) {
      if (begin++ == end) return {};
      RETURN_IF_ERROR(take(leaf));
    }
  }
  return {};
}

/// Adds a leaf; writes the bundle and the tiles that it fills.
Result<void> Publisher::Inside::grow(Tree& grown, const Leaf& leaf) {
  const auto entry = encode(leaf);
  append_entry(grown.bundle, entry);
  const auto write = [&](const TileName& name, const std::vector<Digest>& hashes) -> Result<void> {
    // The bundle is full when the tile of its hashes is, which comes first.
    if (name.level == 0U) RETURN_IF_ERROR(put({{}, name.index, kTileWidth}, grown.bundle));
    return put(name, to_bytes(hashes));
  };
  RETURN_IF_ERROR(grown.edge.add(hash_leaf(entry), write));
  if (grown.size() % kTileWidth == 0) grown.bundle.clear();
  return {};
}

Result<Checkpoint> Publisher::Inside::publish() {
  ASSIGN_OR_RETURN(const auto count, needs.journal.count());
  const auto old_size = tree.size();
  auto grown = tree;
  RETURN_IF_ERROR(each_leaf(old_size, to_size(count), [&](const Leaf& leaf) { return grow(grown, leaf); }));
  Checkpoint next{.origin = origin, .size = grown.size(), .root = grown.edge.root()};
  bool is_first = false;
  {
    const base::Lock lock{mutex};
    is_first = note.empty();
  }
  if (grown.size() > old_size || is_first) {
    RETURN_IF_ERROR(write_partial(grown));
    auto signed_note = sign(next, keys);
    // From here on it is signed: nothing that contradicts it will ever be.
    RETURN_IF_ERROR(needs.control.run(queries::set_checkpoint, {{"checkpoint", signed_note}}));
    tree = std::move(grown);
    file_is_behind = true;
    const base::Lock lock{mutex};
    last = next;
    note = std::move(signed_note);
  }
  published_at = needs.clock.monotonic();
  if (!file_is_behind) return next;
  std::string text;
  {
    const base::Lock lock{mutex};
    text = note;
  }
  RETURN_IF_ERROR(base::replace_file(needs.files, needs.folder / "checkpoint", base::as_bytes(text)));
  file_is_behind = false;
  RETURN_IF_ERROR(remove_superseded(cleaned_size, tree.size()));
  cleaned_size = tree.size();
  return next;
}

// ---- starting -------------------------------------------------------------------------------------------

Result<void> Publisher::Inside::load_origin() {
  ASSIGN_OR_RETURN(const auto known, needs.control.maybe(queries::log));
  if (known) {
    origin = known->text("origin");
    return {};
  }
  if (!is_key_name(needs.origin))
    return fail(Code::Invalid,
                "the journal's name has a space or another character that a key's name cannot have");
  RETURN_IF_ERROR(needs.control.run(queries::add_log, {{"origin", needs.origin}}));
  origin = needs.origin;
  return {};
}

void Publisher::Inside::take_keys(SigningKeys given) {
  keys = std::move(given.keys);
  const base::Lock lock{mutex};
  public_key = keys.front().public_key();
  handovers = std::move(given.handovers);
}

Result<void> Publisher::Inside::write_handovers() {
  const auto notes = published_handovers();
  const auto path = needs.folder / "handovers";
  const auto there = base::read_file(needs.files, path, kHandoversBytesMax);
  if (there ? base::as_text(*there) == notes : notes.empty()) return {};
  return base::replace_file(needs.files, path, base::as_bytes(notes));
}

/// The last checkpoints that were signed, by the table and by the file, the larger one first.
Result<std::vector<Checkpoint>> Publisher::Inside::signed_before() {
  ASSIGN_OR_RETURN(const auto log, needs.control.one(queries::log));
  const auto in_table = log.text("checkpoint");
  std::vector<Checkpoint> known;
  if (!in_table.empty()) {
    const auto opened = open_any(in_table);
    if (!opened)
      return fail(Code::Corrupt,
                  fmt::format("the journal's last checkpoint in the control database was changed: {}",
                              opened.error().message));
    known.push_back(*opened);
  }
  const auto file = base::read_file(needs.files, needs.folder / "checkpoint", kNoteBytesMax);
  if (!file && file.error().code != Code::NotFound) return fail(file.error());
  const auto in_file =
      file ? open_any(base::as_text(*file)) : Result<Checkpoint>{fail(Code::NotFound, "it is not there")};
  if (in_file) known.push_back(*in_file);
  // A log that never signed has no file; else the table's counts, and the file is made anew.
  if (!in_file && (file || !known.empty())) {
    if (known.empty())
      return fail(Code::Corrupt, fmt::format("there is a journal that this program did not sign: {}",
                                             in_file.error().message));
    base::log(base::Level::Warning, "journal.checkpoint_file_restored", {{"error", in_file.error()}});
  }
  std::ranges::sort(known, std::greater{}, &Checkpoint::size);
  const base::Lock lock{mutex};
  if (!known.empty()) {
    last = known.front();
    // Signing is deterministic: this is the very note that was signed, unless the keys were replaced since.
    note = sign(last, keys);
    file_is_behind = !in_file || base::as_text(*file) != note;
  }
  return known;
}

/// Which entry is not what was signed, as far as the tiles can tell.
Result<std::string> Publisher::Inside::first_difference(const Checkpoint& known) {
  const auto read = [this](const TileName& name) -> Result<std::vector<Digest>> {
    ASSIGN_OR_RETURN(const auto bytes, base::read_file(needs.files, path_of(name), kBundleBytesMax));
    return parse_tile(bytes, name.width);
  };
  const auto perfect = perfect_roots(read, known.size);
  const auto root = root_of(perfect, 0, known.size);
  if (!root || *root != known.root)
    return std::string{"its files were changed too, so which entry differs is not known"};
  std::optional<ActNumber> first;
  RETURN_IF_ERROR(each_leaf(0, known.size, [&](const Leaf& leaf) -> Result<void> {
    if (first) return {};
    ASSIGN_OR_RETURN(const auto hash, perfect(0, to_size(leaf.number) - 1));
    if (hash != hash_leaf(encode(leaf))) first = leaf.number;
    return {};
  }));
  return fmt::format("the first that differs is entry {}", first.value_or(0));
}

Result<void> Publisher::Inside::compare(const std::vector<Checkpoint>& known) {
  if (known.empty()) return {};
  const auto& last_known = known.front();
  Edge edge;
  std::vector<const Checkpoint*> differing;
  const auto look = [&] {
    for (const auto& one : known) {
      if (one.size == edge.size() && one.root != edge.root()) differing.push_back(&one);
    }
  };
  look();
  const auto walked = each_leaf(0, last_known.size, [&](const Leaf& leaf) -> Result<void> {
    RETURN_IF_ERROR(edge.add(hash_leaf(encode(leaf)), {}));
    look();
    return {};
  });
  const auto refuse = [](const std::string& what) {
    return fail(Code::Corrupt,
                fmt::format("the journal is not what was signed, so nothing more is signed: {}", what));
  };
  if (!walked && walked.error().code == Code::Corrupt) return refuse(walked.error().message);
  RETURN_IF_ERROR(walked);
  if (edge.size() < last_known.size)
    return refuse(fmt::format("{} entries were signed and there are {}; entry {} is missing", last_known.size,
                              edge.size(), edge.size() + 1));
  if (differing.empty()) return {};
  ASSIGN_OR_RETURN(const auto what, first_difference(*differing.front()));
  return refuse(what);
}

/// Makes the files of what was signed anew where they are not what they should be.
Result<Tree> Publisher::Inside::restore(std::uint64_t size) {
  Tree grown;
  RETURN_IF_ERROR(each_leaf(0, size, [&](const Leaf& leaf) { return grow(grown, leaf); }));
  RETURN_IF_ERROR(write_partial(grown));
  return grown;
}

Result<void> Publisher::Inside::start() {
  RETURN_IF_ERROR(make_folder(needs.folder));
  RETURN_IF_ERROR(load_origin());
  take_keys(std::move(needs.keys));
  RETURN_IF_ERROR(write_handovers());
  ASSIGN_OR_RETURN(const auto known, signed_before());
  RETURN_IF_ERROR(compare(known));
  if (!known.empty()) {
    ASSIGN_OR_RETURN(tree, restore(known.front().size));
    // What the file alone knew is signed as well.
    RETURN_IF_ERROR(needs.control.run(queries::set_checkpoint, {{"checkpoint", sign(known.front(), keys)}}));
  }
  RETURN_IF_ERROR(publish());
  RETURN_IF_ERROR(remove_superseded(0, tree.size()));
  cleaned_size = tree.size();
  return {};
}

// ---- what others see ------------------------------------------------------------------------------------

Publisher::Publisher(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Publisher::~Publisher() = default;

Result<std::unique_ptr<Publisher>> Publisher::open(PublisherNeeds needs) {
  auto inside = std::unique_ptr<Inside>{new Inside{.needs = std::move(needs)}};
  {
    const base::Lock lock{inside->publishing};
    RETURN_IF_ERROR(inside->start());
  }
  return std::unique_ptr<Publisher>{new Publisher{std::move(inside)}};
}

Result<Checkpoint> Publisher::publish() {
  const base::Lock lock{inside_->publishing};
  return inside_->publish();
}

/// The checkpoint is signed anew, with the handovers in their place before it: who reads both finds the way.
Result<void> Publisher::replace_keys(SigningKeys keys) {
  const base::Lock lock{inside_->publishing};
  inside_->take_keys(std::move(keys));
  RETURN_IF_ERROR(inside_->write_handovers());
  auto signed_note = sign(checkpoint(), inside_->keys);
  RETURN_IF_ERROR(inside_->needs.control.run(queries::set_checkpoint, {{"checkpoint", signed_note}}));
  {
    const base::Lock reading{inside_->mutex};
    inside_->note = std::move(signed_note);
  }
  inside_->file_is_behind = true;
  RETURN_IF_ERROR(inside_->publish());
  return {};
}

Result<void> Publisher::publish_when_due() {
  const base::Lock lock{inside_->publishing};
  const auto since = inside_->needs.clock.monotonic() - inside_->published_at;
  ASSIGN_OR_RETURN(const auto count, inside_->needs.journal.count());
  const auto waiting = to_size(count) - inside_->tree.size();
  if (waiting < kCheckpointEntries && since < kCheckpointEvery) return {};
  RETURN_IF_ERROR(inside_->publish());
  return {};
}

VerifierKey Publisher::verifier_key() const { return inside_->verifier_key(); }

std::string Publisher::handovers() const { return inside_->published_handovers(); }

std::string Publisher::checkpoint_note() const {
  const base::Lock lock{inside_->mutex};
  return inside_->note;
}

Checkpoint Publisher::checkpoint() const {
  const base::Lock lock{inside_->mutex};
  return inside_->last;
}

Result<Bytes> Publisher::read(const TileName& name) const {
  const auto not_there = [] { return fail(Code::NotFound, "There is nothing at this address."); };
  // Which file holds it: the full tile, or the partial one of what is published. It may be superseded just
  // now.
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto hashes = checkpoint().size >> (8 * name.level.value_or(0));
    if (name.index > hashes / kTileWidth) return not_there();
    const auto width = std::min(kTileWidth, hashes - name.index * kTileWidth);
    if (width < name.width) return not_there();
    auto bytes = base::read_file(inside_->needs.files, inside_->path_of({name.level, name.index, width}),
                                 kBundleBytesMax);
    if (!bytes && bytes.error().code == Code::NotFound) continue;
    if (!bytes || width == name.width) return bytes;
    if (name.level) {
      bytes->resize(name.width * sizeof(Digest));
      return bytes;
    }
    ASSIGN_OR_RETURN(const auto entries, parse_bundle(*bytes, width));
    const auto end = entries[name.width - 1].data() + entries[name.width - 1].size();
    bytes->resize(static_cast<std::size_t>(end - bytes->data()));
    return bytes;
  }
  return not_there();
}

Result<Proof> Publisher::prove_consistency(std::uint64_t old_size, std::uint64_t size) const {
  if (old_size > size || size > checkpoint().size)
    return fail(Code::Invalid, "that journal is longer than this one");
  const auto perfect = perfect_roots(
      [this](const TileName& name) -> Result<std::vector<Digest>> {
        ASSIGN_OR_RETURN(const auto bytes, read(name));
        return parse_tile(bytes, name.width);
      },
      size);
  return journal::prove_consistency(perfect, old_size, size);
}

}  // namespace journal
