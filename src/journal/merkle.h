// The Merkle tree of RFC 6962 §2.1 with SHA-256, and its proofs.
//
//   hash of a leaf     SHA-256(0x00 ‖ leaf)
//   hash of a node     SHA-256(0x01 ‖ left ‖ right)
//   root of n leaves   nothing: SHA-256(""); one: the leaf's hash; more: the node over the first k and the
//                      others, k being the largest power of two below n
//
// A *perfect* subtree has 2^height leaves and begins at a multiple of that; it never changes once it is full.
// Every root and every proof is made of roots of perfect subtrees, so whoever can tell those (from tiles:
// journal/tile.h) can tell all the others. Proofs are lists of hashes in the order of the RFC; checking one
// needs the hashes and the two roots alone.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/hash.h"

namespace journal {

using crypto::Digest;
using Proof = std::vector<Digest>;

Digest hash_leaf(base::ByteView leaf);
Digest hash_node(const Digest& left, const Digest& right);
/// The root of no leaves.
Digest hash_nothing();

/// The root of the perfect subtree of leaves [index · 2^height, (index + 1) · 2^height).
using PerfectRoots = std::function<base::Result<Digest>(unsigned height, std::uint64_t index)>;

/// The root over leaves [begin, end). Requires: begin ≤ end; begin is a multiple of the smallest power of two
/// that is at least end − begin.
base::Result<Digest> root_of(const PerfectRoots& perfect, std::uint64_t begin, std::uint64_t end);

/// PATH of RFC 6962 §2.1.1. Requires: index < size.
base::Result<Proof> prove_inclusion(const PerfectRoots& perfect, std::uint64_t index, std::uint64_t size);
/// PROOF of RFC 6962 §2.1.2; empty for 0 or equal sizes. Requires: old_size ≤ size.
base::Result<Proof> prove_consistency(const PerfectRoots& perfect, std::uint64_t old_size,
                                      std::uint64_t size);

/// RFC 9162 §2.1.3.2.
bool verify_inclusion(const Proof& proof, std::uint64_t index, std::uint64_t size, const Digest& leaf_hash,
                      const Digest& root);
/// RFC 9162 §2.1.4.2. An old tree without leaves is consistent with any, by an empty proof.
bool verify_consistency(const Proof& proof, std::uint64_t old_size, const Digest& old_root,
                        std::uint64_t size, const Digest& root);

}  // namespace journal
