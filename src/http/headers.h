// Header fields in the order they came or were added: one text and one flat table of views into it, so
// that a connection reuses both for each request. Names are compared without regard to case.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// ASCII only; what header names, tokens and hosts are compared with.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// One thread at a time. Views stay valid until the next change.
class Headers {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  /// Control characters in a value (a line end above all) become spaces, so that no text from outside can
  /// begin a header field of its own. Requires: `name` is a token.
  void add(std::string_view name, std::string_view value);
  /// Replaces every field of that name by one.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  void clear();

  /// The first field of that name.
  std::optional<std::string_view> get(std::string_view name) const;
  bool has(std::string_view name) const { return get(name).has_value(); }
  /// True if a field of that name holds `token` in its comma-separated list.
  bool has_token(std::string_view name, std::string_view token) const;

  std::size_t size() const { return slots_.size(); }
  bool empty() const { return slots_.empty(); }
  Field operator[](std::size_t index) const;

  class Iterator {
   public:
    Iterator(const Headers* headers, std::size_t index) : headers_(headers), index_(index) {}
    Field operator*() const { return (*headers_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Headers* headers_;
    std::size_t index_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, slots_.size()}; }

 private:
  struct Slot {
    std::uint32_t at;
    std::uint32_t name_size;
    std::uint32_t value_size;
  };
  std::string text_;
  std::vector<Slot> slots_;
};

}  // namespace http
