// Arrays that grow without moving what they hold, and without the half-empty doublings of a vector.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace pulse {

/// Grows at its end; elements keep their place. Elements begin as T{}.
template <class T, std::size_t kPerChunk = 1024>
class Chunked {
 public:
  T& operator[](std::size_t i) { return (*chunks_[i / kPerChunk])[i % kPerChunk]; }
  const T& operator[](std::size_t i) const { return (*chunks_[i / kPerChunk])[i % kPerChunk]; }
  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const { return chunks_.size() * sizeof(std::array<T, kPerChunk>); }
  T& push_back(const T& value) {
    if (size_ == chunks_.size() * kPerChunk) chunks_.push_back(std::make_unique<std::array<T, kPerChunk>>());
    auto& place = (*this)[size_++];
    place = value;
    return place;
  }
  void clear() {
    chunks_.clear();
    size_ = 0;
  }

 private:
  std::vector<std::unique_ptr<std::array<T, kPerChunk>>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace pulse
