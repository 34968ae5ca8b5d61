#include "journal/tile.h"

#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "base/number.h"

namespace journal {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr unsigned kTileHeight = 8;
static_assert(kTileWidth == 1U << kTileHeight);
/// Six groups of three digits are more than a 64-bit number of tiles needs.
constexpr std::size_t kPathBytesMax = 64;

std::string index_path(std::uint64_t index) {
  auto path = fmt::format("{:03}", index % 1000);
  for (index /= 1000; index > 0; index /= 1000) path = fmt::format("x{:03}/{}", index % 1000, path);
  return path;
}

/// Digits alone. What is not canonical is found by writing it again.
template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto read = base::parse_number<Number>(text);
  if (read) number = *read;
  return read.has_value();
}

std::string_view take_until(std::string_view& rest, char end) {
  const auto at = std::min(rest.find(end), rest.size());
  const auto part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return part;
}

/// The root of hashes whose number is a power of two.
Digest fold(std::vector<Digest> hashes) {
  while (hashes.size() > 1) {
    for (std::size_t i = 0; i < hashes.size() / 2; ++i)
      hashes[i] = hash_node(hashes[2 * i], hashes[2 * i + 1]);
    hashes.resize(hashes.size() / 2);
  }
  return hashes.front();
}

/// How many hashes a level has in a tree of `size` leaves.
std::uint64_t hashes_at(unsigned level, std::uint64_t size) { return size >> (level * kTileHeight); }

}  // namespace

std::string to_path(const TileName& name) {
  const auto level = name.level ? std::to_string(*name.level) : std::string{"entries"};
  auto path = fmt::format("tile/{}/{}", level, index_path(name.index));
  if (name.width < kTileWidth) path += fmt::format(".p/{}", name.width);
  return path;
}

Result<TileName> parse_tile_path(std::string_view path) {
  const auto refuse = [] { return fail(Code::Invalid, "this is no path of a tile"); };
  if (path.size() > kPathBytesMax) return refuse();
  auto rest = path;
  if (take_until(rest, '/') != "tile") return refuse();
  TileName name;
  if (const auto level = take_until(rest, '/'); level != "entries") {
    if (!read_number(level, name.level.emplace()) || *name.level >= kTileLevels) return refuse();
  }
  while (!rest.empty()) {
    auto part = take_until(rest, '/');
    if (part.ends_with(".p")) {
      part.remove_suffix(2);
      if (!read_number(rest, name.width) || name.width == 0 || name.width >= kTileWidth) return refuse();
      rest = {};
    }
    if (part.starts_with('x')) part.remove_prefix(1);
    std::uint64_t digits = 0;
    if (!read_number(part, digits) || digits > 999 || name.index > UINT64_MAX / 1000 - 1) return refuse();
    name.index = name.index * 1000 + digits;
  }
  if (to_path(name) != path) return refuse();
  return name;
}

Result<void> each_tile(std::uint64_t size, const std::function<Result<void>(const TileName&)>& take) {
  const auto level_of = [&](std::optional<unsigned> level, std::uint64_t hashes) -> Result<void> {
    for (std::uint64_t i = 0; i < hashes / kTileWidth; ++i) RETURN_IF_ERROR(take({level, i, kTileWidth}));
    if (hashes % kTileWidth == 0) return {};
    return take({level, hashes / kTileWidth, hashes % kTileWidth});
  };
  RETURN_IF_ERROR(level_of({}, size));
  for (unsigned level = 0; level < kTileLevels; ++level)
    RETURN_IF_ERROR(level_of(level, hashes_at(level, size)));
  return {};
}

void append_entry(Bytes& bundle, ByteView entry) {
  CHECK(entry.size() <= kEntryBytesMax);
  bundle.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
  bundle.push_back(static_cast<std::uint8_t>(entry.size() & 0xFF));
  bundle.insert(bundle.end(), entry.begin(), entry.end());
}

Result<std::vector<ByteView>> parse_bundle(ByteView bundle, std::uint64_t width) {
  std::vector<ByteView> entries;
  while (!bundle.empty()) {
    if (entries.size() == width) return fail(Code::Corrupt, fmt::format("holds more than {} entries", width));
    if (bundle.size() < 2) return fail(Code::Corrupt, "ends within the length of an entry");
    const std::size_t length = std::size_t{bundle[0]} << 8 | bundle[1];
    bundle = bundle.subspan(2);
    if (bundle.size() < length) return fail(Code::Corrupt, "ends within an entry");
    entries.push_back(bundle.first(length));
    bundle = bundle.subspan(length);
  }
  if (entries.size() != width)
    return fail(Code::Corrupt, fmt::format("holds {} entries where {} belong", entries.size(), width));
  return entries;
}

Result<std::vector<Digest>> parse_tile(ByteView tile, std::uint64_t width) {
  if (tile.size() != width * sizeof(Digest))
    return fail(Code::Corrupt,
                fmt::format("has {} bytes where {} belong", tile.size(), width * sizeof(Digest)));
  std::vector<Digest> hashes(width);
  for (std::size_t i = 0; i < width; ++i)
    std::ranges::copy(tile.subspan(i * sizeof(Digest), sizeof(Digest)), hashes[i].begin());
  return hashes;
}

Result<void> Edge::add(const Digest& leaf_hash, const FullTile& full) {
  auto hash = leaf_hash;
  for (unsigned level = 0; level < kTileLevels; ++level) {
    auto& hashes = levels_[level];
    hashes.push_back(hash);
    if (hashes.size() < kTileWidth) break;
    const auto index = hashes_at(level, size_ + 1) / kTileWidth - 1;
    if (full) RETURN_IF_ERROR(full({level, index, kTileWidth}, hashes));
    hash = fold(std::move(hashes));
    hashes.clear();
  }
  ++size_;
  return {};
}

Digest Edge::root() const {
  // From the right: each level's partial tile falls into perfect subtrees, the smallest one last.
  std::optional<Digest> root;
  for (const auto& hashes : levels_) {
    auto end = hashes.size();
    while (end > 0) {
      const auto width = end & (~end + 1);
      const auto part = fold({hashes.begin() + static_cast<std::ptrdiff_t>(end - width),
                              hashes.begin() + static_cast<std::ptrdiff_t>(end)});
      root = root ? hash_node(part, *root) : part;
      end -= width;
    }
  }
  return root ? *root : hash_nothing();
}

void Edge::each_partial(const std::function<void(const TileName&, const std::vector<Digest>&)>& take) const {
  for (unsigned level = 0; level < kTileLevels; ++level) {
    const auto& hashes = levels_[level];
    if (!hashes.empty()) take({level, hashes_at(level, size_) / kTileWidth, hashes.size()}, hashes);
  }
}

PerfectRoots perfect_roots(ReadTile read, std::uint64_t size) {
  const auto known = std::make_shared<std::map<TileName, std::vector<Digest>>>();
  return [read = std::move(read), size, known](unsigned height, std::uint64_t index) -> Result<Digest> {
    const auto level = height / kTileHeight;
    const auto within = height % kTileHeight;
    // The subtree is 2^within hashes of its level in a row, which never go over the end of a tile.
    const auto first = index << within;
    TileName name{level, first / kTileWidth, kTileWidth};
    name.width = std::min(kTileWidth, hashes_at(level, size) - name.index * kTileWidth);
    auto at = known->find(name);
    if (at == known->end()) {
      ASSIGN_OR_RETURN(auto hashes, read(name));
      at = known->emplace(name, std::move(hashes)).first;
    }
    const auto begin = static_cast<std::ptrdiff_t>(first % kTileWidth);
    const auto end = begin + (std::ptrdiff_t{1} << within);
    if (end > std::ssize(at->second)) return fail(Code::Corrupt, to_path(name) + " is too short");
    return fold({at->second.begin() + begin, at->second.begin() + end});
  };
}

}  // namespace journal
