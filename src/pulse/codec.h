// How the store spells numbers and texts: LEB128 varints (seven bits a byte, the lowest first, the highest
// bit says that more follow), zigzag for signed ones, texts with their length before them.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace pulse {

class Writer {
 public:
  explicit Writer(base::Bytes& out) : out_(out) {}

  void u8(std::uint8_t value) { out_.push_back(value); }
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<std::uint8_t>(value));
  }
  void zigzag(std::int64_t value) {
    varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  template <std::integral T>
  void fixed(T value) {
    base::append_le(out_, value);
  }
  void raw(base::ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  void text(std::string_view value) {
    varint(value.size());
    raw(base::as_bytes(value));
  }

 private:
  base::Bytes& out_;
};

/// Reads what Writer wrote. Past the end, or at a number that is too long, it fails and stays failed; all it
/// reads from then on is zero and empty. So a caller reads a whole structure and asks once.
class Reader {
 public:
  explicit Reader(base::ByteView bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return ok_; }
  bool at_end() const { return at_ == end_; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  std::uint8_t u8() {
    if (at_ == end_) return fail();
    return *at_++;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ == end_) return fail();
      const auto byte = *at_++;
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return shift == 63 && byte > 1 ? fail() : value;
    }
    return fail();
  }
  /// A varint that must fit.
  std::uint32_t varint32() {
    const auto value = varint();
    if (value > UINT32_MAX) return fail();
    return static_cast<std::uint32_t>(value);
  }
  /// The number of things that follow, each of at least `bytes_each`: never more than can be there, so that
  /// damaged bytes cannot make the reader allocate.
  std::size_t count(std::size_t bytes_each = 1) {
    const auto value = varint();
    if (value > left() / bytes_each) return fail();
    return value;
  }
  std::int64_t zigzag() {
    const auto value = varint();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  template <std::integral T>
  T fixed() {
    if (left() < sizeof(T)) return static_cast<T>(fail());
    const auto value = base::load_le<T>(at_);
    at_ += sizeof(T);
    return value;
  }
  base::ByteView raw(std::size_t size) {
    if (left() < size) {
      fail();
      return {};
    }
    const base::ByteView view{at_, size};
    at_ += size;
    return view;
  }
  std::string_view text() { return base::as_text(raw(count())); }

 private:
  std::uint8_t fail() {
    ok_ = false;
    at_ = end_;
    return 0;
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  bool ok_ = true;
};

}  // namespace pulse
