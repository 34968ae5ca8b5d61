#include "journal/merkle.h"

#include <bit>

#include "base/check.h"

namespace journal {

using base::Result;

namespace {

/// The largest power of two below n. Requires: n ≥ 2.
std::uint64_t split_of(std::uint64_t n) { return std::bit_floor(n - 1); }

/// SUBPROOF of the RFC. `is_known`: the other side has the root of these first `old_size` leaves already.
Result<void> prove_old(const PerfectRoots& perfect, std::uint64_t begin, std::uint64_t end,
                       std::uint64_t old_size, bool is_known, Proof& proof) {
  const auto size = end - begin;
  if (old_size == size) {
    if (is_known) return {};
    ASSIGN_OR_RETURN(const auto root, root_of(perfect, begin, end));
    proof.push_back(root);
    return {};
  }
  const auto split = split_of(size);
  if (old_size <= split) {
    RETURN_IF_ERROR(prove_old(perfect, begin, begin + split, old_size, is_known, proof));
    ASSIGN_OR_RETURN(const auto right, root_of(perfect, begin + split, end));
    proof.push_back(right);
    return {};
  }
  RETURN_IF_ERROR(prove_old(perfect, begin + split, end, old_size - split, false, proof));
  ASSIGN_OR_RETURN(const auto left, root_of(perfect, begin, begin + split));
  proof.push_back(left);
  return {};
}

Result<void> prove_leaf(const PerfectRoots& perfect, std::uint64_t begin, std::uint64_t end,
                        std::uint64_t index, Proof& proof) {
  const auto size = end - begin;
  if (size == 1) return {};
  const auto middle = begin + split_of(size);
  const bool is_left = index < middle;
  RETURN_IF_ERROR(is_left ? prove_leaf(perfect, begin, middle, index, proof)
                          : prove_leaf(perfect, middle, end, index, proof));
  ASSIGN_OR_RETURN(const auto other,
                   is_left ? root_of(perfect, middle, end) : root_of(perfect, begin, middle));
  proof.push_back(other);
  return {};
}

}  // namespace

Digest hash_leaf(base::ByteView leaf) {
  base::Bytes bytes;
  bytes.reserve(leaf.size() + 1);
  bytes.push_back(0);
  bytes.insert(bytes.end(), leaf.begin(), leaf.end());
  return crypto::sha256(bytes);
}

Digest hash_node(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 1 + 2 * sizeof(Digest)> bytes;
  bytes[0] = 1;
  std::ranges::copy(left, bytes.begin() + 1);
  std::ranges::copy(right, bytes.begin() + 1 + sizeof(Digest));
  return crypto::sha256(bytes);
}

Digest hash_nothing() { return crypto::sha256({}); }

Result<Digest> root_of(const PerfectRoots& perfect, std::uint64_t begin, std::uint64_t end) {
  const auto size = end - begin;
  if (size == 0) return hash_nothing();
  if (std::has_single_bit(size)) {
    const auto height = static_cast<unsigned>(std::countr_zero(size));
    CHECK(begin % size == 0);
    return perfect(height, begin >> height);
  }
  const auto split = split_of(size);
  ASSIGN_OR_RETURN(const auto left, root_of(perfect, begin, begin + split));
  ASSIGN_OR_RETURN(const auto right, root_of(perfect, begin + split, end));
  return hash_node(left, right);
}

Result<Proof> prove_inclusion(const PerfectRoots& perfect, std::uint64_t index, std::uint64_t size) {
  CHECK(index < size);
  Proof proof;
  RETURN_IF_ERROR(prove_leaf(perfect, 0, size, index, proof));
  return proof;
}

Result<Proof> prove_consistency(const PerfectRoots& perfect, std::uint64_t old_size, std::uint64_t size) {
  CHECK(old_size <= size);
  Proof proof;
  if (old_size == 0) return proof;
  RETURN_IF_ERROR(prove_old(perfect, 0, size, old_size, true, proof));
  return proof;
}

bool verify_inclusion(const Proof& proof, std::uint64_t index, std::uint64_t size, const Digest& leaf_hash,
                      const Digest& root) {
  if (index >= size) return false;
  auto node = index;
  auto last = size - 1;
  auto hash = leaf_hash;
  for (const auto& other : proof) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      hash = hash_node(other, hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = hash_node(hash, other);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool verify_consistency(const Proof& proof, std::uint64_t old_size, const Digest& old_root,
                        std::uint64_t size, const Digest& root) {
  if (old_size > size) return false;
  if (old_size == 0) return proof.empty() && old_root == hash_nothing();
  if (old_size == size) return proof.empty() && old_root == root;
  // A perfect old tree is a subtree of the new one: the proof leaves its root out.
  const bool is_perfect = std::has_single_bit(old_size);
  if (!is_perfect && proof.empty()) return false;
  auto node = old_size - 1;
  auto last = size - 1;
  while ((node & 1) != 0) {
    node >>= 1;
    last >>= 1;
  }
  auto at = proof.begin();
  auto old_hash = is_perfect ? old_root : *at++;
  auto hash = old_hash;
  for (; at != proof.end(); ++at) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      old_hash = hash_node(*at, old_hash);
      hash = hash_node(*at, hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = hash_node(hash, *at);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == old_root && hash == root;
}

}  // namespace journal
