#include "journal/merkle.h"

#include <gtest/gtest.h>

#include <string>

#include "journal/tile.h"

namespace journal {
namespace {

using Leaves = std::vector<std::string>;

Leaves make_leaves(std::size_t count) {
  Leaves leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back("leaf " + std::to_string(i));
  return leaves;
}

// The RFC's definitions, word for word: what everything else is compared with.
Digest naive_root(const Leaves& leaves, std::size_t begin, std::size_t end) {
  const auto count = end - begin;
  if (count == 0) return crypto::sha256({});
  if (count == 1) {
    const auto text = std::string(1, '\0') + leaves[begin];
    return crypto::sha256(base::as_bytes(text));
  }
  std::size_t k = 1;
  while (k * 2 < count) k *= 2;
  const auto left = naive_root(leaves, begin, begin + k);
  const auto right = naive_root(leaves, begin + k, end);
  std::string text(1, '\x01');
  text += base::as_text(left);
  text += base::as_text(right);
  return crypto::sha256(base::as_bytes(text));
}

Proof naive_path(const Leaves& leaves, std::size_t index, std::size_t begin, std::size_t end) {
  const auto count = end - begin;
  if (count == 1) return {};
  std::size_t k = 1;
  while (k * 2 < count) k *= 2;
  const bool left = index < k;
  auto path =
      left ? naive_path(leaves, index, begin, begin + k) : naive_path(leaves, index - k, begin + k, end);
  path.push_back(left ? naive_root(leaves, begin + k, end) : naive_root(leaves, begin, begin + k));
  return path;
}

PerfectRoots perfect_of(const Leaves& leaves) {
  return [&leaves](unsigned height, std::uint64_t index) -> base::Result<Digest> {
    const auto begin = static_cast<std::size_t>(index << height);
    const auto end = begin + (std::size_t{1} << height);
    if (end > leaves.size()) return base::fail(base::Code::Internal, "asked for what is not there");
    return naive_root(leaves, begin, end);
  };
}

TEST(Merkle, RootsOfTheKnownVectors) {
  // Of the reference implementation that RFC 6962 came with.
  const std::vector<std::string> inputs{"",
                                        std::string(1, '\0'),
                                        "\x10",
                                        "\x20\x21",
                                        "\x30\x31",
                                        "\x40\x41\x42\x43",
                                        "\x50\x51\x52\x53\x54\x55\x56\x57",
                                        "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
  const std::vector<std::string> roots{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                       "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                       "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                       "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                       "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                       "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                       "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                       "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  for (std::size_t size = 0; size <= inputs.size(); ++size) {
    const auto root = root_of(perfect_of(inputs), 0, size);
    ASSERT_TRUE(root);
    EXPECT_EQ(base::to_hex(*root), roots[size]) << size;
    EXPECT_EQ(*root, naive_root(inputs, 0, size)) << size;
  }
}

TEST(Merkle, EveryInclusionProofOfSmallTrees) {
  const auto leaves = make_leaves(40);
  const auto perfect = perfect_of(leaves);
  for (std::size_t size = 1; size <= 40; ++size) {
    const auto root = naive_root(leaves, 0, size);
    for (std::size_t index = 0; index < size; ++index) {
      const auto hash = hash_leaf(base::as_bytes(leaves[index]));
      auto proof = prove_inclusion(perfect, index, size).value();
      ASSERT_EQ(proof, naive_path(leaves, index, 0, size)) << index << " of " << size;
      ASSERT_TRUE(verify_inclusion(proof, index, size, hash, root)) << index << " of " << size;
      // No other place, leaf, root or proof will do.
      for (std::size_t other = 0; other <= size; ++other) {
        if (other != index) ASSERT_FALSE(verify_inclusion(proof, other, size, hash, root));
      }
      ASSERT_FALSE(verify_inclusion(proof, index, size, hash_leaf({}), root));
      ASSERT_FALSE(verify_inclusion(proof, index, size, hash, hash_nothing()));
      for (auto& part : proof) {
        part[7] ^= 4;
        ASSERT_FALSE(verify_inclusion(proof, index, size, hash, root));
        part[7] ^= 4;
      }
      proof.push_back(root);
      ASSERT_FALSE(verify_inclusion(proof, index, size, hash, root));
      proof.pop_back();
      if (!proof.empty()) {
        proof.pop_back();
        ASSERT_FALSE(verify_inclusion(proof, index, size, hash, root));
      }
    }
  }
}

TEST(Merkle, EveryConsistencyProofOfSmallTrees) {
  const auto leaves = make_leaves(40);
  const auto perfect = perfect_of(leaves);
  auto forked = leaves;
  forked[0] = "another past";
  for (std::size_t size = 0; size <= 40; ++size) {
    const auto root = naive_root(leaves, 0, size);
    for (std::size_t old_size = 0; old_size <= size; ++old_size) {
      const auto old_root = naive_root(leaves, 0, old_size);
      auto proof = prove_consistency(perfect, old_size, size).value();
      ASSERT_TRUE(verify_consistency(proof, old_size, old_root, size, root)) << old_size << " to " << size;
      if (old_size > 0) {
        ASSERT_FALSE(verify_consistency(proof, old_size, naive_root(forked, 0, old_size), size, root));
        ASSERT_FALSE(verify_consistency(proof, old_size, old_root, size, naive_root(forked, 0, size)));
        const auto of_fork = prove_consistency(perfect_of(forked), old_size, size).value();
        ASSERT_FALSE(verify_consistency(of_fork, old_size, old_root, size, naive_root(forked, 0, size)));
      }
      for (auto& part : proof) {
        part[31] ^= 128;
        ASSERT_FALSE(verify_consistency(proof, old_size, old_root, size, root));
        part[31] ^= 128;
      }
      proof.push_back(root);
      ASSERT_FALSE(verify_consistency(proof, old_size, old_root, size, root));
      proof.pop_back();
      if (!proof.empty()) {
        proof.pop_back();
        ASSERT_FALSE(verify_consistency(proof, old_size, old_root, size, root));
      }
      ASSERT_FALSE(verify_consistency({}, size + 1, root, size, root));
    }
  }
}

TEST(Tile, ALargeTreeInTilesHasTheSameRootAndProofs) {
  // Three levels of tiles: the sizes around what fills one.
  constexpr std::size_t kLeaves = 256 * 256 + 300;
  std::map<TileName, std::vector<Digest>> tiles;
  Edge edge;
  std::vector<std::pair<std::uint64_t, Digest>> roots;
  const auto keep = [&](const TileName& name, const std::vector<Digest>& hashes) -> base::Result<void> {
    EXPECT_EQ(hashes.size(), kTileWidth);
    tiles[name] = hashes;
    return {};
  };
  for (std::size_t i = 0; i < kLeaves; ++i) {
    const auto text = "leaf " + std::to_string(i);
    ASSERT_TRUE(edge.add(hash_leaf(base::as_bytes(text)), keep));
    const auto size = edge.size();
    if (size < 3 || size % 8'191 == 0 || (size >= 255 && size <= 257) || size >= kLeaves - 1 ||
        (size >= 65'535 && size <= 65'537))
      roots.emplace_back(size, edge.root());
  }
  edge.each_partial([&](const TileName& name, const auto& hashes) { tiles[name] = hashes; });
  std::size_t count = 0;
  const auto all = each_tile(kLeaves, [&](const TileName& name) -> base::Result<void> {
    if (!name.level) return {};
    ++count;
    if (!tiles.contains(name)) return base::fail(base::Code::NotFound, to_path(name));
    EXPECT_EQ(tiles[name].size(), name.width);
    return {};
  });
  EXPECT_TRUE(all) << all.error().message;
  EXPECT_EQ(count, tiles.size());

  const auto perfect = perfect_roots(
      [&](const TileName& name) -> base::Result<std::vector<Digest>> {
        const auto at = tiles.find(name);
        if (at == tiles.end()) return base::fail(base::Code::NotFound, to_path(name));
        return at->second;
      },
      kLeaves);
  for (const auto& [size, root] : roots) {
    EXPECT_EQ(root_of(perfect, 0, size), root) << size;
    const auto proof = prove_consistency(perfect, size, kLeaves).value();
    EXPECT_TRUE(verify_consistency(proof, size, root, kLeaves, edge.root())) << size;
  }
  for (const std::uint64_t index : {0U, 255U, 256U, 65'535U, 65'536U, 65'835U}) {
    const auto text = "leaf " + std::to_string(index);
    const auto proof = prove_inclusion(perfect, index, kLeaves).value();
    EXPECT_TRUE(verify_inclusion(proof, index, kLeaves, hash_leaf(base::as_bytes(text)), edge.root()));
  }
}

TEST(Tile, EverySmallRootIsTheNaiveOne) {
  const auto leaves = make_leaves(600);
  Edge edge;
  EXPECT_EQ(edge.root(), hash_nothing());
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    ASSERT_TRUE(edge.add(hash_leaf(base::as_bytes(leaves[i])), {}));
    ASSERT_EQ(edge.root(), naive_root(leaves, 0, i + 1)) << i + 1;
  }
}

TEST(Tile, FilesOfTheSpecificationsExample) {
  // C2SP tlog-tiles: 70 000 entries.
  std::map<std::string, int> kinds;
  const auto take = [&](const TileName& name) -> base::Result<void> {
    const auto level = name.level ? std::to_string(*name.level) : "entries";
    ++kinds[level + (name.width == kTileWidth ? " full" : " partial " + std::to_string(name.width))];
    EXPECT_EQ(parse_tile_path(to_path(name)), name);
    return {};
  };
  ASSERT_TRUE(each_tile(70'000, take));
  const std::map<std::string, int> wanted{
      {"0 full", 273},           {"0 partial 112", 1}, {"1 full", 1},
      {"1 partial 17", 1},       {"2 partial 1", 1},   {"entries full", 273},
      {"entries partial 112", 1}};
  EXPECT_EQ(kinds, wanted);
  kinds.clear();
  ASSERT_TRUE(each_tile(0, take));
  EXPECT_TRUE(kinds.empty());
  int seen = 0;
  EXPECT_FALSE(each_tile(UINT64_MAX, [&](const TileName&) -> base::Result<void> {
    if (++seen < 3) return {};
    return base::fail(base::Code::NotFound, "it ends here");
  }));
  EXPECT_EQ(seen, 3);
}

TEST(Tile, PathsHaveOneSpelling) {
  EXPECT_EQ(to_path({0, 1'234'067, kTileWidth}), "tile/0/x001/x234/067");
  EXPECT_EQ(to_path({{}, 0, 3}), "tile/entries/000.p/3");
  EXPECT_EQ(parse_tile_path("tile/7/x999/999.p/255"), (TileName{7, 999'999, 255}));
  for (const auto* wrong : {"",
                            "tile",
                            "tile/",
                            "tile/0",
                            "tile/0/",
                            "tile/8/000",
                            "tile/00/000",
                            "tile/-1/000",
                            "tile/0/0",
                            "tile/0/0000",
                            "tile/0/x000",
                            "tile/0/x000/000",
                            "tile/0/001/x000",
                            "tile/0/x001",
                            "tile/0/000/",
                            "tile/0/000.p",
                            "tile/0/000.p/",
                            "tile/0/000.p/0",
                            "tile/0/000.p/256",
                            "tile/0/000.p/01",
                            "tile/0/000.p/1/2",
                            "tile/0/../000",
                            "tile/0/1234",
                            "tile/0/x1234/000",
                            "tile/entry/000",
                            "tile//000",
                            "tile/0/ 00",
                            "tile/0/+00",
                            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
                            "/tile/0/000",
                            "tile/0/000.p/1.p/1",
                            "tile/0/000.p.p/1",
                            "tile/0/0.p/1"})
    EXPECT_FALSE(parse_tile_path(wrong)) << wrong;
}

TEST(Tile, BundlesHoldEntriesOfAnyLength) {
  const base::Bytes none;
  const base::Bytes one{7};
  const base::Bytes longest(kEntryBytesMax, 3);
  base::Bytes bundle;
  for (const auto* entry : {&none, &one, &longest}) append_entry(bundle, *entry);
  const auto entries = parse_bundle(bundle, 3).value();
  EXPECT_TRUE(std::ranges::equal(entries[0], none));
  EXPECT_TRUE(std::ranges::equal(entries[1], one));
  EXPECT_TRUE(std::ranges::equal(entries[2], longest));
  EXPECT_EQ(bundle[2], 0) << "lengths are big-endian";
  EXPECT_EQ(bundle[3], 1);
  EXPECT_FALSE(parse_bundle(bundle, 2));
  EXPECT_FALSE(parse_bundle(bundle, 4));
  for (const std::size_t cut : {std::size_t{1}, std::size_t{3}, std::size_t{6}, bundle.size() - 1})
    EXPECT_FALSE(parse_bundle(base::ByteView{bundle}.first(cut), 3)) << cut;
  EXPECT_FALSE(parse_tile(base::Bytes(31), 1));
  EXPECT_FALSE(parse_tile(base::Bytes(33), 1));
  EXPECT_TRUE(parse_tile(base::Bytes(8192), 256));
}

}  // namespace
}  // namespace journal
