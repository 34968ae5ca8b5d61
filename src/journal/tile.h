// The tree cut into files, as C2SP tlog-tiles has it.
//
//   tile/<level>/<n>          256 hashes, 8192 bytes. At level 0 those of leaves; at each level above, the
//                             roots of the full tiles below
//   tile/<level>/<n>.p/<w>    a partial tile: the first w (1 … 255) hashes of the last tile of its level
//   tile/entries/<n>[.p/<w>]  the leaves that the hashes of level 0 are of, each after its length as a
//                             big-endian 16-bit number
//
// <n> is written in groups of three digits, all but the last after an x: 1234067 is x001/x234/067. Full tiles
// never change. A tree of s leaves has, at level l, floor(s / 256^l) hashes, the last s / 256^l mod 256 of
// them in the partial tile; a full tile is there before the hash of it above.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "journal/limits.h"
#include "journal/merkle.h"

namespace journal {

/// Level 0 … 7: a 64-bit number counts no more than 256^8 leaves.
inline constexpr unsigned kTileLevels = 8;

/// Which tile, and how much of it.
struct TileName {
  /// Nothing for a bundle of entries.
  std::optional<unsigned> level = {};
  std::uint64_t index = 0;
  /// 1 … 256; 256 is a full one.
  std::uint64_t width = kTileWidth;

  auto operator<=>(const TileName&) const = default;
};

/// "tile/0/x001/234.p/7".
std::string to_path(const TileName& name);
/// The one canonical spelling alone. Errors: Invalid.
base::Result<TileName> parse_tile_path(std::string_view path);

/// Every file of a tree of that size, once each, bundles first. The first error ends it and is passed on.
base::Result<void> each_tile(std::uint64_t size,
                             const std::function<base::Result<void>(const TileName&)>& take);

/// Requires: entry.size() ≤ kEntryBytesMax.
void append_entry(base::Bytes& bundle, base::ByteView entry);
/// The entries of a bundle; views into it. Errors: Corrupt unless there are exactly `width` of them.
base::Result<std::vector<base::ByteView>> parse_bundle(base::ByteView bundle, std::uint64_t width);

/// The hashes of a tile. Errors: Corrupt unless its length is that of `width` hashes.
base::Result<std::vector<Digest>> parse_tile(base::ByteView tile, std::uint64_t width);

/// The right edge of a growing tree: of each level the hashes of its partial tile, at most 255. Copied
/// cheaply.
class Edge {
 public:
  using FullTile = std::function<base::Result<void>(const TileName& name, const std::vector<Digest>& hashes)>;

  /// Adds a leaf; each tile that becomes full, from below, goes to `full`.
  base::Result<void> add(const Digest& leaf_hash, const FullTile& full);
  std::uint64_t size() const { return size_; }
  Digest root() const;
  /// The partial tiles that are not empty, from below.
  void each_partial(const std::function<void(const TileName&, const std::vector<Digest>&)>& take) const;

 private:
  std::uint64_t size_ = 0;
  std::array<std::vector<Digest>, kTileLevels> levels_;
};

/// Reads the tile with at least that many hashes: its first `width` ones. Errors: those of the reader.
using ReadTile = std::function<base::Result<std::vector<Digest>>(const TileName& name)>;

/// Perfect subtrees out of the tiles of a tree of `size` leaves; keeps the tiles that it has read.
PerfectRoots perfect_roots(ReadTile read, std::uint64_t size);

}  // namespace journal
